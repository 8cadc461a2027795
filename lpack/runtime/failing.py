"""Why a call has no response, told as Lambda tells it: in the body, the log and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.runtime import faults
from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.runtime.api import RuntimeApi
    from lpack.runtime.housing import Housing
    from lpack.runtime.journal import Journal
    from lpack.runtime.reports import Lines

Happened = Literal["done", "ended", "time", "memory", "threads", "extension", "no program"]
_KILLED = 9
_CRASH, _NO_PROGRAM = "Extension.Crash", "Runtime.InvalidEntrypoint"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no response."""

    body: bytes
    status: Literal["error", "timeout"] = "error"
    reported: str = ""
    """The type of the error as a report names it; an exception of the handler is not reported."""

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
        self, happened: Happened, request_id: str, api: RuntimeApi, crashed: str
    ) -> Failure:
        """Tell what ended a call, or the start for it; `crashed` says how an extension ended."""
        self.journal.write(self.housing.rest_of_log())
        posted = api.posted
        if posted is not None and posted.kind == "init error":
            body = self.housing.layout.places.there(posted.body)
            return Failure(body, reported=posted.error_type)
        if happened == "time":
            text = faults.timed_out(self.seconds)
            if api.state == "Running":
                self.journal.write_line(self.lines.timed_out(request_id, text))
            return Failure(faults.timeout_body(request_id, self.seconds), "timeout")
        if happened == "extension":
            return self._other(request_id, _CRASH, crashed)
        if happened == "no program":
            text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
            return self._other(request_id, _NO_PROGRAM, text)
        status = self.housing.status_of("runtime")
        reason = faults.ended(_KILLED if status is None else status)
        self.journal.write_line(self.lines.exited(request_id, reason, faults.EXIT))
        reported = faults.OUT_OF_MEMORY if happened == "memory" else faults.EXIT
        return Failure(faults.exit_body(request_id, reason), reported=reported)

    def _other(self, request_id: str, kind: str, reason: str) -> Failure:
        self.journal.write_line(self.lines.exited(request_id, reason, kind))
        return Failure(faults.other_body(request_id, kind, reason), reported=kind)
