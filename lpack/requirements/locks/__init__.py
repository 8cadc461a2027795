"""Locks of other tools, read directly: what ships, with the wheels that they list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.lazily import lazily

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import LockReader

LOCKS: dict[str, tuple[tuple[str, LockReader], ...]] = {
    "pyproject.toml": (
        ("uv.lock", lazily("lpack.requirements.locks.uv_lock:read_uv_lock")),
        ("poetry.lock", lazily("lpack.requirements.locks.poetry_lock:read_poetry_lock")),
        ("pdm.lock", lazily("lpack.requirements.locks.pdm_lock:read_pdm_lock")),
    ),
    "Pipfile": (
        ("Pipfile.lock", lazily("lpack.requirements.locks.pipfile_lock:read_pipfile_lock")),
    ),
}
"""What declares the dependencies, to the locks that may lie beside it."""


def locks_beside(declaration: Path) -> tuple[tuple[Path, LockReader], ...]:
    """Give the locks that belong to a file that declares dependencies."""
    return tuple(
        (declaration.parent / name, reader)
        for name, reader in LOCKS.get(declaration.name, ())
        if (declaration.parent / name).is_file()
    )


__all__ = ["LOCKS", "locks_beside"]
