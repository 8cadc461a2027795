"""The lines that Lambda writes into a function's log, as text or as JSON.

Their forms: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html; their
levels, of which those of JSON are filtered by:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Literal

from lpack.runtime.levels import is_wanted
from lpack.values import dataclass

try:
    # What `hashlib` has, without OpenSSL, whose loading takes long.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Deployment, Surroundings

Phase = Literal["init", "invoke"]


@dataclass(frozen=True, slots=True)
class Report:
    """What an invocation took."""

    request_id: str
    duration: float
    """Milliseconds, as all durations."""
    init: float | None
    memory: int
    """MB."""
    status: Literal["success", "error", "timeout"]
    error_type: str = ""
    """Of a failure of the runtime; an exception of the handler is none."""
    produced: int = 0
    """Bytes of the response."""

    @property
    def billed(self) -> int:
        """Milliseconds that are paid for; the initialisation is, since August 2025.

        https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
        """
        return math.ceil(self.duration + (self.init or 0))


class Lines:
    """Writes the lines of one function's log."""

    def __init__(self, deployment: Deployment, surroundings: Surroundings) -> None:
        """Say whose log it is."""
        self.deployment = deployment
        self.surroundings = surroundings
        self.is_json = deployment.log_format == "JSON"

    def init_start(self, phase: Phase) -> str:
        """Tell that a runtime starts; as text, not again for its second chance."""
        if phase == "invoke" and not self.is_json:
            return ""
        deployment = self.deployment
        version = deployment.runtime.replace("provided.", "provided:")
        if deployment.interpreter is not None:
            version = f"python:{deployment.interpreter.version}"
        # On Lambda it names the runtime's image; here, what stands for it.
        digest = blake2b(f"{version} {deployment.client}".encode(), digest_size=32).hexdigest()
        region, partition = self.surroundings.region, self.surroundings.partition
        arn = f"arn:{partition}:lambda:{region}::runtime:{digest}"
        if self.is_json:
            record = {
                "initializationType": "on-demand",
                "phase": phase,
                "functionName": deployment.name,
                "functionVersion": self.surroundings.version,
                "runtimeVersion": version,
                "runtimeVersionArn": arn,
            }
            return self._json("initStart", record)
        return f"INIT_START Runtime Version: {version}\tRuntime Version ARN: {arn}\n"

    def init_report(self, milliseconds: float, phase: Phase, status: str, error_type: str) -> str:
        """Tell what a start has come to; as text, only that it has failed."""
        if self.is_json:
            record = {
                "initializationType": "on-demand",
                "phase": phase,
                "status": status,
                **({"errorType": error_type} if error_type else {}),
            }
            level = _level(status, "DEBUG")
            report = {**record, "metrics": {"durationMs": round(milliseconds, 3)}}
            return self._json("initRuntimeDone", record, level) + self._json(
                "initReport", report, level
            )
        if status == "success":
            return ""
        words = [f"INIT_REPORT Init Duration: {milliseconds:.2f} ms", f"Phase: {phase}"]
        words += [f"Status: {status}"]
        words += [f"Error Type: {error_type}"] if error_type else []
        return "\t".join(words) + "\n"

    def extension(self, name: str, state: str, events: tuple[str, ...], error_type: str) -> str:
        """Tell how far an extension has come in a start."""
        if self.is_json:
            record = {
                "name": name,
                "state": state,
                "events": list(events),
                **({"errorType": error_type} if error_type else {}),
            }
            return self._json("extension", record, "WARN" if error_type else "INFO")
        told = f"\tError Type: {error_type}" if error_type else ""
        return f"EXTENSION\tName: {name}\tState: {state}\tEvents: [{', '.join(events)}]{told}\n"

    def start(self, request_id: str) -> str:
        """Tell that an invocation begins."""
        version = self.surroundings.version
        if self.is_json:
            return self._json("start", {"requestId": request_id, "version": version})
        return f"START RequestId: {request_id} Version: {version}\n"

    def timed_out(self, request_id: str, text: str) -> str:
        """Tell that time is up."""
        return f"{now()} {request_id} {text}\n\n"

    def exited(self, request_id: str, reason: str, kind: str) -> str:
        """Tell that the runtime has ended."""
        return f"RequestId: {request_id} Error: {reason}\n{kind}\n"

    def end(self, report: Report) -> str:
        """Tell that an invocation is over, and what it took."""
        if self.is_json:
            return self._done(report) + self._report(report)
        words = [
            f"REPORT RequestId: {report.request_id}",
            f"Duration: {report.duration:.2f} ms",
            f"Billed Duration: {report.billed} ms",
            f"Memory Size: {self.deployment.memory} MB",
            f"Max Memory Used: {report.memory} MB",
        ]
        words += [] if report.init is None else [f"Init Duration: {report.init:.2f} ms"]
        if report.status == "success":
            words.append("")
        else:
            words.append(f"Status: {report.status}")
            words += [f"Error Type: {report.error_type}"] if report.error_type else []
        return f"END RequestId: {report.request_id}\n" + "\t".join(words) + "\n"

    def _done(self, report: Report) -> str:
        record = {
            "requestId": report.request_id,
            "status": report.status,
            **({"errorType": report.error_type} if report.error_type else {}),
            "metrics": {
                "durationMs": round(report.duration, 3),
                "producedBytes": report.produced,
            },
        }
        return self._json("runtimeDone", record, _level(report.status, "DEBUG"))

    def _report(self, report: Report) -> str:
        metrics = {
            "durationMs": round(report.duration, 3),
            "billedDurationMs": report.billed,
            "memorySizeMB": self.deployment.memory,
            "maxMemoryUsedMB": report.memory,
            **({} if report.init is None else {"initDurationMs": round(report.init, 3)}),
        }
        record = {
            "requestId": report.request_id,
            "metrics": metrics,
            "status": report.status,
            **({"errorType": report.error_type} if report.error_type else {}),
        }
        return self._json("report", record, _level(report.status, "INFO"))

    def _json(self, kind: str, record: Mapping[str, object], level: str = "INFO") -> str:
        if not is_wanted(level, self.deployment.system_log_level):
            return ""
        document = {"time": now(), "type": f"platform.{kind}", "record": record}
        return json.dumps(document, separators=(",", ":")) + "\n"


def _level(status: str, fine: str) -> str:
    """Give the level of what tells how something has ended, and the one where that was well."""
    return fine if status == "success" else "WARN"


def now() -> str:
    """Give the time as Lambda writes it."""
    moment = time.time_ns() // 1_000_000
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000))
    return f"{stamp}.{moment % 1000:03d}Z"
