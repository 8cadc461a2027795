"""Where a function's dependencies are declared; each file here reads one kind of declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.lazily import lazily

if TYPE_CHECKING:
    from lpack.requirements.base import Reader

READERS: tuple[tuple[str, Reader], ...] = (
    ("pyproject.toml", lazily("lpack.requirements.pyproject:read_pyproject")),
    ("Pipfile", lazily("lpack.requirements.pipfile:read_pipfile")),
    ("Pipfile.lock", lazily("lpack.requirements.beside:read_lock_of_pipfile")),
    ("uv.lock", lazily("lpack.requirements.beside:read_lock_of_pyproject")),
    ("poetry.lock", lazily("lpack.requirements.beside:read_lock_of_pyproject")),
    ("pdm.lock", lazily("lpack.requirements.beside:read_lock_of_pyproject")),
    ("setup.cfg", lazily("lpack.requirements.setup_files:read_setup")),
    ("setup.py", lazily("lpack.requirements.setup_files:read_setup")),
    (".txt", lazily("lpack.requirements.requirements_txt:read_requirements_txt")),
    (".in", lazily("lpack.requirements.requirements_txt:read_requirements_txt")),
    (".py", lazily("lpack.requirements.script:read_script")),
    (".toml", lazily("lpack.requirements.beside:read_pylock")),
)
"""End of a file's name to what reads it; the first that fits counts."""

__all__ = ["READERS"]
