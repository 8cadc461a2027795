"""Running lpack in a project whose wheels lie in the `wheelhouse` beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def lpack(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project, without any network."""
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project.parent / "wheelhouse")}
    return subprocess.run(
        [sys.executable, "-m", "lpack", *words],
        cwd=project,
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
        check=False,
    )


def lines_told(stderr: str) -> list[str]:
    """Give the lines of what is told, without the source lines that are shown and their columns."""
    lines = (line for line in stderr.splitlines() if not re.match(r" *\d* +\|", line))
    return [re.sub(r"^ +--> (.*?:\d+):\d+", r"  --> \1", line) for line in lines]
