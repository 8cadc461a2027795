"""Lay out the package as a list: which file comes from where, before a byte is written."""

from __future__ import annotations

import mmap
from dataclasses import replace
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.exclusion import Exclusion
from lpack.model import Bundle, Entry, Excluded, Function, Saved, StoredWheel, Where
from lpack.own_files import Walk, walk
from lpack.projects.own import OwnMetadata, own_metadata
from lpack.wheels.layout import place

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lpack.model import Project


def stage(function: Function, wheels: tuple[StoredWheel, ...], project: Project) -> Bundle:
    """Place the wheels as an installer would, and the function's own files over them.

    The entries come in the order of the archive: distributions by name, each one's files by
    name, the function's own files last, so that a change of code moves few bytes.
    Raises BuildError LP204, LP220 to LP225.
    """
    exclusion = Exclusion(function.include, function.exclude, project.output)
    own, prefixes = None, dict(function.prefixes)
    for source in function.sources:
        own = walk(source, project.root, exclusion, own, prefixes.get(source, ""))
    assert own is not None  # noqa: S101 - a function has at least one source
    metadata = _add_metadata(own, function, project.root)
    placed, generated, left_out = _place_all(wheels, function, own.entries.keys())
    placed, saved = _slimmed(placed, generated, left_out, function)
    generated.update(metadata.files)
    replaced = [
        Excluded(path, "replaced by your own file", placed[path].owner)
        for path in sorted(own.entries.keys() & placed.keys())
    ]
    entries = (
        *(entry for path, entry in placed.items() if path not in own.entries),
        *(own.entries[path] for path in sorted(own.entries, key=str.encode)),
    )
    _refuse_files_as_folders(entries)
    return Bundle(
        entries,
        wheels,
        (*own.excluded, *left_out, *replaced),
        {
            path: content
            for path, content in generated.items()
            if path not in own.entries or path in metadata.files
        },
        tuple(own.folders),
        metadata.read,
        saved,
        metadata.notes,
    )


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
    found = own_metadata(function.handler, root, own.entries)
    added = {path: content for path, content in found.files.items() if path not in own.entries}
    for path, content in added.items():
        own.entries[path] = Entry(path, "", len(content), 0o644, found.declaration or root)
    return replace(found, files=added)


def _place_all(
    wheels: tuple[StoredWheel, ...], function: Function, own: Collection[str]
) -> tuple[dict[str, Entry], dict[str, bytes], list[Excluded]]:
    python = function.target.runtime.name
    placed: dict[str, Entry] = {}
    generated: dict[str, bytes] = {}
    left_out: list[Excluded] = []
    for wheel in sorted(wheels, key=lambda one: one.name):
        with _mapped(wheel) as data:
            files, ignored = place(
                data, filename=wheel.filename, interpreter=f"/var/lang/bin/{python}"
            )
        left_out += [Excluded(name, "bytecode", wheel.name) for name in ignored]
        for one in sorted(files, key=lambda one: one.path.encode()):
            entry = Entry(one.path, wheel.name, one.size, one.mode, wheel.path, one.stream)
            if one.path not in own:
                _refuse_conflict(placed.get(one.path), entry, one.content, generated)
            placed.setdefault(one.path, entry)
            if one.content is not None:
                generated.setdefault(one.path, one.content)
    return placed, generated, left_out


def _mapped(wheel: StoredWheel) -> mmap.mmap:
    try:
        with wheel.path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise BuildError(
            "LP224",
            f"`{wheel.filename}` is not in the cache any more",
            where=Where(str(wheel.path)),
            hint="run the command again",
        ) from error


def _refuse_conflict(
    first: Entry | None, second: Entry, content: bytes | None, generated: dict[str, bytes]
) -> None:
    """Allow one path in two distributions only where the bytes are the same."""
    if first is None or _same_bytes(first, second, content, generated):
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


def _refuse_files_as_folders(entries: tuple[Entry, ...]) -> None:
    owners = {entry.path: entry.owner for entry in entries}
    folders: set[str] = set()
    for path in owners:
        head = path.rpartition("/")[0]
        while head and head not in folders:
            folders.add(head)
            head = head.rpartition("/")[0]
    for folder in sorted(folders & owners.keys()):
        raise BuildError(
            "LP220",
            f"`{folder}` is a file in one place and a folder in another",
            hint="rename one of them",
        )
