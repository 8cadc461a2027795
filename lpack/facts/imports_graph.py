"""Which modules of a package are imported, one by another, and which imports find none in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lpack.facts.imports import ImportedName  # noqa: TC001 - a field of a tuple
from lpack.facts.modules import Module, NotFound
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lpack.facts.modules import ModuleTree

    Found = dict[str, tuple[Module, ...] | NotFound]
    Imports = Callable[[Module], tuple[ImportedName, ...]]
    Follows = Callable[[Module, ImportedName], bool]


class Unfound(NamedTuple):
    """An import of a module that is not in the package: of the standard library, or missing."""

    name: str
    """Dotted."""
    importer: Module
    imported: ImportedName
    is_attribute: bool
    """Whether the name may be something else than a module, which its package defines."""


@dataclass(frozen=True, slots=True)
class Reached:
    """All that is imported from a start."""

    modules: Mapping[str, Module]
    """By dotted name, in the order in which they are met."""
    importers: Mapping[str, str]
    """The module that first imports each; empty for the start."""
    unfound: tuple[Unfound, ...]

    def chain(self, name: str) -> tuple[str, ...]:
        """Give the modules from the start to this one, each the importer of the next."""
        found: list[str] = []
        while name and name not in found:
            found.append(name)
            name = self.importers.get(name, "")
        return tuple(reversed(found))


def reachable(
    start: str,
    tree: ModuleTree,
    imports: Imports,
    follows: Follows,
    found: Found | None = None,
) -> Reached:
    """Follow imports from a module, and from the packages that it lies in.

    `imports` gives what a module imports; of these, only what `follows` says is followed. `found`
    are the modules that were looked for before in the same tree.
    """
    return _Search(tree, imports, follows, {} if found is None else found).search(start)


@dataclass
class _Search:
    tree: ModuleTree
    imports: Imports
    follows: Follows
    found: Found
    modules: dict[str, Module] = field(default_factory=dict)
    importers: dict[str, str] = field(default_factory=dict)
    unfound: dict[tuple[str, str], Unfound] = field(default_factory=dict)
    waiting: list[Module] = field(default_factory=list)

    def search(self, start: str) -> Reached:
        self._meet(self._find(start), "")
        for module in self._in_order():
            for imported in self.imports(module):
                if self.follows(module, imported):
                    self._follow(module, imported)
        return Reached(self.modules, self.importers, tuple(self.unfound.values()))

    def _in_order(self) -> Iterator[Module]:
        done = 0
        while done < len(self.waiting):
            yield self.waiting[done]
            done += 1

    def _follow(self, module: Module, imported: ImportedName) -> None:
        target = self._find(imported.module)
        self._meet(target, module.name)
        if isinstance(target, NotFound):
            # Python gives up at the first part that is missing, after it has run the others.
            if target.parent is not None:
                self._meet(self._find(target.parent.name), module.name)
            self._miss(target.name, module, imported, is_attribute=False)
        elif target[-1].is_package:
            for name in imported.names:
                if name != "*":
                    self._take(f"{imported.module}.{name}", module, imported)

    def _take(self, name: str, module: Module, imported: ImportedName) -> None:
        target = self._find(name)
        if isinstance(target, NotFound):
            self._miss(name, module, imported, is_attribute=True)
        else:
            self._meet(target, module.name)

    def _meet(self, chain: tuple[Module, ...] | NotFound, importer: str) -> None:
        for module in () if isinstance(chain, NotFound) else chain:
            if module.name not in self.modules:
                self.modules[module.name] = module
                self.importers[module.name] = importer
                self.waiting.append(module)

    def _miss(
        self, name: str, module: Module, imported: ImportedName, *, is_attribute: bool
    ) -> None:
        unfound = Unfound(name, module, imported, is_attribute)
        self.unfound.setdefault((name, module.name), unfound)

    def _find(self, name: str) -> tuple[Module, ...] | NotFound:
        if name not in self.found:
            self.found[name] = self.tree.find(name)
        return self.found[name]
