"""`poetry.lock`, of Poetry 1.3 and later, which list the files of each package with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_toml
from lpack.requirements.locks.base import Pin, Pins, holds, pins_of, sha256_of, tables, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Target

_UNPUBLISHED = ("git", "directory", "file", "url")


def read_poetry_lock(path: Path, shown: str, target: Target) -> Pins:
    """Read what holds on the target; raises BuildError LP110, UsageError LP004 or LP005."""
    document = read_toml(path, shown, LOCK_BYTES)
    return pins_of(_pins(document, shown, target), shown)


def _pins(document: dict[str, Any], shown: str, target: Target) -> Iterator[Pin]:
    for package in tables(document, "package", shown):
        # Poetry 2 writes one marker, or one for each group of dependencies.
        marker = package.get("markers")
        marker = marker.get("main") if isinstance(marker, dict) else marker
        if not holds(marker, target, shown):
            continue
        source = package.get("source")
        kind = source.get("type") if isinstance(source, dict) else None
        yield Pin(
            text(package, "name", shown),
            text(package, "version", shown),
            sha256_of(tables(package, "files", shown)),
            published=kind not in _UNPUBLISHED,
        )
