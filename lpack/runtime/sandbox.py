"""A function's environment: its process, kept warm between calls and made anew after a crash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lpack.model import Call, Invocation
from lpack.runtime import faults
from lpack.runtime.api import RuntimeApi
from lpack.runtime.ending import shut_down
from lpack.runtime.environment import extension_environment
from lpack.runtime.extensions import FOLDER, Extensions, programs
from lpack.runtime.failing import Failing, Failure
from lpack.runtime.housing import RUNTIME, Housing
from lpack.runtime.identifiers import new_identifier
from lpack.runtime.journal import Journal
from lpack.runtime.layout import started_with
from lpack.runtime.offers import extension_event, offer_of
from lpack.runtime.reports import Lines, Phase, Report
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.model import Deployment, Surroundings
    from lpack.runtime.exchange import Reply, Request
    from lpack.runtime.failing import Happened
    from lpack.runtime.journal import Listener
    from lpack.runtime.keeping import Keeper

_TICK = 0.02
"""Seconds between two looks at the memory that is used."""
_LINGER = 2.0
"""Seconds that a runtime may take to end, once it was told that its response is too large."""
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a function may do that its settings do not say."""

    response: int = 6_291_556
    """Bytes of a response, as JSON."""
    init: float = 10.0
    """Seconds: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html."""
    threads: int = 1_024
    """Threads and processes."""


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
        self.journal = Journal(listener)
        self.api = RuntimeApi(limits.response)
        self.extensions = Extensions(deployment, surroundings, ())
        self.housing = Housing(deployment, surroundings, keeper, self._handle, limits.response)
        self.lines = Lines(deployment, surroundings)
        self.failing = Failing(self.housing, self.journal, self.lines, deployment.timeout)
        self.is_warm = False
        """Whether a process waits for the next call."""
        self._peak = 0
        self._look = 0.0
        """When memory is looked at next, in this call or in a later one."""
        self._began = 0.0
        """When a runtime was started that is not ready yet."""

    def start(self) -> None:
        """Start the runtime without waiting for it: whoever calls next finds it under way."""
        if not self.is_warm and not self._began:
            self._begin()

    def initialise(self) -> float | None:
        """Start the runtime and wait until it is ready; give milliseconds, None where it fails."""
        self.journal.open("")
        took, failure = self._initialise("init", "", self.limits.init)
        return took if failure is None else None

    def invoke(self, call: Call | None = None) -> Invocation:
        """Call the function and give what came of it; raises KeeperGone when nothing can run."""
        call = call or Call()
        request_id = call.request_id or new_identifier()
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
        if failure is not None:
            self.journal.write_line(failure.lines)
        payload = b""
        if failure is None:
            payload, failure = self._call(call, request_id, began + self.deployment.timeout)
        report = self._report(
            request_id, failure, time.monotonic() - began, init, produced=len(payload)
        )
        return self._invocation(report, payload, failure)

    def close(self) -> None:
        """End everything that was started; may be called twice."""
        self.is_warm = False
        if not self.housing.keeper.is_gone:
            shut_down(self.housing, self.extensions, self.journal, "spindown")
        self.housing.close()

    def _handle(self, request: Request, reply: Reply) -> None:
        for served in (self.extensions, self.housing.metadata):
            if served.serves(request.path):
                served.handle(request, reply)
                return
        self.api.handle(request, reply)

    def _begin(self) -> None:
        """Start extensions, and the runtime where there are none: they have to register first."""
        self._began = time.monotonic()
        self._look = self._began + _TICK
        self.api = RuntimeApi(self.limits.response)
        names = programs(self.deployment.layers)
        self.extensions = Extensions(self.deployment, self.surroundings, names)
        environ, layers = self.housing.environment, self.housing.layout.places.layers
        for name in self.extensions.take():
            program = f"{layers}/{FOLDER}/{name}"
            self.housing.start(name, (program,), extension_environment(environ))
        if not names:
            self._start_runtime()

    def _start_runtime(self) -> None:
        command = started_with(self.housing.layout, self.deployment)
        if command:
            environ = self.housing.environment
            # Only runtimes of AWS's own look at it:
            # https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
            wrapper = environ.get("AWS_LAMBDA_EXEC_WRAPPER")
            if wrapper and self.deployment.interpreter is not None:
                command = (wrapper, *command)
            self.housing.start(RUNTIME, command, environ)

    def _initialise(
        self, phase: Phase, request_id: str, seconds: float
    ) -> tuple[float, Failure | None]:
        """Start the runtime and wait until it asks for an event; give milliseconds, and why not."""
        is_ahead = bool(self._began)
        if not is_ahead:
            self._begin()
        self.housing.server.load()
        # A start that nobody has looked at meanwhile did not go on while it waited for an answer.
        waited = self.housing.server.waited() if is_ahead else 0.0
        began, self._began = self._began + waited, 0.0
        self.journal.write_line(self.lines.init_start(phase))
        happened = self._get_ready(began + seconds)
        took = (time.monotonic() - began) * 1000
        failure: Failure | None = None
        status, error_type, extensions = "success", "", self.extensions
        if happened == "done":
            self.is_warm = True
        else:
            failure = self._failed(happened, request_id)
            status, error_type = failure.status, failure.reported
        self.journal.write_line(extensions.lines(self.lines))
        self.journal.write_line(self.lines.init_report(took, phase, status, error_type))
        return took, failure

    def _get_ready(self, deadline: float) -> Happened:
        if not started_with(self.housing.layout, self.deployment):
            return "no program"
        if self.extensions.all:
            happened = self._wait(lambda: self.extensions.are_registered, deadline)
            if happened != "done":
                return happened
            self._start_runtime()
        happened = self._wait(lambda: self.api.is_ready, deadline)
        self.extensions.is_open = False
        if happened == "done":
            happened = self._wait(lambda: self.extensions.are_settled, deadline)
        return happened

    def _call(self, call: Call, request_id: str, deadline: float) -> tuple[bytes, Failure | None]:
        """Hand the event over and wait for the answer."""
        left = deadline - time.monotonic()
        offer = offer_of(call, request_id, self.deployment, self.surroundings, left)
        self.extensions.tell("INVOKE", extension_event(offer))
        self.api.give(offer)
        happened = self._wait(lambda: self.api.posted is not None, deadline)
        if self.housing.peak() > self.deployment.memory * _MB:
            self.api.posted, happened = None, "memory"
        posted = self.api.posted
        if posted is None:
            return b"", self._failed(happened, request_id, has_begun=True)
        if posted.kind in ("response", "error"):
            # As on Lambda, a call is over when all of them ask for the next one.
            if self._wait(self._is_over, deadline) != "done":
                self._end("failure")
            self.api.finish()
            if posted.kind == "response":
                return posted.body, None
            body = self.housing.layout.places.there(posted.body)
            reported = "" if posted.error_type == "Runtime.Unknown" else posted.error_type
            return b"", Failure(body, reported=reported)
        self._wait(lambda: False, time.monotonic() + _LINGER)
        self._end("failure")
        if posted.kind == "too large":
            body = faults.too_large_body(self.limits.response)
            return b"", Failure(body, reported=faults.TOO_LARGE)
        body = faults.error_body(request_id, posted.error_type, "Runtime truncated response")
        return b"", Failure(body, reported=posted.error_type)

    def _is_over(self) -> bool:
        return self.api.is_ready and self.extensions.are_settled

    def _wait(self, done: Callable[[], bool], deadline: float) -> Happened:
        """Let the function run until something ends the waiting."""
        housing = self.housing
        while True:
            if done():
                return "done"
            if housing.status_of(RUNTIME) is not None:
                return "ended"
            if self.extensions.has_ended(housing):
                return "extension"
            left = deadline - time.monotonic()
            if left <= 0:
                return "time"
            self.journal.write_all(housing.poll(min(left, _TICK)))
            if time.monotonic() < self._look:
                continue
            used, threads = housing.used()
            self._peak = max(self._peak, used)
            if used > self.deployment.memory * _MB:
                return "memory"
            if threads > self.limits.threads:
                return "threads"
            self._look = time.monotonic() + _TICK

    def _failed(self, happened: Happened, request_id: str, *, has_begun: bool = False) -> Failure:
        """Find out why there is no response; of a call that has begun, it is logged at once."""
        failure = self.failing.failure(happened, request_id, self.api, self.extensions)
        if has_begun:
            self.journal.write_line(failure.lines)
        self._end("timeout" if failure.status == "timeout" else "failure")
        return failure

    def _end(self, reason: str) -> None:
        """End all processes; the next call has fresh ones."""
        self.is_warm = False
        self._peak = max(self._peak, self.housing.peak())
        shut_down(self.housing, self.extensions, self.journal, reason)
        self.extensions = Extensions(self.deployment, self.surroundings, ())
        self.housing.end_all()
        self.journal.write_all(self.housing.rest_of_log())

    def _report(
        self,
        request_id: str,
        failure: Failure | None,
        seconds: float,
        init: float | None,
        *,
        produced: int,
    ) -> Report:
        self._peak = max(self._peak, self.housing.peak())
        self.journal.write_all(self.housing.rest_of_log())
        report = Report(
            request_id,
            seconds * 1000,
            init,
            min(-(-self._peak // _MB), self.deployment.memory),
            failure.status if failure is not None and failure.is_reported else "success",
            failure.reported if failure is not None else "",
            produced,
        )
        self.journal.write_line(self.lines.end(report))
        return report

    def _invocation(self, report: Report, payload: bytes, failure: Failure | None) -> Invocation:
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
