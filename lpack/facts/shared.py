"""Which distributions share a package or module with others, and so must stay beside them.

Lambda searches the function's own files first, then its layers. Python takes a package with an
`__init__` from the first place that has one, and the rest of it from that place alone:
https://docs.python.org/3/reference/import.html#path-entry-finders
So what two owners bring of one package, or under one name, only works in one place. A package
without any `__init__`, a namespace, is found in all places, and may be parted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import Entry

_INIT = "__init__."
_MODULES = (".py", ".pyc", ".so")
_NO_PACKAGE = "/__pycache__"


@dataclass(frozen=True, slots=True)
class Shared:
    """A distribution that must stay with others, and what it has in common with them."""

    owner: str
    module: str
    """Path of the package or module, without an ending."""


def staying(entries: Iterable[Entry], seeds: Iterable[str]) -> tuple[Shared, ...]:
    """Give the distributions that must stay in one place with `seeds`, sorted by name.

    The empty name is that of the function's own files.
    """
    owners = _owners_by_module(entries)
    modules: dict[str, list[str]] = {}
    for module, names in owners.items():
        if len(names) > 1:
            for name in names:
                modules.setdefault(name, []).append(module)
    waiting = sorted(seeds)
    seen = set(waiting)
    found: list[Shared] = []
    while waiting:
        for module in modules.get(waiting.pop(), ()):
            new = sorted(owners[module] - seen)
            found += (Shared(owner, module) for owner in new)
            waiting += new
            seen.update(new)
    return tuple(sorted(found, key=lambda one: one.owner))


def _owners_by_module(entries: Iterable[Entry]) -> dict[str, set[str]]:
    """Give who brings files of each module that is found at once, by its path."""
    split = [(entry.path.rpartition("/"), entry.owner) for entry in entries]
    split = [one for one in split if not f"/{one[0][0]}".endswith(_NO_PACKAGE)]
    regular = {folder for (folder, _, name), _ in split if name.startswith(_INIT)}
    known: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    for (folder, slash, name), owner in split:
        module = known.get(folder)
        if module is None:
            module = known[folder] = _outermost(folder, regular)
        if not module and name.endswith(_MODULES):
            module = folder + slash + name.partition(".")[0]
        if module:
            owners.setdefault(module, set()).add(owner)
    return owners


def _outermost(folder: str, regular: set[str]) -> str:
    """Give the outermost package with an `__init__` that a folder is, or lies in; or nothing."""
    end = folder.find("/")
    while end > 0:
        if folder[:end] in regular:
            return folder[:end]
        end = folder.find("/", end + 1)
    return folder if folder in regular else ""
