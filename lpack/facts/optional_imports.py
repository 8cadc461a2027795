"""Whether the modules around a module do without it when its import fails."""

from __future__ import annotations

import ast
from itertools import groupby
from typing import TYPE_CHECKING

from lpack.facts.grammar import BadSyntax, TooDeep, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from lpack.facts.handlers import PackageContent

_MOST_SIBLINGS = 200
_LONGEST_CHAIN = 2
_SOURCE_BYTES = 500_000
_CATCHES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})
# mypyc puts what its compiled modules share into one that only they import:
# https://mypyc.readthedocs.io/en/latest/dev-intro.html
_MYPYC_SHARED = "__mypyc"


def optional_modules(
    stems: Iterable[str], content: PackageContent, python: tuple[int, int]
) -> frozenset[str]:
    """Give those modules of which each import in their own folder is ready to fail.

    A stem is a module's path without an ending. A module that nothing there imports is not given.
    One that imports it unprepared, as PyYAML's `cyaml` does, fails with it: then the imports of
    that one have to be ready.
    """
    wanted = sorted(set(stems), key=lambda stem: stem.rpartition("/"))
    found = {stem for stem in wanted if stem.endswith(_MYPYC_SHARED)}
    for folder, group in groupby(wanted, key=lambda stem: stem.rpartition("/")[0]):
        names = {stem.rpartition("/")[2]: stem for stem in group}
        importers = _Importers(folder, content, python)
        importers.look_for(names.keys())
        found |= {names[name] for name in names if importers.do_without(name)}
    return frozenset(found)


class _Importers:
    """Which modules of a folder import each other, and whether they are ready for a failure."""

    def __init__(self, folder: str, content: PackageContent, python: tuple[int, int]) -> None:
        self._content = content
        self._python = python
        self._paths = sorted(
            path
            for path in content.paths
            if path.endswith(".py") and path.rpartition("/")[0] == folder
        )[:_MOST_SIBLINGS]
        self._found: dict[str, list[tuple[str, bool]]] = {}

    def look_for(self, names: Collection[str]) -> None:
        """Note of each import of each name by which module it is, and if its failure is caught."""
        self._found.update({name: [] for name in names})
        for path in self._paths:
            source = self._content.read(path, _SOURCE_BYTES)
            mentioned = [name for name in names if name.encode() in source]
            tree = _tree(source, path, self._python) if mentioned else None
            if tree is None:
                continue
            importer = path.rpartition("/")[2].removesuffix(".py")
            for name in mentioned:
                found = _imports(tree, name, caught=False)
                self._found[name] += ((importer, caught) for caught in found)

    def do_without(self, name: str, depth: int = _LONGEST_CHAIN) -> bool:
        """Whether whoever imports a module goes on when it fails."""
        if name not in self._found:
            self.look_for([name])
        imports = [(one, caught) for one, caught in self._found[name] if one != name]
        return bool(imports) and all(
            caught or (depth > 0 and one != "__init__" and self.do_without(one, depth - 1))
            for one, caught in imports
        )


def _tree(source: bytes, path: str, python: tuple[int, int]) -> ast.Module | None:
    try:
        tree = parse(source, path, python)
    except TooDeep:
        return None
    return None if isinstance(tree, BadSyntax) else tree


def _imports(node: ast.AST, name: str, *, caught: bool) -> Iterator[bool]:
    """Tell of each import of a name whether an ImportError of it is caught."""
    if isinstance(node, ast.Import | ast.ImportFrom) and name in _imported_names(node):
        yield caught
    for child in ast.iter_child_nodes(node):
        in_body = isinstance(node, ast.Try) and child in node.body
        yield from _imports(child, name, caught=caught or (in_body and _catches(node)))


def _imported_names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.rpartition(".")[2]
    for alias in node.names:
        yield alias.name.rpartition(".")[2]


def _catches(node: ast.AST) -> bool:
    handlers = node.handlers if isinstance(node, ast.Try) else []
    return any(
        handler.type is None
        or any(
            isinstance(part, ast.Name) and part.id in _CATCHES_IMPORT_ERROR
            for part in ast.walk(handler.type)
        )
        for handler in handlers
    )
