"""Calls of a function from the command line: what is printed, kept and given back."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.cli.asked import asked_of
from lpack.printed import safe
from lpack.runtime import KeeperGone, Limits, NoIsolation, Sandbox
from lpack.runtime.logs import LogFolder
from lpack.runtime.refusal import no_sandbox
from lpack.values import asdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from lpack.cli.context import Context
    from lpack.cli.given_events import NamedEvent
    from lpack.cli.head_start import Ready
    from lpack.model import Invocation
    from lpack.runtime import Keeper

HANDLER_FAILED, TIMED_OUT = 4, 5
_TAIL = 4_096
"""Bytes of the log that Invoke gives back: LogType in
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""
_LONGEST = 60
"""Characters of an event that is its own name."""
_RETRIES = 2
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""


class Calls:
    """The sandbox of one command, and what goes on in it."""

    def __init__(self, context: Context, ready: Ready, sandbox: Sandbox) -> None:
        """Take a sandbox, which is closed in the end."""
        self.context = context
        self.ready = ready
        self.sandbox = sandbox
        self.asked = asked_of(context)
        self._documents: list[dict[str, Any]] = []
        self.is_json = context.options.output == "json"
        self.is_shown = not (self.is_json or context.options.tail or context.style.quiet)
        self.logs = LogFolder(ready.root, ready.deployment.group, sandbox.housing.stream)
        sandbox.journal.listener = self._listen
        if not context.style.quiet:
            for note in ready.notes:
                sys.stderr.write(f"note: {note}\n")
        if context.style.verbose:
            sys.stderr.write(_isolation(sandbox.housing.reason))

    @classmethod
    def opened(cls, context: Context, ready: Ready, keeper: Keeper) -> Calls:
        """Open the sandbox; raises BuildError LP412 when it cannot be had."""
        limits = Limits(response=ready.response_bytes)
        try:
            sandbox = Sandbox(ready.deployment, ready.surroundings, keeper, limits, None)
        except (NoIsolation, KeeperGone, OSError) as error:
            raise no_sandbox(str(error) or "its keeper is gone") from error
        return cls(context, ready, sandbox)

    def __enter__(self) -> Calls:  # noqa: PYI034 - `Self` is of Python 3.11
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all that runs."""
        self.sandbox.close()
        self.logs.close()

    def make(self, events: Sequence[NamedEvent]) -> int:
        """Call with each event and print the responses; give the exit status."""
        worst = self.run(events)
        self.report(worst)
        return worst

    def run(self, events: Sequence[NamedEvent]) -> int:
        """Call with each event and print the responses as they come; give the exit status."""
        worst = 0
        for number, event in enumerate(events, 1):
            if len(events) > 1 and not (self.is_json or self.context.style.quiet):
                name = safe(event.name[:_LONGEST])
                sys.stderr.write(f"event {number} of {len(events)}: {name}\n")
                sys.stderr.flush()
            if self.context.options.type == "Event":
                found, record = self._with_retries(event)
            else:
                found, record = [self.call(event)], None
                self._print(found[0])
            worst = max(worst, status_of(found[-1]))
            self._documents += [_document(event, one, record) for one in found]
        return worst

    def report(self, status: int, **more: Any) -> None:
        """Print all of it as one document, where that was asked for, with what else there is."""
        if self.is_json:
            document = _report(self._documents, status) | more
            _write(json.dumps(document, indent=2).encode() + b"\n")

    def call(self, event: NamedEvent) -> Invocation:
        """Call once; raises BuildError LP412 when nothing can be run any more."""
        try:
            done = self.sandbox.invoke(self.asked.call(event.content))
        except KeeperGone as error:
            raise no_sandbox("its keeper is gone") from error
        if self.context.options.tail and not self.is_json:
            sys.stderr.buffer.write(tail_of(done.log))
            sys.stderr.flush()
        return done

    def _print(self, done: Invocation) -> None:
        if self.is_json:
            return
        _write(done.payload + b"\n")
        if done.function_error and sys.stderr.isatty() and not self.context.style.quiet:
            from lpack.cli.trace import render_trace  # noqa: PLC0415 - only after a failure

            sys.stderr.write(
                render_trace(done.payload, self.context.style, self.ready.deployment.task)
            )

    def _with_retries(self, event: NamedEvent) -> tuple[list[Invocation], dict[str, Any] | None]:
        """Call as an asynchronous invocation is made, without the minutes between its attempts."""
        from pathlib import Path  # noqa: PLC0415 - seldom

        from lpack.cli.destination import failure_record, written  # noqa: PLC0415 - seldom

        found: list[Invocation] = []
        asked = self.asked
        while len(found) <= _RETRIES:
            done = self.call(event)
            found.append(done)
            # All attempts are one request.
            self.asked = self.asked.again(done.request_id)
            if not done.function_error:
                self.asked = asked
                return found, None
            if len(found) <= _RETRIES and self.is_shown:
                minutes = len(found)
                sys.stderr.write(
                    f"retry {minutes} of {_RETRIES}, which Lambda makes {minutes} min later\n"
                )
        self.asked = asked
        record = failure_record(
            self.ready.deployment, self.ready.surroundings, self.asked, event, found
        )
        path = written(record, Path(self.logs.root))
        if self.is_shown:
            sys.stderr.write(f"the record for the destination of failures is {path}\n")
        return found, record

    def _listen(self, request_id: str, piece: bytes) -> None:
        self.logs.write(request_id, piece)
        if self.is_shown:
            try:
                sys.stderr.buffer.write(piece)
                sys.stderr.flush()
            except OSError:
                self.is_shown = False  # nobody reads the log; the response still counts


def tail_of(log: bytes) -> bytes:
    """Give of the log of a call what Invoke does: its end, and never the line of a start."""
    first, newline, rest = log.partition(b"\n")
    if newline and (first.startswith(b"INIT_START") or b'"type":"platform.initStart"' in first):
        log = rest
    return log[-_TAIL:]


def status_of(done: Invocation) -> int:
    """Give the exit status that tells of an invocation."""
    if done.status == "timeout":
        return TIMED_OUT
    return HANDLER_FAILED if done.function_error else 0


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _isolation(reason: str) -> str:
    if reason:
        return (
            f"isolation: processes only ({reason}); paths, user and network are this machine's,"
            " and too many files or processes are noticed some milliseconds late\n"
        )
    return "isolation: namespaces\n"


def _report(documents: list[dict[str, Any]], status: int) -> dict[str, Any]:
    return {
        "report_version": 1,
        "lpack": __version__,
        "status": "failed" if status else "ok",
        "exit_status": status,
        "invocations": documents,
        "diagnostics": [],
    }


def _document(event: NamedEvent, done: Invocation, record: dict[str, Any] | None) -> dict[str, Any]:
    found = {**asdict(done), "event": event.name}
    found["payload"] = _json(done.payload)
    found["payload_text"] = done.payload.decode(errors="replace")
    found["log"] = done.log.decode(errors="replace")
    found["log_result"] = base64.b64encode(tail_of(done.log)).decode()
    return found | ({"destination": record} if record else {})


def _json(payload: bytes) -> Any:
    """Give what the payload means; None where it is no JSON, which bytes need not be."""
    try:
        return json.loads(payload, parse_constant=str)
    except (ValueError, RecursionError):
        return None
