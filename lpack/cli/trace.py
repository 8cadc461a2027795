"""An error of a handler for people: what it was, the user's own lines first, then the others."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.printed import count, safe

if TYPE_CHECKING:
    from lpack.reporters import Style

_FRAME = re.compile(r'\s*File "(?P<file>.*?)", [Ll]ine (?P<line>\d+)(?:, in (?P<name>.*))?')
_TASK = "/var/task/"
_RED, _DIM = "31", "2"


def render_trace(payload: bytes, style: Style, task: str = "") -> str:
    """Give the lines to be shown for the body of an error.

    `task` is the folder with the package's files, whose distributions tell what they have brought.
    """
    try:
        error = json.loads(payload)
        kind, message = str(error["errorType"]), str(error["errorMessage"])
        frames = [one for one in error.get("stackTrace") or [] if isinstance(one, str)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    lines = [f"\n{_paint('error', _RED, style)}: {safe(kind)}: {safe(message)}"]
    brought = _brought(task)
    own = [one for one in frames if _is_own(one, brought)]
    # The line that failed comes first: it is what one looks for.
    lines += [_shown(one) for one in reversed(own)]
    others = len(frames) - len(own)
    if others:
        lines.append(
            _paint(f"  and {count(others, 'frame')} of others; all are above", _DIM, style)
        )
    return "\n".join(lines) + "\n"


def _brought(task: str) -> frozenset[str]:
    """Give the paths of all files that distributions have brought."""
    found: set[str] = set()
    for record in Path(task).glob("*.dist-info/RECORD") if task else ():
        with record.open(encoding="utf-8", errors="replace", newline="") as file:
            found.update(row[0] for row in csv.reader(file) if row)
    return frozenset(found)


def _is_own(frame: str, brought: frozenset[str]) -> bool:
    found = _FRAME.match(frame)
    if not found or not found["file"].startswith(_TASK):
        return False
    path = found["file"].removeprefix(_TASK)
    return "site-packages" not in path and path not in brought


def _shown(frame: str) -> str:
    found = _FRAME.match(frame)
    if not found:
        return ""
    place = f"{found['file'].removeprefix(_TASK)}:{found['line']}"
    name = f" in {found['name'].splitlines()[0]}" if found["name"] else ""
    code = frame[found.end() :].strip("\n")
    return safe(f"  {place}{name}") + (f"\n{safe(code)}" if code else "")


def _paint(text: str, color: str, style: Style) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if style.color else text
