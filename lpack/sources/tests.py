"""Reads the tests that a function declares: each an event, and what is expected of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lpack.data import read_text
from lpack.errors import UsageError
from lpack.model import HandlerTest, Json, Where
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.config.reading import Reading
    from lpack.config.settings import TestSettings

# Lambda takes 6 MB at most, and pretty-printed JSON is larger than what is sent.
_EVENT_BYTES = 20_000_000


def read_tests(
    reading: Reading, declared: Iterable[TestSettings], place: Mapping[str, str]
) -> tuple[HandlerTest, ...]:
    """Read the tests of a function, their files included.

    Samples are of the region and account of `place`, where these are in it.
    Reports LP014 for an event that cannot be had, and LP432 for an expectation that is none.
    """
    tests = [_read_test(reading, test, place) for test in declared]
    seen: set[str] = set()
    for test in filter(None, tests):
        if test.name in seen:
            reading.report("LP432", f"there are two tests `{shown(test.name)}`", test.where)
        seen.add(test.name)
    return tuple(filter(None, tests))


def _read_test(
    reading: Reading, declared: TestSettings, place: Mapping[str, str]
) -> HandlerTest | None:
    table, where = declared.table, declared.where
    sample = table.get("sample", "")
    event = _event(reading, table, where, place)
    schema = _schema(reading, table.get("response_schema"), where)
    patterns = _several(table.get("log_pattern", []))
    if event is None or schema is None or not _are_patterns(reading, patterns, where):
        return None
    return HandlerTest(
        table["name"],
        event[0],
        table.get("response"),
        "response" in table,
        table.get("error_type") or None,
        table.get("response_like"),
        schema[0],
        _several(table.get("log", [])),
        patterns,
        table.get("max_ms"),
        table.get("max_mb"),
        table.get("warm", False),
        table.get("trigger", sample.partition(":")[0] or None),
        is_sample=bool(sample),
        where=where,
    )


def _several(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _event(
    reading: Reading, table: Any, where: Where, place: Mapping[str, str]
) -> tuple[Json] | None:
    if "sample" in table:
        return _sample(reading, table, where, place)
    if "options" in table:
        reading.report("LP432", "`options` are those of a `sample`, and there is none", where)
        return None
    event = table.get("event", {})
    if isinstance(event, str) and event.endswith(".json"):
        return _load(reading, event, "LP014", "event", where)
    if isinstance(event, str) and _is_named(event):
        # Where an event is given to `lpack invoke`, it would be the sample.
        message = f"the event would be the text `{shown(event)}`, which names a sample"
        reading.report("LP432", message, where, f'write `sample = "{shown(event)}"`')
        return None
    return (event,)


def _is_named(event: str) -> bool:
    from lpack.events import is_named  # noqa: PLC0415 - few events are a text

    return is_named(event)


def _sample(
    reading: Reading, table: Any, where: Where, place: Mapping[str, str]
) -> tuple[Json] | None:
    if "event" in table:
        reading.report("LP432", "a test has an `event` or a `sample`, not both", where)
        return None
    from lpack.events import sample  # noqa: PLC0415 - few tests ask the catalogue

    try:
        return (sample(table["sample"], table.get("options"), place),)
    except UsageError as error:
        (told,) = error.diagnostics
        reading.report(told.code, told.message, where, told.hint)
        return None


def _schema(reading: Reading, given: Any, where: Where) -> tuple[Any] | None:
    if not isinstance(given, str):
        return (given,)
    found = _load(reading, given, "LP432", "schema", where)
    if found is not None and not isinstance(found[0], dict):
        reading.report("LP432", f"schema file `{shown(given)}` is no JSON object", where)
        return None
    return found


def _are_patterns(reading: Reading, patterns: tuple[str, ...], where: Where) -> bool:
    broken = [(one, reason) for one in patterns if (reason := _fault(one))]
    for one, reason in broken:
        message = f"`{shown(one)}` is no regular expression: {reason}"
        reading.report("LP432", message, where)
    return not broken


def _fault(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error) or type(error).__name__
    return ""


def _load(reading: Reading, name: str, code: str, what: str, where: Where) -> tuple[Json] | None:
    path = reading.root / name
    if not reading.has(path):
        reading.report(code, f"{what} file `{shown(name)}` does not exist", where)
        return None
    text = read_text(path, reading.shown(path), _EVENT_BYTES)
    try:
        return (json.loads(text, parse_constant=_refuse),)
    except json.JSONDecodeError as error:
        reason, line = error.msg, error.lineno
    except (ValueError, RecursionError) as error:
        reason, line = str(error), 1
    message = f"{what} file `{shown(name)}` is not valid JSON: {reason}"
    reading.report(code, message, Where(reading.shown(path), line))
    return None


def _refuse(constant: str) -> Json:
    raise ValueError(f"`{constant}` is no JSON number")
