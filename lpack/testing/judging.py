"""Holds what came of a call against what its test expects."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.printed import safe
from lpack.testing.differences import differences, shown
from lpack.validation.bounded import TooLongError, within
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import HandlerTest, Json

_SECONDS = 2.0
"""Processor time for what a test wants to be searched or validated."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a call has given."""

    payload: bytes
    """The response, or the body of the error."""
    error_type: str | None
    """None where it is a response."""
    log: str
    duration: float
    """Milliseconds, without the initialisation."""
    memory: int
    """MB."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as expected."""

    what: str
    """In a line."""
    lines: tuple[str, ...] = ()
    """What there is to tell beyond that."""


Verdict = tuple[Finding, ...]
"""All that is not as expected; empty for a test that has passed."""


def judged(test: HandlerTest, observed: Observed) -> Verdict:
    """Give all that is not as a test expects; raises UsageError LP432 for what takes too long."""
    try:
        with within(_SECONDS):
            return tuple(_findings(test, observed))
    except TooLongError as error:
        raise UsageError(
            "LP432",
            f"test `{test.name}` was not decided within {_SECONDS:g} seconds",
            where=test.where,
            hint="simplify its `log_pattern` or `response_schema`",
        ) from error


def _findings(test: HandlerTest, observed: Observed) -> Iterator[Finding]:
    error = _error(test, observed)
    if error is not None:
        yield error
    else:
        yield from _of_response(test, observed)
    yield from _of_log(test, observed.log)
    yield from _of_limits(test, observed)


def _error(test: HandlerTest, observed: Observed) -> Finding | None:
    """Tell whether it should have ended otherwise, before anything is compared."""
    if observed.error_type == test.error_type:
        return None
    if observed.error_type is None:
        return Finding(
            f"expected the error {test.error_type}, and it returned", (_text(observed.payload),)
        )
    wanted = f"the error {test.error_type}" if test.error_type else "a response"
    return Finding(
        f"expected {wanted}, got the error {safe(observed.error_type)}",
        tuple(_trace(observed.payload)),
    )


def _trace(payload: bytes) -> Iterator[str]:
    try:
        body = json.loads(payload)
        message, frames = body.get("errorMessage", ""), body.get("stackTrace", [])
    except (ValueError, RecursionError, AttributeError):
        yield _text(payload)
        return
    yield safe(str(message))
    for frame in frames if isinstance(frames, list) else ():
        yield from (safe(line) for line in str(frame).rstrip().splitlines())


def _of_response(test: HandlerTest, observed: Observed) -> Iterator[Finding]:
    if not test.has_response and test.response_like is None and test.response_schema is None:
        return
    try:
        found: Json = json.loads(observed.payload)
    except (ValueError, RecursionError):
        yield Finding("the response is not JSON", (_text(observed.payload),))
        return
    if test.has_response:
        yield from _differing("the response is another", differences(test.response, found))
    if test.response_like is not None:
        lines = differences(test.response_like, found, partly=True)
        yield from _differing("the response is not like that", lines)
    if test.response_schema is not None:
        lines = _misfits(test, found)
        yield from _differing("the response does not fit its schema", lines)


def _differing(what: str, lines: list[str]) -> Iterator[Finding]:
    if lines:
        yield Finding(what, tuple(lines))


def _misfits(test: HandlerTest, found: Json) -> list[str]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - takes long to load
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415 - comes with it
    from referencing import Registry  # noqa: PLC0415 - comes with it
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - comes with it

    schema: Any = test.response_schema
    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry knows no way to retrieve anything.
        errors = list(Draft202012Validator(schema, registry=Registry()).iter_errors(found))
    except (SchemaError, Unresolvable, RecursionError, re.error) as error:
        reason = getattr(error, "message", None) or str(error) or type(error).__name__
        message = f"`response_schema` of test `{test.name}` is no JSON Schema: {reason}"
        raise UsageError("LP432", message, where=test.where) from error
    ordered = sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{error.json_path}: {safe(error.message)}"[:500] for error in ordered[:20]]


def _of_log(test: HandlerTest, log: str) -> Iterator[Finding]:
    missing = [shown(text) for text in test.log if text not in log]
    missing += [
        f"/{safe(text)}/" for text in test.log_patterns if not re.search(text, log, re.MULTILINE)
    ]
    if missing:
        yield Finding("the log lacks what was expected", tuple(missing))


def _of_limits(test: HandlerTest, observed: Observed) -> Iterator[Finding]:
    if test.max_ms is not None and observed.duration > test.max_ms:
        yield Finding(f"it took {observed.duration:.2f} ms, more than {test.max_ms:g} ms")
    if test.max_mb is not None and observed.memory > test.max_mb:
        yield Finding(f"it used {observed.memory} MB, more than {test.max_mb} MB")


def _text(payload: bytes) -> str:
    return safe(payload[:500].decode("utf-8", "replace"))
