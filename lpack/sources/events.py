"""Reads the named events that a function is tried with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.data import read_text
from lpack.model import HandlerTest, Json, Where
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from lpack.config.reading import Reading
    from lpack.config.settings import TestSettings

# Lambda takes 6 MB at most, and pretty-printed JSON is larger than what is sent.
_EVENT_BYTES = 20_000_000


def read_test(reading: Reading, declared: TestSettings) -> HandlerTest | None:
    """Read the event of a test; report LP014 when its file is missing or no JSON."""
    event = declared.event
    if isinstance(event, str) and event.endswith(".json"):
        loaded = _load(reading, event, declared)
        if loaded is None:
            return None
        event = loaded[0]
    return HandlerTest(
        declared.name, event, declared.response, declared.has_response, declared.error_type
    )


def _load(reading: Reading, name: str, declared: TestSettings) -> tuple[Json] | None:
    path = reading.root / name
    if not reading.has(path):
        reading.report("LP014", f"event file `{shown(name)}` does not exist", declared.where)
        return None
    text = read_text(path, reading.shown(path), _EVENT_BYTES)
    try:
        return (json.loads(text, parse_constant=_refuse),)
    except json.JSONDecodeError as error:
        reason, line = error.msg, error.lineno
    except (ValueError, RecursionError) as error:
        reason, line = str(error), 1
    message = f"event file `{shown(name)}` is not valid JSON: {reason}"
    reading.report("LP014", message, Where(reading.shown(path), line))
    return None


def _refuse(constant: str) -> Json:
    raise ValueError(f"`{constant}` is no JSON number")
