"""`Pipfile.lock`: https://github.com/pypa/pipfile ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_text
from lpack.requirements.locks.base import Pin, Pins, holds, malformed, pins_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Target


def read_pipfile_lock(path: Path, shown: str, target: Target) -> Pins:
    """Read what holds on the target; raises BuildError LP110 or UsageError LP004.

    The packages for development are in a section of their own, which is not read.
    """
    try:
        document = json.loads(read_text(path, shown, LOCK_BYTES))
        section = document["default"]
        return pins_of(_pins(section, shown, target), shown)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise malformed(shown, str(error)) from error


def _pins(section: dict[str, dict[str, Any]], shown: str, target: Target) -> Iterator[Pin]:
    for name, package in section.items():
        if holds(package.get("markers"), target, shown):
            yield Pin(
                name,
                str(package.get("version", "")).removeprefix("=="),
                tuple(str(value) for value in package.get("hashes", [])),
                published="version" in package,
            )
