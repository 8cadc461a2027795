"""Lay out the package as a list: which file comes from where, before a byte is written."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.exclusion import Exclusion
from lpack.facts.native_files import code_of
from lpack.model import Bundle, Entry, Excluded, Function, Saved, StoredWheel, Stripped
from lpack.own_files import Walk, walk
from lpack.projects.own import OwnMetadata, own_metadata
from lpack.remaking.placing import Bytecode
from lpack.store.placements import Laid, folders_of, laid_out
from lpack.store.segments import Segments
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from lpack.model import Project
    from lpack.remaking.compiling import Compiler


def stage(  # noqa: PLR0913 - what is placed, each of its own kind
    function: Function,
    wheels: tuple[StoredWheel, ...],
    project: Project,
    cache: Path | None = None,
    remade: Callable[[Laid, StoredWheel], Laid] | None = None,
    compiler: Compiler | None = None,
) -> Bundle:
    """Place the wheels as an installer would, and the function's own files over them.

    The entries come in the order of the archive: distributions by name, each one's files by
    name, the function's own files last, so that a change of code moves few bytes. What is found
    out about wheels is kept in `cache`; `remade` may put other files in the place of theirs, and
    add bytecode, as `compiler` does for own files. Raises BuildError LP204, LP220 to LP225, and
    what these raise.
    """
    exclusion = Exclusion(function.include, function.exclude, project.output)
    own, prefixes = Walk(project.root.resolve(), exclusion), dict(function.prefixes)
    for source in function.sources:
        walk(source, project.root, exclusion, own, prefixes.get(source, ""))
    metadata = _add_metadata(own, function, project.root)
    laid = _lay_out(wheels, function, cache, remade)
    code = Bytecode(own.entries, laid, compiler)
    placed, generated = _placed(laid, own.entries.keys() | code.of_own_files)
    code.take_out(placed)
    left_out = [
        Excluded(name, "bytecode", owner) for owner, one in laid.items() for name in one.left_out
    ]
    placed, saved = _slimmed(placed, generated, left_out, function)
    generated.update(metadata.files)
    replaced = sorted(own.entries.keys() & placed.keys())
    left_out += [
        Excluded(path, "replaced by your own file", placed.pop(path).owner) for path in replaced
    ]
    placed = code.put_back(placed)
    generated = {
        path: content
        for path, content in generated.items()
        if path not in own.entries or path in metadata.files
    }
    own_code = code.compile_own()
    generated |= own_code
    entries = (
        *placed.values(),
        *(own.entries[path] for path in sorted(own.entries, key=str.encode)),
    )
    is_whole = not function.slim and not replaced
    folders = (one.folders for one in laid.values()) if is_whole else [folders_of(placed)]
    _refuse_files_as_folders(entries, folders_of(own.entries).union(*folders))
    return Bundle(
        entries,
        wheels,
        (*own.excluded, *left_out),
        generated,
        tuple(own.folders),
        metadata.read,
        saved,
        metadata.notes,
        _recipes(laid, placed, generated),
        tuple(one.container for one in laid.values() if one.container),
        function.compress,
        _squeezed(laid, placed),
        code.told(function, placed, own_code),
        _stripped(laid, placed) if function.strip else None,
    )


def lay_out(wheel: StoredWheel, function: Function, cache: Path | None) -> Laid:
    """Give what a distribution brings, as its wheel has it; raises BuildError LP204 or LP224."""
    runtime = function.target.runtime
    interpreter = f"/var/lang/bin/{runtime.name}"
    if runtime.is_own:  # wherever the package or a layer has it, the name is on PATH
        interpreter = "/usr/bin/env python{}.{}".format(*runtime.python)
    segments = None if cache is None else Segments(cache)
    return laid_out(wheel, interpreter, segments, None if cache is None else code_of)


def _slimmed(
    placed: dict[str, Entry],
    generated: dict[str, bytes],
    left_out: list[Excluded],
    function: Function,
) -> tuple[dict[str, Entry], tuple[Saved, ...]]:
    """Leave out of the distributions what the function does not want of them."""
    if not function.slim:
        return placed, ()
    from lpack.slimming import slimmed  # noqa: PLC0415 - few functions ask for it

    found = slimmed(tuple(placed.values()), function)
    left_out += found.excluded
    generated.update(found.generated)
    return {entry.path: entry for entry in found.entries}, found.saved


def _add_metadata(own: Walk, function: Function, root: Path) -> OwnMetadata:
    """Add what an installer would write of the project, if the handler is in its own package."""
    if function.handler is None:
        return OwnMetadata()
    found = own_metadata(function.handler, root, own.entries)
    added = {path: content for path, content in found.files.items() if path not in own.entries}
    for path, content in added.items():
        own.entries[path] = Entry(path, "", len(content), 0o644, found.declaration or root)
    return replace(found, files=added)


def _lay_out(
    wheels: tuple[StoredWheel, ...],
    function: Function,
    cache: Path | None,
    remade: Callable[[Laid, StoredWheel], Laid] | None,
) -> dict[str, Laid]:
    """Give what each distribution brings, by its name."""
    found = {}
    for wheel in sorted(wheels, key=lambda one: one.name):
        laid = lay_out(wheel, function, cache)
        found[wheel.name] = laid if remade is None else remade(laid, wheel)
    return found


def _placed(
    laid: Mapping[str, Laid], own: AbstractSet[str]
) -> tuple[dict[str, Entry], dict[str, bytes]]:
    """Put the distributions beside each other; own files settle what they disagree about."""
    placed: dict[str, Entry] = {}
    generated: dict[str, bytes] = {}
    for one in laid.values():
        shared = one.entries.keys() & placed.keys()
        for path in sorted(shared - own):
            content = one.generated.get(path)
            _refuse_conflict(placed[path], one.entries[path], content, generated)
        placed.update(
            {path: entry for path, entry in one.entries.items() if path not in shared}
            if shared
            else one.entries
        )
        generated = {**one.generated, **generated}
    return placed, generated


def _squeezed(laid: Mapping[str, Laid], placed: Mapping[str, Entry]) -> int:
    """Sum up what was gained on the files that are in the package."""
    return sum(
        gain
        for owner, one in laid.items()
        for path, gain in one.squeezed.items()
        if path in placed and placed[path].owner == owner
    )


def _stripped(laid: Mapping[str, Laid], placed: Mapping[str, Entry]) -> Stripped:
    """Sum up what was taken away from the files that are in the package."""
    found = [
        size
        for owner, one in laid.items()
        for path, size in one.stripped.items()
        if path in placed and placed[path].owner == owner
    ]
    return Stripped(len(found), sum(found))


def _recipes(
    laid: Mapping[str, Laid], placed: Mapping[str, Entry], generated: Mapping[str, bytes]
) -> dict[str, str]:
    """Tell what there is of each distribution, where that can be kept."""
    shipped: dict[str, list[Entry]] = {}
    for entry in placed.values():
        shipped.setdefault(entry.owner, []).append(entry)
    return {
        owner: laid[owner].recipe + _choice(laid[owner], entries, generated)
        for owner, entries in shipped.items()
        if laid[owner].recipe
    }


def _choice(laid: Laid, entries: list[Entry], generated: Mapping[str, bytes]) -> str:
    """Name a choice of a distribution's files; empty for all of them, as they are."""
    if entries == list(laid.entries.values()):
        return ""
    rows = [(one.path, one.mode, one.member or generated[one.path].hex()) for one in entries]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _refuse_conflict(
    first: Entry, second: Entry, content: bytes | None, generated: dict[str, bytes]
) -> None:
    """Allow one path in two distributions only where the bytes are the same."""
    if _same_bytes(first, second, content, generated):
        return
    raise BuildError(
        "LP220",
        f"`{first.owner}` and `{second.owner}` both bring `{first.path}`, with different content",
        hint=f"require only one of them, or put your own `{first.path}` in the source",
    )


def _same_bytes(
    first: Entry, second: Entry, content: bytes | None, generated: dict[str, bytes]
) -> bool:
    if first.size != second.size:
        return False
    return _content(first, generated.get(first.path)) == _content(second, content)


def _content(entry: Entry, generated: bytes | None) -> bytes:
    from lpack.wheels.content import read_member  # noqa: PLC0415 - few packages collide

    if generated is not None or entry.member is None:
        return generated or b""
    return read_member(entry.origin, entry.member)


def _refuse_files_as_folders(entries: tuple[Entry, ...], folders: AbstractSet[str]) -> None:
    for path in sorted(entry.path for entry in entries if entry.path in folders):
        raise BuildError(
            "LP220",
            f"`{path}` is a file in one place and a folder in another",
            hint="rename one of them",
        )
