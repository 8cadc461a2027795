"""A copy of a user's folder to build in: backends leave files behind, which later builds read."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from lpack.building.failing import build_failed
from lpack.model import Where
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from pathlib import Path

# Large, and made on the spot: environments, caches, what a backend left there before.
_LEFT_OUT = (
    *(".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", "*.egg-info"),
)
_LEFT_OUT_ABOVE = ("build", "dist")


def copied(folder: Path, into: Path) -> Path:
    """Copy a project to a new folder below `into`, and give that; links stay links.

    The history of a repository comes along where it lies in the folder. Raises BuildError LP119.
    """
    general = shutil.ignore_patterns(*_LEFT_OUT)

    def left_out(place: str, names: list[str]) -> set[str]:
        found = set(general(place, names))
        return found.union(_LEFT_OUT_ABOVE) if place == str(folder) else found

    to = into / folder.name
    try:
        shutil.copytree(folder, to, symlinks=True, ignore=left_out)
    except (OSError, shutil.Error) as error:
        first = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror
        reason = f"the folder cannot be copied: {shown(str(first))}"
        raise build_failed(reason, Where(shown(str(folder)))) from error
    return to
