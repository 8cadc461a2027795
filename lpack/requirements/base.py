"""What a reader of declared dependencies is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lpack.model import RequirementSet, RequirementsInput

Reader = Callable[[Path, Path, RequirementsInput, Mapping[str, str]], RequirementSet]
"""`(file, project root, what the function asked for, environment variables) → its requirements`."""
