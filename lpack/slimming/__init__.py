"""Leaving out what a distribution brings and no function needs: by choice, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Excluded, Saved
from lpack.slimming import commands, docs, metadata, runtime, stubs, tests
from lpack.slimming.base import Shipped, Slimmed, by_distribution
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpack.model import Entry, Function
    from lpack.slimming.base import Rule

__all__ = ["RULES", "Slimmed", "slimmed"]

RULES: dict[str, Rule] = {
    "runtime": runtime,
    "tests": tests,
    "docs": docs,
    "commands": commands,
    "stubs": stubs,
    "metadata": metadata,
}
"""By the name that `slim` knows it by. A file counts for the first rule that leaves it out."""


def slimmed(entries: tuple[Entry, ...], function: Function) -> Slimmed:
    """Leave out files of distributions by the rules that the function chose.

    What the function's `include` names stays. Raises BuildError LP204 when a wheel cannot be read.
    """
    work = _Work(entries, _matcher(function.include))
    for name, rule in RULES.items():
        if name in function.slim:
            shipped = by_distribution(tuple(work.left.values()))
            work.leave_out(name, shipped, frozenset(rule.left_out(shipped, function.target)))
    return Slimmed(work.ordered(), tuple(work.excluded), tuple(work.saved), work.generated)


@dataclass
class _Work:
    """What is left of the files, rule after rule."""

    entries: tuple[Entry, ...]
    stays: Callable[[str], bool]
    excluded: list[Excluded] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    generated: dict[str, bytes] = field(default_factory=dict)
    left: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.left = {entry.path: entry for entry in self.entries}

    def leave_out(self, rule: str, shipped: tuple[Shipped, ...], found: frozenset[str]) -> None:
        """Take files out, and put in what stands for them."""
        gone = frozenset(path for path in found if not self.stays(path))
        size = sum(self.left[path].size for path in gone)
        for one in shipped:
            self.excluded += [Excluded(path, rule, one.name) for path in _folded(one, gone)]
            size -= self._stand_in(one, gone)
        for path in gone:
            del self.left[path]
        self.saved.append(Saved(rule, len(gone), size))

    def ordered(self) -> tuple[Entry, ...]:
        """Give what is left in the order of the package."""
        if not self.generated:
            return tuple(self.left.values())
        return tuple(
            sorted(self.left.values(), key=lambda entry: (entry.owner, entry.path.encode()))
        )

    def _stand_in(self, one: Shipped, gone: frozenset[str]) -> int:
        found = metadata.stand_in(one, gone) if one.files.keys() - gone else None
        if found is None:
            return 0
        entry, self.generated[entry.path] = found
        self.left[entry.path] = entry
        return entry.size


def _matcher(include: tuple[str, ...]) -> Callable[[str], bool]:
    if not include:
        return lambda _: False
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most functions have no patterns

    return GitIgnoreSpec.from_lines(include).match_file


def _folded(one: Shipped, gone: frozenset[str]) -> Iterator[str]:
    """Give the files of a distribution that go, a folder for those of which nothing stays."""
    staying = {folder for path in one.files if path not in gone for folder in _folders(path)}
    yield from dict.fromkeys(
        next((f"{folder}/" for folder in _folders(path) if folder not in staying), path)
        for path in sorted(one.files.keys() & gone, key=str.encode)
    )


def _folders(path: str) -> Iterator[str]:
    """Give the folders that a file lies in, outermost first."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        yield "/".join(parts[:depth])
