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
    """
    wanted = sorted(set(stems), key=lambda stem: stem.rpartition("/"))
    found = {stem for stem in wanted if stem.endswith(_MYPYC_SHARED)}
    for folder, group in groupby(wanted, key=lambda stem: stem.rpartition("/")[0]):
        names = {stem.rpartition("/")[2]: stem for stem in group}
        guarded = _guarded_in(folder, names.keys(), content, python)
        found |= {names[name] for name, caught in guarded.items() if caught and all(caught)}
    return frozenset(found)


def _guarded_in(
    folder: str, names: Collection[str], content: PackageContent, python: tuple[int, int]
) -> dict[str, list[bool]]:
    """Tell of each import of each name in a folder whether an ImportError of it is caught."""
    siblings = sorted(
        path for path in content.paths if path.endswith(".py") and path.rpartition("/")[0] == folder
    )
    found: dict[str, list[bool]] = {name: [] for name in names}
    for path in siblings[:_MOST_SIBLINGS]:
        source = content.read(path, _SOURCE_BYTES)
        mentioned = [name for name in names if name.encode() in source]
        tree = _tree(source, path, python) if mentioned else None
        if tree is not None:
            for name in mentioned:
                found[name] += _imports(tree, name, caught=False)
    return found


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
