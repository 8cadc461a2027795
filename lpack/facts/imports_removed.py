"""Whether the function imports a module that slimming left out of a distribution."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lpack.facts.attributes import ModuleReader
from lpack.facts.imports_cache import ImportLists
from lpack.facts.imports_graph import reachable
from lpack.facts.modules import ModuleTree, NotFound
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.facts.imports import ImportedName
    from lpack.facts.imports_graph import Reached, Unfound
    from lpack.facts.modules import Module
    from lpack.model import Bundle, Excluded, Function

RUNTIME = "runtime"
"""The rule of slimming whose modules are imported from the runtime instead."""


@dataclass(frozen=True, slots=True)
class RemovedImport:
    """An import of a module that was left out."""

    name: str
    """Of the module, dotted."""
    rule: str
    """Of slimming, which left it out."""
    owner: str
    """The distribution that it belongs to."""
    removed: str
    """What was left out with it; a folder ends with a slash."""
    chain: tuple[str, ...]
    """The modules from the handler's to the one that imports it; empty if it is the handler's."""
    path: str
    """Of the file with the import; empty if the module is the handler's own."""
    line: int
    certain: bool
    """Whether nothing stands between the handler and the import that could prevent its failure."""


def slimmed_by(excluded: Excluded, function: Function) -> bool:
    """Tell whether a rule of slimming left something out of a distribution."""
    return bool(excluded.owner) and excluded.rule in function.slim


def removed_imports(
    function: Function,
    bundle: Bundle,
    contents: Contents,
    roots: tuple[str, ...],
    cache: Path | None,
) -> tuple[RemovedImport, ...]:
    """Give the imports that fail because of slimming, those that certainly fail first.

    Nothing is parsed when slimming left no module out.
    """
    removed = [one for one in bundle.excluded if slimmed_by(one, function) and _can_import(one)]
    if not removed or function.handler is None:
        return ()
    tree = ModuleTree(contents.paths, function.target, roots)
    digests = {wheel.name: wheel.sha256 for wheel in bundle.wheels}
    search = _Search(
        function.handler.dotted_module,
        tree,
        contents,
        ImportLists(contents, digests, cache),
        {_module_path(one): one for one in removed},
    )
    found = tuple(search.found())
    search.lists.save()
    return found


def _can_import(excluded: Excluded) -> bool:
    """Tell whether an import statement can name what was left out."""
    parts = _module_path(excluded).split("/")
    return excluded.rule != RUNTIME and all(part.isidentifier() for part in parts)


def _module_path(excluded: Excluded) -> str:
    return excluded.path.rstrip("/").removesuffix(".py").removesuffix("/__init__")


@dataclass(frozen=True)
class _Search:
    start: str
    """The handler's module."""
    tree: ModuleTree
    contents: Contents
    lists: ImportLists
    removed: dict[str, Excluded]
    """By the path of the module or package that was left out."""

    def found(self) -> Iterator[RemovedImport]:
        """Give each import of a removed module once, by the strongest reason."""
        removed = self._removal(self.start)
        if removed is not None and isinstance(self.tree.find(self.start), NotFound):
            yield _removed(self.start, removed)
            return
        reached = reachable(self.start, self.tree, self.lists.of, self._certain)
        found = list(self._failing(reached, certain=True))
        if self._is_undecided(reached):
            reached = reachable(self.start, self.tree, self.lists.of, self._possible)
            found += self._failing(reached, certain=False)
        told: dict[tuple[str, str], RemovedImport] = {}
        for one in found:
            told.setdefault((one.name, one.path), one)
        yield from told.values()

    @cached_property
    def own(self) -> frozenset[str]:
        """Owners of the function's code: itself, and the distribution that its handler is of."""
        found = self.tree.find(self.start)
        return frozenset({"", "" if isinstance(found, NotFound) else self._owner(found[-1])})

    def _failing(self, reached: Reached, *, certain: bool) -> Iterator[RemovedImport]:
        for unfound in reached.unfound:
            removed = self._removal(unfound.name)
            if removed is not None and not self._is_defined(unfound):
                chain = reached.chain(unfound.importer.name)
                place = (unfound.importer.path, unfound.imported.line)
                yield _removed(unfound.name, removed, chain, *place, certain=certain)

    def _is_undecided(self, reached: Reached) -> bool:
        """Tell whether the function's own code has imports that it may do without."""
        return any(
            imported.kind in ("conditional", "guarded")
            for module in reached.modules.values()
            if self._owner(module) in self.own
            for imported in self.lists.of(module)
        )

    def _certain(self, module: Module, imported: ImportedName) -> bool:
        """Follow what runs with the module; of the function's own code also what runs later.

        An import inside a function of a distribution is mostly its own way to test itself. One in
        the function's own code was written to run.
        """
        lazy = imported.kind == "lazy" and self._owner(module) in self.own
        return lazy or imported.kind == "always"

    def _possible(self, module: Module, imported: ImportedName) -> bool:
        """Follow also what the function's own code may skip, or can do without."""
        return imported.kind == "always" or self._owner(module) in self.own

    def _owner(self, module: Module) -> str:
        entry = self.contents.entries.get(module.path)
        return "" if entry is None else entry.owner

    def _removal(self, name: str) -> Excluded | None:
        """Give what was left out with a module; None when it was not there before either."""
        parts = name.split(".")
        places = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return next((self.removed[place] for place in places if place in self.removed), None)

    def _is_defined(self, unfound: Unfound) -> bool:
        """Tell whether a name is no module at all, because its package gives it another value."""
        package = self.tree.find(unfound.name.rpartition(".")[0])
        if not unfound.is_attribute or isinstance(package, NotFound):
            return False
        names = ModuleReader(self.tree, self.contents.read).names(package[-1])
        return names is not None and bool(names.candidates(unfound.name.rpartition(".")[2]))


def _removed(  # noqa: PLR0913 - it is made of as many
    name: str,
    removed: Excluded,
    chain: tuple[str, ...] = (),
    path: str = "",
    line: int = 0,
    *,
    certain: bool = True,
) -> RemovedImport:
    rule, owner = removed.rule, removed.owner
    return RemovedImport(name, rule, owner, removed.path, chain, path, line, certain)
