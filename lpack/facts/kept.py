"""What was noted of own files and of distributions, kept as JSON; losing it costs time only."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from lpack.publish import temporary

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "notes-1"
"""The folder. Changes when what is kept changes, or how it is found out."""
_MOST_BYTES = 50_000_000


def recall(cache: Path | None, *about: object) -> Any:
    """Give what was kept, or None."""
    if cache is None:
        return None
    path = _place(cache, about)
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def keep(cache: Path | None, value: Any, *about: object) -> None:
    """Keep a value; a cache that cannot be written is no failure."""
    if cache is None:
        return
    path = _place(cache, about)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary(path.parent) as new:
            new.write_bytes(json.dumps(value, separators=(",", ":")).encode())
            new.replace(path)


def _place(cache: Path, about: tuple[object, ...]) -> Path:
    name = hashlib.sha256(json.dumps(about).encode("utf-8", "surrogatepass")).hexdigest()
    return cache / VERSION / name[:2] / f"{name}.json"
