"""Tells where two JSON values differ, place by place, in words that a reader finds it by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.printed import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Json

_MOST = 20
"""Lines; what follows would not help to find the first mistake."""
_LETTERS = 200
"""Of a value that is shown."""


def differences(expected: Json, found: Json, *, partly: bool = False) -> list[str]:
    """Give a line for each place where a value is not as expected; none where it is.

    `partly` lets tables have more keys, and takes a table or list for its JSON in a string.
    1 and 1.0 are the same number, 1 and true are not the same.
    """
    lines = list(_compared(expected, found, "", partly=partly))
    if len(lines) > _MOST:
        lines[_MOST:] = [f"… and {len(lines) - _MOST} more"]
    return lines


def _compared(expected: Json, found: Json, path: str, *, partly: bool) -> Iterator[str]:
    if partly and isinstance(found, str) and isinstance(expected, dict | list):
        found = _parsed(found)
    if isinstance(expected, dict) and isinstance(found, dict):
        yield from _tables(expected, found, path, partly=partly)
    elif isinstance(expected, list) and isinstance(found, list):
        yield from _lists(expected, found, path, partly=partly)
    elif isinstance(expected, bool) != isinstance(found, bool) or expected != found:
        yield f"{path or 'it'}: expected {shown(expected)}, got {shown(found)}"


def _tables(
    expected: dict[str, Json], found: dict[str, Json], path: str, *, partly: bool
) -> Iterator[str]:
    for key, value in expected.items():
        place = _place(path, key)
        if key in found:
            yield from _compared(value, found[key], place, partly=partly)
        else:
            yield f"{place}: expected {shown(value)}, and it is missing"
    if not partly:
        extra = (key for key in found if key not in expected)
        yield from (f"{_place(path, key)}: not expected, got {shown(found[key])}" for key in extra)


def _lists(expected: list[Json], found: list[Json], path: str, *, partly: bool) -> Iterator[str]:
    for number, (one, other) in enumerate(zip(expected, found, strict=False)):
        yield from _compared(one, other, f"{path}[{number}]", partly=partly)
    for number in range(len(found), len(expected)):
        yield f"{path}[{number}]: expected {shown(expected[number])}, and it is missing"
    for number in range(len(expected), len(found)):
        yield f"{path}[{number}]: not expected, got {shown(found[number])}"


def _place(path: str, key: str) -> str:
    if key.isidentifier():
        return f"{path}.{key}"
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _parsed(text: str) -> Json:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return parsed


def shown(value: Json) -> str:
    """Write a value as JSON on one line, shortened, and without what a terminal would obey."""
    text = safe(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"
