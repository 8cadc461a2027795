"""Which modules the handler imports, for certain or if conditions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.imports_cache import ImportLists
from lpack.facts.imports_graph import reachable
from lpack.facts.modules import ModuleTree
from lpack.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.facts.imports import ImportedName
    from lpack.facts.modules import Module
    from lpack.model import Bundle, Function


@dataclass(frozen=True, slots=True)
class Imported:
    """The files of modules that are imported with the handler's, as far as can be read."""

    certain: frozenset[str] = frozenset()
    """Nothing guards their imports, and they stand under no condition."""
    likely: frozenset[str] = frozenset()
    """Those, and what stands under a condition: which ones hold nobody can tell."""


def imported_files(
    function: Function,
    bundle: Bundle,
    contents: Contents,
    roots: tuple[str, ...],
    cache: Path | None,
) -> Imported:
    """Follow the imports from the handler's module.

    Guarded ones are not followed, nor those in functions, unless these are the function's own.
    """
    if function.handler is None:
        return Imported()
    start = function.handler.dotted_module
    digests = {wheel.name: wheel.sha256 for wheel in bundle.wheels}
    lists = ImportLists(contents, digests, cache)
    tree = ModuleTree(contents.paths, function.target, roots)

    def certain(module: Module, imported: ImportedName) -> bool:
        return imported.kind == "always" or (imported.kind == "lazy" and _is_own(module, contents))

    def likely(module: Module, imported: ImportedName) -> bool:
        return imported.kind == "conditional" or certain(module, imported)

    found = [reachable(start, tree, lists.of, follows) for follows in (certain, likely)]
    lists.save()
    return Imported(*(frozenset(one.path for one in each.modules.values()) for each in found))


def _is_own(module: Module, contents: Contents) -> bool:
    """Tell whether a module is the function's own: its imports in functions are meant to run."""
    entry = contents.entries.get(module.path)
    return entry is None or not entry.owner
