"""What a function asks for, before versions are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model.lock import LockedPackage
    from lpack.model.messages import Where


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the project, with its place."""

    text: str
    """PEP 508, normalised."""
    where: Where


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Options about indexes that a requirements file states itself."""

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    prereleases: bool = False
    assigned: tuple[tuple[str, str], ...] = ()
    """Normalised name of a distribution, and the URL of the one index that it comes from."""
    reserved: tuple[str, ...] = ()
    """URLs of indexes that are asked for what is assigned to them, and for nothing else."""


@dataclass(frozen=True, slots=True)
class RequiredPython:
    """The Pythons that a project says it is for."""

    text: str
    """As it is written: `>=3.9`, or `^3.9` for Poetry."""
    specifiers: tuple[str, ...]
    """In the words of PEP 440; one of them has to hold."""
    where: Where


@dataclass(frozen=True, slots=True)
class LocalProject:
    """A folder of the user's that is a distribution, known without running its code."""

    name: str
    """Normalised."""
    version: str
    folder: Path
    """Absolute."""
    requirements: tuple[Requirement, ...] = ()
    extras: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict, hash=False)
    """Normalised name of an extra to what it adds."""
    files: tuple[Path, ...] = ()
    """Every file that was read, or whose absence decided something."""
    requires_python: RequiredPython | None = None


@dataclass(frozen=True, slots=True)
class RequirementSet:
    """All that a function asks for, read from the files that it names."""

    requirements: tuple[Requirement, ...]
    constraints: tuple[Requirement, ...] = ()
    hashes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Normalised name to the `sha256:…` values that the file allows; empty if it states none."""
    index: IndexOptions = IndexOptions()
    origin: str = ""
    """What was read, in words to print: `requirements.txt`, `pyproject.toml [project]`."""
    files: tuple[Path, ...] = ()
    """Every file that was read, or whose absence decided something."""
    uses_variables: bool = False
    """Whether a requirement takes its text from the environment."""
    pinned_by: str = ""
    """Another tool's lock, whose versions are among the constraints."""
    hashes_are_complete: bool = True
    """Whether a distribution without a hash is an error; not beside inline packages."""
    unpublished: frozenset[str] = frozenset()
    """Normalised names that another tool's lock takes from a folder or a repository."""
    pythons: tuple[RequiredPython, ...] = ()
    """What the projects that the requirements are read from say of Python."""
    projects: tuple[LocalProject, ...] = ()
    """Folders that ship as distributions; what they need is among the requirements."""
    resolved: tuple[LockedPackage, ...] | None = None
    """All that ships, where another tool's lock tells it so that no resolver is needed."""
    overridden: frozenset[str] = frozenset()
    """Normalised names whose versions there need not be what is required of them."""
    lock: Path | None = None
    """The pylock.toml that is the declaration itself, and is never written."""
    build_from_source: frozenset[str] = frozenset()
    """Normalised names of what may be built here, which runs code of its authors."""
