"""`pdm.lock`: https://pdm-project.org/en/latest/usage/lockfile/ ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_toml
from lpack.requirements.locks.base import Pin, Pins, holds, pins_of, sha256_of, tables, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Target

_UNPUBLISHED = ("git", "hg", "svn", "bzr", "path", "url", "editable")


def read_pdm_lock(path: Path, shown: str, target: Target) -> Pins:
    """Read what holds on the target; raises BuildError LP110, UsageError LP004 or LP005."""
    document = read_toml(path, shown, LOCK_BYTES)
    return pins_of(_pins(document, shown, target), shown)


def _pins(document: dict[str, Any], shown: str, target: Target) -> Iterator[Pin]:
    for package in tables(document, "package", shown):
        if not holds(package.get("marker"), target, shown):
            continue
        yield Pin(
            text(package, "name", shown),
            text(package, "version", shown),
            sha256_of(tables(package, "files", shown)),
            published=not any(key in package for key in _UNPUBLISHED),
        )
