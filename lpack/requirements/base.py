"""What a reader of declared dependencies is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lpack.model import RequirementSet, RequirementsInput

Reader = Callable[[Path, Path, RequirementsInput, Mapping[str, str]], RequirementSet]
"""`(file, project root, what the function asked for, environment variables) → its requirements`."""


def shown(path: Path, root: Path) -> str:
    """Give the path as the user would write it, relative to the project where it lies inside."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
