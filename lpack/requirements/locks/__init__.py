"""Locks of other tools, read directly: what ships, with the wheels that they list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.requirements.locks.base import Locked, LockReader, Pins, Selection
from lpack.requirements.locks.pdm_lock import read_pdm_lock
from lpack.requirements.locks.pipfile_lock import read_pipfile_lock
from lpack.requirements.locks.poetry_lock import read_poetry_lock
from lpack.requirements.locks.uv_lock import read_uv_lock

if TYPE_CHECKING:
    from pathlib import Path

LOCKS: dict[str, tuple[tuple[str, LockReader], ...]] = {
    "pyproject.toml": (
        ("uv.lock", read_uv_lock),
        ("poetry.lock", read_poetry_lock),
        ("pdm.lock", read_pdm_lock),
    ),
    "Pipfile": (("Pipfile.lock", read_pipfile_lock),),
}
"""What declares the dependencies, to the locks that may lie beside it."""


def locks_beside(declaration: Path) -> tuple[tuple[Path, LockReader], ...]:
    """Give the locks that belong to a file that declares dependencies."""
    return tuple(
        (declaration.parent / name, reader)
        for name, reader in LOCKS.get(declaration.name, ())
        if (declaration.parent / name).is_file()
    )


__all__ = ["LOCKS", "LockReader", "Locked", "Pins", "Selection", "locks_beside"]
