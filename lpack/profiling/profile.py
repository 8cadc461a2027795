"""What a function has recorded of its start, as a tree of imports with their times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OWN, STANDARD, RUNTIME = "your own code", "Python's library", "Lambda's runtime"
"""The owners that are no distribution."""
_MOMENT, _NAME, _ORIGIN = 2, 3, 4
"""Places in a line of the record."""


@dataclass(frozen=True, slots=True)
class Import:
    """One module that was loaded, or that was looked for and is not there."""

    name: str
    owner: str
    begin: float
    """Milliseconds since the start of the sandbox, as all times here."""
    end: float
    inner: tuple[Import, ...] = ()
    """Those that it has caused itself."""

    @property
    def took(self) -> float:
        """All of it."""
        return self.end - self.begin

    @property
    def own(self) -> float:
        """What none of the inner imports took."""
        return self.took - sum(one.took for one in self.inner)

    def all(self) -> Iterator[Import]:
        """Give this one and all inner ones, in the order in which they began."""
        yield self
        for one in self.inner:
            yield from one.all()


@dataclass(frozen=True, slots=True)
class Profile:
    """A start, from the sandbox's to the first event, in four parts that follow each other."""

    begun: float
    """When Python ran the first line of the runtime."""
    client: float
    """When the runtime was loaded."""
    ready: float
    """When the first event was asked for, or the start failed."""
    runtime: tuple[Import, ...]
    """Imports of the runtime itself, some of them after it was loaded."""
    function: tuple[Import, ...]
    """Imports for the function, that of its handler's module most of all."""
    elsewhere: int = 0
    """Imports in other threads, which are in none of the times."""
    is_whole: bool = True
    """Whether the first event was asked for."""

    @property
    def imported(self) -> float:
        """Milliseconds of the function's imports."""
        return sum(one.took for one in self.function)


def read_profile(text: str, began: int, owner_of: Callable[[str, str], str]) -> Profile | None:
    """Read what the recorder has noted of the first start; None where it never began.

    `began` is the start of the sandbox in nanoseconds of the monotonic clock; `owner_of` names the
    owner of a module and its file.
    """
    record = _Record(owner_of)
    for words in (line.split("\t") for line in text.splitlines()):
        if len(words) <= _MOMENT or not words[_MOMENT].isdigit():
            continue
        if words[0] == "begin" and record.marks:
            break  # the second chance of a start that has failed
        record.take(words, (int(words[_MOMENT]) - began) / 1e6)
    return record.profile() if "begin" in record.marks else None


@dataclass(slots=True)
class _Open:
    name: str
    begin: float
    inner: list[Import]


class _Record:
    """The lines of a record, one after another."""

    def __init__(self, owner_of: Callable[[str, str], str]) -> None:
        self.owner_of = owner_of
        self.marks: dict[str, float] = {}
        self.roots: list[Import] = []
        self.open: list[_Open] = []
        self.thread = ""
        self.elsewhere = 0
        self.last = 0.0

    def take(self, words: list[str], moment: float) -> None:
        """Take a line: what happened, in which thread, when, and of which module."""
        kind, thread = words[:2]
        self.thread = self.thread or thread
        self.last = moment
        if kind not in ("import", "done"):
            self.marks[kind] = moment
        elif thread != self.thread:
            self.elsewhere += kind == "import"
        elif kind == "import" and len(words) > _NAME:
            self.open.append(_Open(words[_NAME], moment, []))
        elif kind == "done" and len(words) > _ORIGIN:
            self._close(words[_NAME], words[_ORIGIN], moment)

    def profile(self) -> Profile:
        """Make a profile of what there is."""
        ready = self.marks.get("ready", self.last)
        self._close("", "", ready)  # what was still being imported when the start ended
        client = self.marks.get("client", ready)
        # What the function imports, it imports inside of its handler's module, or in a .pth file.
        runtime = [one for one in self.roots if one.owner in (STANDARD, RUNTIME)]
        own = tuple(one for one in self.roots if one not in runtime)
        is_whole = "ready" in self.marks
        begun = self.marks["begin"]
        return Profile(begun, client, ready, tuple(runtime), own, self.elsewhere, is_whole)

    def _close(self, name: str, origin: str, end: float) -> None:
        """End an import, and with it what has begun inside of it; all for an empty name."""
        while self.open:
            one = self.open.pop()
            owner = self.owner_of(one.name, origin if one.name == name else "")
            made = Import(one.name, owner, one.begin, max(end, one.begin), tuple(one.inner))
            (self.open[-1].inner if self.open else self.roots).append(made)
            if one.name == name:
                return
