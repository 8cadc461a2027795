"""The events of a command line: files, folders of files, JSON, standard input, and names."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from lpack.errors import UsageError
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Json

_LONGEST = 60
_MOST = 64 << 20
"""Bytes of a file that is read to find out that it is too large."""

_WAYS = "name a file, a folder, a sample of `lpack event`, or `-` for standard input"


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """An event, and what it was called."""

    name: str
    content: bytes
    """JSON in UTF-8."""


def events_of(
    given: list[str], declared: Mapping[str, Json], place: Mapping[str, str]
) -> tuple[NamedEvent, ...]:
    """Give the events that were asked for, in their order; `{}` where none was.

    Samples are of the `place` of the function: its region and account.

    Raises UsageError LP411 for what is none.
    """
    found: list[NamedEvent] = []
    for text in given or ["{}"]:
        found += _events(text, declared, place)
    return tuple(found)


def _events(text: str, declared: Mapping[str, Json], place: Mapping[str, str]) -> list[NamedEvent]:
    if text in declared:
        return [NamedEvent(text, json.dumps(declared[text], ensure_ascii=False).encode())]
    if text == "-":
        return [_checked("-", sys.stdin.buffer.read(_MOST), text)]
    if not text.strip():
        raise _empty("")
    try:
        if os.path.isdir(text):  # noqa: PTH112 - see `head_start.py`
            return _of_folder(text)
        if os.path.exists(text):  # noqa: PTH110 - see `head_start.py`
            return [_of_file(text)]
    except (OSError, ValueError):
        pass  # too long for a name: JSON, most likely
    if not text.lstrip().startswith(("{", "[", '"')):
        from lpack.events import is_named, named  # noqa: PLC0415 - few events are samples

        if is_named(text):
            return [NamedEvent(text, json.dumps(named(text, place), ensure_ascii=False).encode())]
        if not _looks_like_json(text):
            raise _unknown(text, declared)
    return [_checked(text, text.encode("utf-8", "surrogateescape"), text)]


def _looks_like_json(text: str) -> bool:
    first = text.strip()[:1]
    return not first or first in "-0123456789" or text.strip() in ("true", "false", "null")


def _unknown(text: str, declared: Mapping[str, Json]) -> UsageError:
    """Make the error for what looks like the name of something."""
    from lpack.events import names  # noqa: PLC0415 - see above
    from lpack.validation.wording import did_you_mean, shown  # noqa: PLC0415 - see above

    if text.endswith(".json") or "/" in text:
        return UsageError("LP411", f"there is no file `{shown(text)}`", hint=_WAYS)
    message = f"`{shown(text)}` is neither JSON nor the name of a file, a test or a sample"
    return UsageError("LP411", message, hint=did_you_mean(text, [*declared, *names()]) or _WAYS)


def _of_folder(folder: str) -> list[NamedEvent]:
    from pathlib import Path  # noqa: PLC0415 - see `head_start.py`

    files = sorted(map(str, Path(folder).glob("*.json")))
    if not files:
        raise UsageError("LP411", f"the folder `{folder}` holds no event (*.json)")
    return [_of_file(file) for file in files]


def _of_file(path: str) -> NamedEvent:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - see `head_start.py`
            content = file.read(_MOST)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError("LP411", f"the event `{path}` cannot be read: {reason}") from error
    return _checked(path, content, "")


def _checked(name: str, content: bytes, given: str) -> NamedEvent:
    """Refuse what is no JSON; what is, reaches the function byte for byte, but for a mark."""
    if not content.strip():
        raise _empty(name)
    try:
        text = content.decode("utf-8-sig")
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "LP411",
            f"the event `{name[:_LONGEST]}` is not JSON: {error}",
            hint=_WAYS if given and given != "-" else None,
        ) from error
    return NamedEvent(name, text.encode())


def _empty(name: str) -> UsageError:
    """Make the error for nothing at all, which is hardly what was meant."""
    what = f"the event `{name}` is empty" if name else "the event is empty"
    return UsageError("LP411", what, hint="leave out `--event` for the event `{}`")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"`{constant}` is no value of JSON")
