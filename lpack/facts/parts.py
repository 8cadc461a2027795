"""What is in a package and what is not: imports, files and secrets, each found out once.

What was concluded stays in the cache with what it rests on: the wheels, the paths, and what the
function's own modules import. A change of code that imports the same costs next to nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lpack.facts.first_party import first_party
from lpack.facts.notes import Notes
from lpack.facts.part_findings import Parts, Unshipped, Unused
from lpack.facts.shape import (
    OddFile,
    PathFile,
    Shape,
    also_in_layers,
    archives,
    foreign_bytecode,
    links,
    path_files,
    unreadable,
)
from lpack.facts.texts import own_texts
from lpack.values import replace

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.facts.contents import Contents
    from lpack.model import Bundle, Entry, Function

_VERSION = 1


def parts_of(  # noqa: PLR0913 - what it is of, and what helps to
    function: Function,
    bundle: Bundle,
    contents: Contents,
    roots: tuple[str, ...],
    elsewhere: str,
    cache: Path | None,
) -> Parts:
    """Find out what the package has that it should not have, and what it lacks.

    `roots` are its folders on the import path, and `elsewhere` says what else is on it. Raises
    UsageError LP004 when an own file cannot be read any more.
    """
    mine = first_party(function, bundle, contents.paths)
    # What lies in a package of others has no name that tells it from any other content.
    notes = Notes(contents, None if bundle.is_given else cache, _about(function, mine))
    notes.load()
    key = _key(function, bundle, mine, (roots, elsewhere))
    words = _words(notes, key)
    if words is None:
        from lpack.facts.unused import provided  # noqa: PLC0415 - seldom needed

        words = sorted(
            {module for brought in provided(bundle, contents, roots).values() for module in brought}
        )
    texts = own_texts(mine, notes, words)
    found = _recalled(notes, key, texts.names)
    if found is None:
        from lpack.facts.parts_search import conclude  # noqa: PLC0415 - much to load, seldom needed

        own = frozenset(entry.path for entry in mine)
        about = (function, bundle, own, (roots, elsewhere))
        found = conclude(about, notes, cache, (words, texts.names), key)
    notes.save()
    return replace(
        found,
        unshipped=tuple(one for one in found.unshipped if not _is_beside(one, bundle)),
        shape=_shape_now(found.shape, function, bundle, contents, roots),
        secrets=texts.secrets,
        unread=texts.left,
    )


def _is_beside(one: Unshipped, bundle: Bundle) -> bool:
    """Whether a layer of the same build has the module, or others of its package."""
    top = one.module.partition(".")[0]
    return any(top in layer.modules for layer in bundle.beside)


def _shape_now(
    shape: Shape,
    function: Function,
    bundle: Bundle,
    contents: Contents,
    roots: tuple[str, ...],
) -> Shape:
    """Add what is told of files that lpack did not place itself, from a wheel that it knows."""
    others = [entry for entry in bundle.entries if entry.owner not in bundle.recipes]
    runtime = function.target.runtime
    return replace(
        shape,
        unreadable=unreadable(others),
        links=links(others),
        path_files=shape.path_files + path_files(others, contents),
        archives=shape.archives + archives(others),
        bytecode=foreign_bytecode(others, contents, runtime.python) if runtime.has_python else (),
        in_layers=also_in_layers(bundle.entries, roots) if bundle.layers else (),
    )


def _about(function: Function, mine: tuple[Entry, ...]) -> tuple[object, ...]:
    """Tell the function from all others, if it lies on a disk."""
    sources = [str(source) for source in function.sources]
    place = sources or [next((str(entry.origin) for entry in mine), "")]
    return (function.name, str(function.target), function.handler_text, function.format, place)


def _key(
    function: Function, bundle: Bundle, mine: tuple[Entry, ...], path: tuple[object, ...]
) -> str:
    """Name all that conclusions rest on, besides what own modules import."""
    unknown = [entry.path for entry in bundle.entries if entry.owner not in bundle.recipes]
    wheels = [[one.name, one.sha256, bundle.recipes.get(one.name)] for one in bundle.wheels]
    target = [*function.target.runtime.python, function.target.architecture]
    handler = function.handler_text
    left = [one.owner for one in bundle.excluded if one.rule == "runtime"]
    content = json.dumps(
        [_VERSION, target, handler, path, len(mine), unknown, wheels, sorted(set(left))]
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _words(notes: Notes, key: str) -> list[str] | None:
    """Give the modules that distributions bring, if that was found out; else None."""
    kept = notes.answer
    if not isinstance(kept, dict) or kept.get("key") != key:
        return None
    words = kept.get("words")
    is_sound = isinstance(words, list) and all(isinstance(word, str) for word in words)
    return words if is_sound else None


def _recalled(notes: Notes, key: str, names: frozenset[str]) -> Parts | None:
    """Give what was concluded, if all of it still holds; with the lines of today."""
    kept = notes.answer
    try:
        if kept["key"] != key or kept["names"] != sorted(names):
            return None
        for path, (package, shape, moves) in kept["read"].items():
            row = notes.code(path, package)
            if [row["shape"], row["moves"]] != [shape, moves]:
                return None
        return _loaded(kept, notes)
    except (TypeError, KeyError, ValueError, AttributeError, IndexError):
        return None


def _loaded(kept: Any, notes: Notes) -> Parts:
    return Parts(
        tuple(_unshipped(row, kept["read"], notes) for row in kept["unshipped"]),
        kept["elsewhere"],
        tuple(Unused(name, size, tuple(modules)) for name, size, modules in kept["unused"]),
        Shape(
            collisions=tuple((one, other) for one, other in kept["collisions"]),
            path_files=tuple(PathFile(*row) for row in kept["path_files"]),
            archives=tuple(OddFile(*row) for row in kept["archives"]),
            twice=tuple((name, tuple(versions)) for name, versions in kept["twice"]),
        ),
    )


def _unshipped(row: Any, read: Any, notes: Notes) -> Unshipped:
    module, standing, owner, path, line, chain, certain, deeper = row
    if path in read:  # its imports are the same, their lines may have moved
        line = notes.code(path, read[path][0])["imports"][line][3]
    return Unshipped(module, standing, owner, path, line, tuple(chain), certain, deeper)
