"""The walk from what is wanted to all that it needs, and the choice between versions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lpack.requirements.locks.base import malformed, quoted
from lpack.values import dataclass

_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A package that is needed."""

    place: int
    """In the lock's list."""
    extras: tuple[str, ...] = ()
    """Normalised."""


Needs = Callable[[int, str], Iterable[Asked]]
"""`(place, extra) → what the package needs for that extra`, or at all when it is empty."""


def closure(first: Iterable[Asked], needs: Needs) -> dict[int, set[str]]:
    """Give each package that is reached, with the extras that it is wanted with."""
    reached: dict[int, set[str]] = {}
    waiting = list(first)
    while waiting:
        asked = waiting.pop()
        known = reached.setdefault(asked.place, set())
        for extra in ("", *asked.extras):
            if extra not in known:
                known.add(extra)
                waiting.extend(needs(asked.place, extra))
    return reached


class Choice:
    """The versions of each name that everybody who has asked for it so far can use.

    A lock may hold several versions of a name for one target, each for other dependents; Poetry
    and pdm then take one that suits all of them.
    """

    def __init__(self) -> None:
        """Start with everything open."""
        self.has_narrowed = False
        self._left: dict[str, tuple[int, ...]] = {}

    def among(self, name: str, fitting: Iterable[int]) -> tuple[int, ...]:
        """Give what is left of a name, given the packages that one dependent can use."""
        usable = tuple(fitting)
        before = self._left.get(name, usable)
        self._left[name] = left = tuple(place for place in before if place in usable)
        self.has_narrowed = self.has_narrowed or left != before
        return left


def settled(walk: Callable[[], dict[int, set[str]]], choice: Choice) -> dict[int, set[str]] | None:
    """Walk until the choice holds; None when it does not after as many times as are reasonable."""
    for _ in range(_ROUNDS):
        choice.has_narrowed = False
        reached = walk()
        if not choice.has_narrowed:
            return reached
    return None


def newest(places: tuple[int, ...], version_of: Callable[[int], str], shown: str) -> int:
    """Choose one of several packages; raises BuildError LP110 for a version that is none."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - 20 ms, and seldom

    if len(places) == 1:
        return places[0]
    try:
        return max(places, key=lambda place: Version(version_of(place)))
    except InvalidVersion as error:
        raise malformed(shown, f"{quoted(error)}") from error
