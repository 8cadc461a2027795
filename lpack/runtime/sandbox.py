"""A function's environment: its process, kept warm between calls and made anew after a crash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from lpack.model import Call, Invocation
from lpack.runtime import faults
from lpack.runtime.api import RuntimeApi
from lpack.runtime.housing import RUNTIME, Housing
from lpack.runtime.journal import Journal
from lpack.runtime.offers import offer_of
from lpack.runtime.reports import Lines, Phase, Report
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.model import Deployment, Surroundings
    from lpack.runtime.exchange import Reply, Request
    from lpack.runtime.journal import Listener
    from lpack.runtime.keeping import Keeper

_TICK = 0.02
"""Seconds between two looks at the memory that is used."""
_LINGER = 2.0
"""Seconds that a runtime may take for what is left to do after its answer."""
_MB = 1 << 20
_KILLED = 9

Happened = Literal["done", "ended", "time", "memory", "threads"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a function may do that its settings do not say."""

    response: int = 6_291_556
    """Bytes of a response, as JSON."""
    init: float = 10.0
    """Seconds: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html."""
    threads: int = 1_024
    """Threads and processes."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why there is no response."""

    body: bytes
    status: Literal["error", "timeout"] = "error"
    reported: str = ""
    """The type of the error as a report names it; an exception of the handler is not reported."""


class Sandbox:
    """One function, to be called one call at a time."""

    def __init__(
        self,
        deployment: Deployment,
        surroundings: Surroundings,
        keeper: Keeper,
        limits: Limits,
        listener: Listener | None,
    ) -> None:
        """Make the place for the function's processes; none of them is started yet.

        Raises NoIsolation, KeeperGone or OSError.
        """
        self.deployment = deployment
        self.surroundings = surroundings
        self.limits = limits
        self.lines = Lines(deployment, surroundings)
        self.journal = Journal(listener)
        self.api = RuntimeApi(limits.response)
        self.housing = Housing(deployment, surroundings, keeper, self._handle, limits.response)
        self.is_warm = False
        """Whether a process waits for the next call."""
        self._peak = 0
        self._began = 0.0
        """When a runtime was started that is not ready yet."""

    def start(self) -> None:
        """Start the runtime without waiting for it: whoever calls next finds it under way."""
        if not self.is_warm and not self._began:
            self._begin()

    def invoke(self, call: Call | None = None) -> Invocation:
        """Call the function and give what came of it; raises KeeperGone when nothing can run."""
        import uuid  # noqa: PLC0415 - while the function starts

        call = call or Call()
        request_id = call.request_id or str(uuid.uuid4())
        self.journal.open(request_id)
        init, failure = None, None
        if not self.is_warm:
            init, failure = self._initialise("init", request_id, self.limits.init)
        began = time.monotonic()
        if failure is not None:
            # The second chance, within the time of the call.
            init = None
            _, failure = self._initialise("invoke", request_id, self.deployment.timeout)
        self.journal.write_line(self.lines.start(request_id))
        payload = b""
        if failure is None:
            payload, failure = self._call(call, request_id, began + self.deployment.timeout)
        report = self._report(request_id, failure, time.monotonic() - began, init)
        return self._invocation(report, payload, failure)

    def close(self) -> None:
        """End everything that was started; may be called twice."""
        self.is_warm = False
        self.housing.close()

    def _handle(self, request: Request, reply: Reply) -> None:
        self.api.handle(request, reply)

    def _initialise(
        self, phase: Phase, request_id: str, seconds: float
    ) -> tuple[float, _Failure | None]:
        """Start the runtime and wait until it asks for an event; give milliseconds, and why not."""
        if not self._began:
            self._begin()
        began, self._began = self._began, 0.0
        self.journal.write_line(self.lines.init_start(phase))
        happened = self._wait(lambda: self.api.is_ready, began + seconds)
        took = (time.monotonic() - began) * 1000
        if happened == "done":
            self.is_warm = True
            status, reported, failure = "success", "", None
        else:
            failure = self._failure(happened, request_id)
            status, reported = failure.status, failure.reported
            self._end()
        self.journal.write_line(self.lines.init_report(took, phase, status, reported))
        return took, failure

    def _begin(self) -> None:
        self._began = time.monotonic()
        self.api = RuntimeApi(self.limits.response)
        self.housing.start(RUNTIME, self.housing.layout.command, self.housing.environment)

    def _call(self, call: Call, request_id: str, deadline: float) -> tuple[bytes, _Failure | None]:
        """Hand the event over and wait for the answer."""
        left = deadline - time.monotonic()
        self.api.give(offer_of(call, request_id, self.deployment, self.surroundings, left))
        happened = self._wait(lambda: self.api.posted is not None, deadline)
        posted = self.api.posted
        if posted is None:
            failure = self._failure(happened, request_id)
            self._end()
            return b"", failure
        if posted.kind in ("response", "error"):
            # As on Lambda, a call is over when the runtime asks for the next one.
            if self._wait(lambda: self.api.is_ready, deadline) != "done":
                self._end()
            self.api.finish()
            body = self.housing.layout.places.there(posted.body)
            if posted.kind == "response":
                return posted.body, None
            return b"", _Failure(body, reported=_own(posted.error_type))
        self._wait(lambda: False, time.monotonic() + _LINGER)
        self._end()
        if posted.kind == "too large":
            body = faults.too_large_body(self.limits.response)
            return b"", _Failure(body, reported=faults.TOO_LARGE)
        body = faults.other_body(request_id, posted.error_type, "Runtime truncated response")
        return b"", _Failure(body, reported=posted.error_type)

    def _wait(self, done: Callable[[], bool], deadline: float) -> Happened:
        """Let the function run until something ends the waiting."""
        housing, look = self.housing, time.monotonic() + _TICK
        while True:
            if done():
                return "done"
            if housing.status_of(RUNTIME) is not None:
                return "ended"
            left = deadline - time.monotonic()
            if left <= 0:
                return "time"
            self.journal.write(housing.poll(min(left, _TICK)))
            if time.monotonic() < look:
                continue
            used, threads = housing.used()
            self._peak = max(self._peak, used)
            if used > self.deployment.memory * _MB:
                return "memory"
            if threads > self.limits.threads:
                return "threads"
            look = time.monotonic() + _TICK

    def _failure(self, happened: Happened, request_id: str) -> _Failure:
        """Tell why there is no answer, in the log too."""
        self.journal.write(self.housing.rest_of_log())
        posted = self.api.posted
        if posted is not None and posted.kind == "init error":
            body = self.housing.layout.places.there(posted.body)
            return _Failure(body, reported=posted.error_type)
        if happened == "time":
            seconds = self.deployment.timeout
            text = faults.timed_out(seconds)
            if self.api.state == "Running":
                self.journal.write_line(self.lines.timed_out(request_id, text))
            return _Failure(faults.timeout_body(request_id, seconds), "timeout")
        status = self.housing.status_of(RUNTIME)
        reason = faults.ended(_KILLED if status is None else status)
        self.journal.write_line(self.lines.exited(request_id, reason, faults.EXIT))
        reported = faults.OUT_OF_MEMORY if happened == "memory" else faults.EXIT
        return _Failure(faults.exit_body(request_id, reason), reported=reported)

    def _end(self) -> None:
        """End all processes; the next call has fresh ones."""
        self.is_warm = False
        self._peak = max(self._peak, self.housing.peak())
        self.housing.end_all()
        self.journal.write(self.housing.rest_of_log())

    def _report(
        self, request_id: str, failure: _Failure | None, seconds: float, init: float | None
    ) -> Report:
        self._peak = max(self._peak, self.housing.peak())
        self.journal.write(self.housing.rest_of_log())
        is_reported = failure is not None and (failure.reported or failure.status == "timeout")
        report = Report(
            request_id,
            seconds * 1000,
            init,
            min(-(-self._peak // _MB), self.deployment.memory),
            failure.status if failure is not None and is_reported else "success",
            failure.reported if failure is not None else "",
        )
        self.journal.write_line(self.lines.end(report))
        return report

    def _invocation(self, report: Report, payload: bytes, failure: _Failure | None) -> Invocation:
        body = payload if failure is None else failure.body
        return Invocation(
            report.request_id,
            body,
            failure is not None,
            None if failure is None else faults.error_type(body),
            self.journal.read(),
            "success" if failure is None else failure.status,
            report.duration,
            report.billed,
            report.init,
            report.memory,
            self.surroundings.version,
        )


def _own(error_type: str) -> str:
    """Give the type of an error that the runtime itself has found, if it has."""
    return "" if error_type == "Runtime.Unknown" else error_type
