"""Reads what was chosen of an event, each option by its declared kind."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.validation.constraints import broken
from lpack.validation.wording import did_you_mean, listed, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lpack.events.catalogue import Option, Source

_NOW = "now"


def chosen(source: Source, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values by the names of their options; a list for each one that repeats.

    Raises UsageError LP431 for an option that the event does not have, or a value that is none.
    """
    values = {name: _value(_known(name, source), value) for name, value in given.items()}
    if values.pop(_NOW, False):
        values["time"] = int(datetime.now(timezone.utc).timestamp() * 1000)
    return values


def _known(name: str, source: Source) -> Option:
    if name in source.options:
        return source.options[name]
    near = did_you_mean(name, source.options)
    raise UsageError(
        "LP431",
        f"the event `{source.full_name}` has no option `{shown(name)}`",
        hint=near or f"its options are {listed(source.options)}",
    )


def _value(option: Option, given: Any) -> Any:
    if option.kind == "pairs":
        return [pair for one in _several(given) for pair in _pairs(option, one)]
    if option.repeats:
        return [_one(option, one) for one in _several(given)]
    return _one(option, given)


def _several(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _one(option: Option, given: Any) -> Any:
    value = _READERS[option.kind](option, given)
    if option.kind not in ("json", "bytes", "time"):
        for problem in broken(value, option.schema, (option.name,)):
            raise _refused(option, problem.message, problem.hint)
    return value


def _string(option: Option, given: Any) -> str:
    if isinstance(given, str):
        return given
    raise _refused(option, f"`{option.name}` must be a string")


def _integer(option: Option, given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if given.isascii() and given.removeprefix("-").isdigit() and len(given) < 16:  # noqa: PLR2004 - safe in JSON
        return int(given)
    raise _refused(option, f"`{option.name}` must be an integer, not `{shown(given)}`")


def _boolean(option: Option, given: Any) -> Any:
    del option
    return given


def _json(option: Option, given: Any) -> Any:
    if not isinstance(given, str | bytes):
        return given
    try:
        return json.loads(given, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        message = f"`{option.name}` is not valid JSON: {error}"
        raise _refused(option, message, "put the JSON in single quotes") from error


def _no_number(constant: str) -> Any:
    raise ValueError(f"`{constant}` is no JSON number")


def _bytes(option: Option, given: Any) -> bytes:
    """Take bytes, text, or anything else as the JSON of it."""
    del option
    if isinstance(given, bytes):
        return given
    text = given if isinstance(given, str) else json.dumps(given, separators=(",", ":"))
    # What the shell gives and is not UTF-8 goes on as it came.
    return text.encode("utf-8", "surrogateescape")


def _time(option: Option, given: Any) -> int:
    """Give milliseconds since 1970; a number is such already."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    try:
        moment = datetime.fromisoformat(str(given).replace("Z", "+00:00"))
    except ValueError as error:
        message = f"`{option.name}` is no date and time: `{shown(given)}`"
        raise _refused(option, message, "write it as 2026-01-15T12:00:00Z") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


_READERS: dict[str, Callable[[Option, Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "json": _json,
    "bytes": _bytes,
    "time": _time,
}


def _pairs(option: Option, given: Any) -> Iterator[tuple[str, str]]:
    """Take `NAME=VALUE`, or a table of such."""
    if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        yield from given.items()
        return
    name, equals, value = given.partition("=") if isinstance(given, str) else ("", "", "")
    if not (name and equals):
        raise _refused(option, f"`{option.name}` must be NAME=VALUE")
    yield name, value


def _refused(option: Option, message: str, hint: str | None = None) -> UsageError:
    return UsageError("LP431", message, hint=hint or option.description)
