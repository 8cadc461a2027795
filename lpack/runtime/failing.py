"""Why a call has no response, told as Lambda tells it: in the body, the log and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.runtime import faults
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from lpack.runtime.api import RuntimeApi
    from lpack.runtime.extensions import Extensions
    from lpack.runtime.housing import Housing
    from lpack.runtime.journal import Journal
    from lpack.runtime.reports import Lines

Happened = Literal["done", "ended", "time", "memory", "threads", "extension", "no program"]
_KILLED = 9
_NO_PROGRAM = "Runtime.InvalidEntrypoint"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no response."""

    body: bytes
    status: Literal["error", "timeout"] = "error"
    reported: str = ""
    """The type of the error as a report names it; an exception of the handler is not reported."""
    lines: str = ""
    """What Lambda itself logs of it, after the line that begins the call."""

    @property
    def is_reported(self) -> bool:
        """Whether the report of a call has a status for it."""
        return bool(self.reported) or self.status == "timeout"


class Failing:
    """Finds out, of one function, why a call of it has come to nothing."""

    def __init__(self, housing: Housing, journal: Journal, lines: Lines, seconds: float) -> None:
        """Say where to look and where to write; `seconds` are the function's timeout."""
        self.housing = housing
        self.journal = journal
        self.lines = lines
        self.seconds = seconds

    def failure(
        self, happened: Happened, request_id: str, api: RuntimeApi, extensions: Extensions
    ) -> Failure:
        """Tell what ended a call, or the start for it."""
        self.journal.write_all(self.housing.rest_of_log())
        posted = api.posted
        if posted is not None and posted.kind == "init error":
            body = self.housing.layout.places.there(posted.body)
            return Failure(body, reported=posted.error_type)
        if happened == "time":
            told = self.lines.timed_out(request_id, faults.timed_out(self.seconds))
            body = faults.timeout_body(request_id, self.seconds)
            return Failure(body, "timeout", lines=told)
        if happened == "extension":
            kind, reason = extensions.end(self.housing)
            return self._told(request_id, kind, reason)
        if happened == "no program":
            text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
            return self._told(request_id, _NO_PROGRAM, text)
        return self._ended(request_id, extensions, is_memory=happened == "memory")

    def _ended(self, request_id: str, extensions: Extensions, *, is_memory: bool) -> Failure:
        """Tell how the runtime has ended; an extension within it may have said why."""
        refusal = self.housing.refusal_of("runtime")
        if refusal and self.housing.deployment.interpreter is None:
            return self._told(request_id, _NO_PROGRAM, refusal)
        status = self.housing.status_of("runtime")
        reason = faults.ended(_KILLED if status is None else status)
        kind = extensions.failure or faults.EXIT
        failure = self._told(request_id, kind, reason)
        return replace(failure, reported=faults.OUT_OF_MEMORY) if is_memory else failure

    def _told(self, request_id: str, kind: str, reason: str) -> Failure:
        body = faults.error_body(request_id, kind, reason)
        lines = self.lines.exited(request_id, reason, kind)
        return Failure(body, reported=kind, lines=lines)
