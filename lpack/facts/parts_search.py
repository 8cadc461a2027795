"""Drawing conclusions about a package anew, and writing down what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.facts.imports_cache import ImportLists
from lpack.facts.mentions import MentionLists
from lpack.facts.modules import ModuleTree, NotFound
from lpack.facts.part_findings import Parts
from lpack.facts.shape import Shape, archives, collisions, path_files, shipped_twice
from lpack.facts.unshipped import Search
from lpack.facts.unused import unused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.facts.notes import Notes
    from lpack.model import Bundle, Function


About = tuple["Function", "Bundle", frozenset[str], tuple[tuple[str, ...], str]]
"""A function, its package, the paths of what the user wrote in it, and the import path: folders of
the package, and what else is on it, in words."""


def conclude(
    about: About,
    notes: Notes,
    cache: Path | None,
    words: tuple[list[str], frozenset[str]],
    key: str,
) -> Parts:
    """Look at all of a package, and note under `key` what was found.

    `words` are the modules that distributions bring, and those of them that own files mention.
    """
    function, bundle, own, (roots, elsewhere) = about
    contents = notes.contents
    mentions = MentionLists(bundle, contents, roots, cache)
    lists = ImportLists(contents, {wheel.name: wheel.sha256 for wheel in bundle.wheels}, cache)
    tree = ModuleTree(contents.paths, function.target, roots)
    handler = function.handler
    start = handler.dotted_module if handler else ""
    search = Search(start, own, tree, notes, mentions, lists)
    unshipped = search.found() if handler else ()
    lists.save()
    is_found = handler is not None and not isinstance(tree.find(start), NotFound)
    found = Parts(
        unshipped,
        elsewhere or _moving(search),
        unused(bundle, contents, mentions, _imported(search) | words[1]) if is_found else (),
        _shape(bundle, notes),
    )
    notes.conclude(_written(found, search, key, words))
    return found


def _imported(search: Search) -> set[str]:
    """Give all that own modules import, and the handler's module."""
    rows = (
        row
        for path, package in search.read.items()
        for row in search.notes.code(path, package)["imports"]
    )
    found = {name for module, names, *_ in rows for name in (module, *_below(module, names))}
    return found | {search.start}


def _below(module: str, names: list[str]) -> Iterator[str]:
    return (f"{module}.{name}" for name in names)


def _moving(search: Search) -> str:
    """Say which own module changes where modules are looked for; empty where none does."""
    paths = sorted(path for path, package in search.read.items() if search.moves(path, package))
    return f"`{paths[0]}` changes where modules are looked for" if paths else ""


def _shape(bundle: Bundle, notes: Notes) -> Shape:
    placed = [entry for entry in bundle.entries if entry.owner in bundle.recipes]
    is_known = len(bundle.recipes) > 0 and all(
        entry.owner in bundle.recipes or not entry.owner for entry in bundle.entries
    )
    return Shape(
        collisions=collisions(notes.contents.paths),
        path_files=path_files(placed, notes.contents),
        archives=archives(placed),
        twice=() if is_known else shipped_twice(notes.contents.paths),
    )


def _written(
    found: Parts, search: Search, key: str, words: tuple[list[str], frozenset[str]]
) -> dict[str, Any]:
    read = {}
    for path, package in search.read.items():
        row = search.notes.code(path, package)
        read[path] = [package, row["shape"], row["moves"]]
    return {
        "key": key,
        "words": words[0],
        "names": sorted(words[1]),
        "read": read,
        "elsewhere": found.elsewhere,
        "unshipped": [
            [
                one.module,
                one.standing,
                one.owner,
                one.path,
                _place(search, one.path, one.line),
                one.chain,
                one.certain,
                one.deeper,
            ]
            for one in found.unshipped
        ],
        "unused": [[one.name, one.bytes, one.modules] for one in found.unused],
        "collisions": found.shape.collisions,
        "path_files": [
            [one.path, one.owner, one.lines, one.folders] for one in found.shape.path_files
        ],
        "archives": [[one.path, one.owner, one.bytes] for one in found.shape.archives],
        "twice": found.shape.twice,
    }


def _place(search: Search, path: str, line: int) -> int:
    """Give the number of the import on a line of an own module; the line itself of another."""
    if path not in search.read:
        return line
    rows = search.notes.code(path, search.read[path])["imports"]
    return next(number for number, row in enumerate(rows) if row[3] == line)
