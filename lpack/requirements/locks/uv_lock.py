"""`uv.lock`: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_toml
from lpack.requirements.locks.base import Pin, Pins, holds, pins_of, sha256_of, tables, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Target


def read_uv_lock(path: Path, shown: str, target: Target) -> Pins:
    """Read what holds on the target; raises BuildError LP110, UsageError LP004 or LP005."""
    document = read_toml(path, shown, LOCK_BYTES)
    return pins_of(_pins(document, shown, target), shown)


def _pins(document: dict[str, Any], shown: str, target: Target) -> Iterator[Pin]:
    for package in tables(document, "package", shown):
        source = package.get("source")
        source = source if isinstance(source, dict) else {}
        is_project = "." in (source.get("editable"), source.get("virtual"))
        markers = package.get("resolution-markers", [])
        fits = not markers or any(holds(marker, target, shown) for marker in markers)
        if is_project or not fits:
            continue
        files = (*tables(package, "wheels", shown), package.get("sdist", {}))
        yield Pin(
            text(package, "name", shown),
            str(package.get("version", "0")),
            sha256_of(files),
            published="registry" in source,
        )
