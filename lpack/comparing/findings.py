"""What is found when a package is held against its manifest."""

from __future__ import annotations

from typing import Literal

from lpack.values import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    place: Literal["manifest", "zip"]
    path: str
    """The entry, or empty."""
    message: str
    """Without the name of the entry, if there is one."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of holding a package against its manifest."""

    sha256: str
    """Of the zip."""
    size: int
    files: int
    unzipped: int
    sealed: bool
    """Whether the manifest has a seal, which protects what no zip tells, such as settings."""
    findings: tuple[Finding, ...]
