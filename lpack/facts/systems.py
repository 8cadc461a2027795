"""What the operating systems of the runtimes hold, read from `schemas/systems.json`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from lpack.data import own_json
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Architecture, Runtime

Holds = Literal["yes", "perhaps", "no"]

_LONGEST = 64


@dataclass(frozen=True)
class System:
    """The operating system of some runtimes, on one architecture."""

    name: str
    symbols: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]
    """By family, such as GLIBC: the newest version of every image, and of some."""
    stands_for: Mapping[str, str]
    """Versions without a number, and the numbered ones that they came with."""
    libraries: frozenset[str]
    uncertain: frozenset[str]

    def has_library(self, name: str) -> Holds:
        """Tell whether the system has a shared library of this name."""
        if name in self.libraries:
            return "yes"
        return "perhaps" if name in self.uncertain else "no"

    def has_version(self, version: str) -> Holds:
        """Tell whether its libraries have a version of symbols; others than the known are there."""
        family, number = _family(self.stands_for.get(version, version))
        if family not in self.symbols:
            return "yes"
        newest, newer = self.symbols[family]
        if number <= newest:
            return "yes"
        return "perhaps" if number <= newer else "no"


@dataclass(frozen=True)
class Programs:
    """What a system has for a script to name in its first line."""

    names: frozenset[str]
    uncertain: frozenset[str]

    def has(self, name: str) -> Holds:
        """Tell whether there is a program of this name in a folder of the system."""
        if name in self.names:
            return "yes"
        return "perhaps" if name in self.uncertain else "no"


def programs_of(runtime: Runtime) -> Programs:
    """Give the programs of a runtime's system; of one that nobody has written down, none."""
    row = _document()["systems"].get(runtime.system, {}).get("programs", {})
    return Programs(frozenset(row.get("names", ())), frozenset(row.get("uncertain", ())))


def system_of(runtime: Runtime, architecture: Architecture) -> System | None:
    """Give the system of a runtime, or None where nobody has written down what it holds."""
    row = _document()["systems"].get(runtime.system)
    return None if row is None else _system(runtime, architecture)


def newest_of_each(versions: tuple[str, ...]) -> tuple[str, ...]:
    """Give the newest version of each family, and all that have no number."""
    newest: dict[str, str] = {}
    for version in versions:
        family, number = _family(version)
        if family not in newest or number > _family(newest[family])[1]:
            newest[family] = version
    return tuple(newest[family] for family in sorted(newest))


@cache
def _document() -> Mapping[str, Any]:
    return own_json("schemas", "systems.json")


@cache
def _system(runtime: Runtime, architecture: Architecture) -> System:
    document = _document()
    row = document["systems"][runtime.system]
    # The runtime's Python is linked to it; an own runtime has none but that of the package.
    python = [] if runtime.is_own else ["libpython{}.{}.so.1.0".format(*runtime.python)]
    return System(
        runtime.system,
        {
            family: (_number(one["newest"]), _number(one.get("newer", one["newest"])))
            for family, one in row["symbols"].items()
        },
        {name: one["version"] for name, one in document["stands_for"].items()},
        frozenset({*row["libraries"]["all"], *row["libraries"][architecture], *python}),
        frozenset(row["uncertain"]["names"]),
    )


@cache
def _family(version: str) -> tuple[str, tuple[int, ...]]:
    """Split `GLIBC_2.28`; what is written otherwise is a family of its own."""
    family, _, number = version.partition("_")
    is_named = family.isalpha() and family.isupper() and version.isascii()
    if is_named and len(version) < _LONGEST and all(map(str.isdigit, number.split("."))):
        return family, _number(number)
    return version, ()


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
