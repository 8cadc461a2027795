"""What can be imported without being shipped: `schemas/standard-modules.json`, for one target."""

from __future__ import annotations

from functools import cache
from typing import Literal

from lpack.data import own_json
from lpack.values import dataclass

Standing = Literal["standard", "removed", "not-yet", "other-system", "runtime", "unknown"]
"""What a module is to a target that nobody ships it to.

`removed` and `not-yet` are in the standard library of other versions of Python, `other-system` in
that of another system; `runtime` is the copy that Lambda's runtime brings.
"""
Python = tuple[int, int]


@dataclass(frozen=True)
class StandardModules:
    """The table, with versions as numbers."""

    always: frozenset[str]
    first: dict[str, Python]
    last: dict[str, Python]
    replaced_by: dict[str, str]
    elsewhere: frozenset[str]
    """Of Windows or macOS alone."""
    runtime: dict[str, str]
    """Distribution of each module that every managed runtime has."""
    runtime_last: dict[str, Python]

    def standing(self, name: str, python: Python) -> Standing:
        """Tell what a dotted module is, if no file of the package is it."""
        parts = name.split(".")
        places = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        for place in places:
            if place in self.last and python > self.last[place]:
                return "removed"
            if place in self.first and python < self.first[place]:
                return "not-yet"
        top = parts[0]
        if top in self.elsewhere:
            return "other-system"
        if top in self.always or top in self.first or top in self.last:
            return "standard"
        in_runtime = top in self.runtime or self.runtime_last.get(top, (0, 0)) >= python
        return "runtime" if in_runtime else "unknown"

    def is_stable(self, top: str) -> bool:
        """Tell whether a top-level module is standard for every target."""
        return top in self.always


@cache
def standard_modules() -> StandardModules:
    """Read the table."""
    table = own_json("schemas", "standard-modules.json")
    return StandardModules(
        frozenset(table["always"]),
        _versions(table["first"]),
        _versions(table["last"]),
        table["replaced_by"],
        frozenset(table["windows"]) | frozenset(table["macos"]),
        table["runtime"],
        _versions(table["runtime_last"]),
    )


def distribution_of(module: str) -> str:
    """Name the distribution that mostly brings a dotted module; empty where that is not known."""
    names = _distributions()
    parts = module.split(".")
    places = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((names[place] for place in places if place in names), "")


@cache
def _distributions() -> dict[str, str]:
    names: dict[str, str] = own_json("schemas", "import-names.json")["distributions"]
    return names


def _versions(table: dict[str, str]) -> dict[str, Python]:
    return {name: _version(text) for name, text in table.items()}


def _version(text: str) -> Python:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
