"""Projects written from a few words, and what lpack reads of their configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.config import Overrides
from lpack.errors import UsageError
from lpack.steps.configure import read_project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Diagnostic, Function

HANDLER = "def lambda_handler(event, context):\n    return event\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files with their folders."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def only_function(folder: Path, files: Mapping[str, str] | None = None) -> Function:
    """Read the project, with more files if given, and give its one function."""
    (function,) = read_project(write(folder, files or {}), Overrides(), {}).functions
    return function


def refused(
    folder: Path, overrides: Overrides | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """Write out the mistakes for which the project is refused."""
    with pytest.raises(UsageError) as caught:
        read_project(folder, overrides or Overrides(), environ or {})
    return "\n".join(_written(mistake) for mistake in caught.value.diagnostics)


def _written(mistake: Diagnostic) -> str:
    lines = [f"{mistake.code}: {mistake.message}"]
    lines += [f"  --> {mistake.where}"] if mistake.where else []
    lines += [f"  hint: {mistake.hint}"] if mistake.hint else []
    return "\n".join(lines)
