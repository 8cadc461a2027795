"""What was chosen, by digest, and the wheels that the store has of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class BuiltFrom:
    """What a wheel is built from where an index has none."""

    kind: Literal["folder", "sdist", "git"]
    location: str
    """File URL of a folder, URL of an sdist or of a repository; without credentials."""
    digest: str = ""
    """sha256 of the sdist, or the commit, both hexadecimal; empty for a folder."""
    size: int | None = None
    """Bytes of the sdist."""
    subdirectory: str = ""
    """Where in the sdist or repository the project lies."""
    requires: tuple[str, ...] = ()
    """What built it, as `name==version`; empty when lpack did, without running anything."""


@dataclass(frozen=True, slots=True)
class LockedWheel:
    """A wheel that the lock allows."""

    filename: str
    location: str
    """An http(s) or file URL, without credentials."""
    sha256: str
    size: int | None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One distribution at one version, with its wheels for the target, the best first."""

    name: str
    version: str
    wheels: tuple[LockedWheel, ...]
    source: BuiltFrom | None = None
    """Set for what is built here; its wheel, if known, is the one that was built before."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a resolver decided for one target."""

    packages: tuple[LockedPackage, ...]
    resolver: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file, read for one target."""

    path: Path | None
    """None when the function has no dependencies and so needs no lock."""
    digest: str
    """sha256 of the file's bytes, hexadecimal; empty when there is no file."""
    resolver: str
    packages: tuple[LockedPackage, ...]
    fresh: bool
    """Whether this run wrote it."""


@dataclass(frozen=True, slots=True)
class StoredWheel:
    """An admitted wheel in the store."""

    name: str
    version: str
    filename: str
    path: Path
    sha256: str
    size: int
    stamp: tuple[int, ...] | None = None
    """Of the file when it was verified, to notice a change before the package is published."""
    is_hashed: bool = field(default=False, compare=False)
    """Whether its bytes were hashed in this run, and not believed for their stamp."""
    is_own: bool = False
    """Whether it was made here of a folder of the user's, and so changes with the code."""


@dataclass(frozen=True, slots=True)
class Container:
    """A file of streams that were made from a wheel, and are in the package instead of its own."""

    owner: str
    """Name of the distribution."""
    filename: str
    """Of the wheel."""
    path: Path
    sha256: str
    stamp: tuple[int, ...] | None = None
    """As that of a wheel."""
