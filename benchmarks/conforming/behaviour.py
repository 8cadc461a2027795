"""What one line of the table is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.model import InstalledPython

    Run = Callable[[Path, InstalledPython], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A behaviour, without the section that it stands in."""

    name: str
    expected: str
    """What Lambda does, in the words that `run` gives; VERSION is that of Python."""
    source: str
    run: Run


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One line of the table."""

    section: str
    line: Line
