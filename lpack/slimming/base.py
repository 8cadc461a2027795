"""What a rule of slimming is, and the values that it works on."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.model import Entry, Excluded, Saved, Target

_MODULE_ENDINGS = (".py", ".so")
DIST_INFO = ".dist-info"


@dataclass(frozen=True)
class Shipped:
    """A distribution with those of its files that are to ship."""

    name: str
    entries: tuple[Entry, ...]
    """In the order of the package; not empty."""

    @cached_property
    def files(self) -> Mapping[str, Entry]:
        """Its files by their path in the package."""
        return {entry.path: entry for entry in self.entries}

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the first bytes of a file; empty for one that an installer rewrites."""
        from lpack.wheels.content import read_member  # noqa: PLC0415 - most rules read nothing

        entry = self.files[path]
        return b"" if entry.member is None else read_member(entry.origin, entry.member, limit)

    def below(self, folder: str) -> Iterator[str]:
        """Give the paths of the files in a folder, at any depth."""
        return (path for path in self.files if path.startswith(folder + "/"))


class Rule(Protocol):
    """A module of this folder: it says which files go, why that cannot hurt, and what stays."""

    __doc__: str | None

    def left_out(self, shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:
        """Give the paths of the files that need not ship."""
        ...


@dataclass(frozen=True, slots=True)
class Slimmed:
    """The files that still ship, and what was left out of them by which rule."""

    entries: tuple[Entry, ...]
    excluded: tuple[Excluded, ...] = ()
    """A folder stands for all that its distribution had in it."""
    saved: tuple[Saved, ...] = ()
    generated: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    """Content of files that stand in for what was left out, by path."""


def by_distribution(entries: tuple[Entry, ...]) -> tuple[Shipped, ...]:
    """Group files by the distribution that brings them."""
    ordered = sorted(entries, key=lambda entry: entry.owner)
    groups = groupby(ordered, key=lambda entry: entry.owner)
    return tuple(Shipped(name, tuple(group)) for name, group in groups)


def is_module(path: str) -> bool:
    """Tell whether a file can be imported, if it lies in a place where Python looks."""
    return path.endswith(_MODULE_ENDINGS)


def folders_named(paths: Mapping[str, Entry], names: frozenset[str]) -> set[str]:
    """Find the folders of these names, at any depth, but for those below `.dist-info`."""
    found = set()
    for path in paths:
        parts = path.split("/")[:-1]
        if parts and parts[0].endswith(DIST_INFO):
            continue
        for depth, part in enumerate(parts, start=1):
            if part in names:
                found.add("/".join(parts[:depth]))
    return found
