"""Where the files of a wheel go, and which are native code: found out once, kept for later."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import mmap
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Entry, StoredWheel, WheelMember, Where
from lpack.store.segments import Segments, discard_object, open_new
from lpack.store.wheels import digest_of, has_stamp
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Container
    from lpack.store.segments import Kept
    from lpack.wheels.layout import Placed

_KIND = "placement-2"
_TABLE = "table"

Look = Callable[[str, int, Callable[[int, int], bytes]], str]
"""Tells what native code a file is, from its path, its mode and what gives parts of it, each by
its offset and its length."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What a wheel puts into a package."""

    entries: Mapping[str, Entry]
    """By path, in the order of the package."""
    generated: Mapping[str, bytes]
    """Content of entries that the wheel does not hold as they are, by path."""
    left_out: tuple[str, ...]
    """Names of compiled Python code, which is of no use."""
    folders: frozenset[str]
    """That the files lie in, at any depth."""
    recipe: str
    """As in `Bundle.recipes`; empty if nothing is kept."""
    container: Container | None = None
    """What is not copied from the wheel is copied from there."""
    squeezed: Mapping[str, int] = field(default_factory=dict)
    """Bytes that streams would have more, had nobody tried harder; by path."""
    stripped: Mapping[str, int] = field(default_factory=dict)
    """Bytes that files are shorter by than in the wheel; by path."""
    added: frozenset[str] = frozenset()
    """Paths of bytecode, which the wheel does not have."""


def laid_out(
    wheel: StoredWheel, interpreter: str, segments: Segments | None, look: Look | None
) -> Laid:
    """Place the files of a wheel, in the order of their names.

    With `segments`, that is remembered there. Raises BuildError LP204, LP220 or LP224.
    """
    if segments is None:
        return _laid(wheel, _parsed(wheel, interpreter, look))
    about = (wheel.sha256, wheel.filename, interpreter)
    kept = segments.find(_KIND, *about)
    if kept is not None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            return _recalled(wheel, kept)
    refuse_damaged(wheel, segments)
    table = _parsed(wheel, interpreter, look)
    content = json.dumps(table, separators=(",", ":")).encode()
    recipe = hashlib.sha256(content).hexdigest()
    try:
        with segments.new() as folder:
            with open_new(folder / _TABLE) as file:
                file.write(content)
            segments.keep(folder, {"sha256": recipe}, _KIND, *about)
    except OSError:  # a cache that cannot be written serves all the same
        recipe = ""
    return _laid(wheel, table, recipe)


def refuse_damaged(one: StoredWheel | Container, segments: Segments) -> None:
    """Hash a wheel, or what was made of it, that may have been believed for its stamp alone.

    Raises BuildError LP224.
    """
    if isinstance(one, StoredWheel) and one.is_hashed and has_stamp(one):
        return
    if _is_whole(one.path, one.sha256, one.stamp):
        return
    if not one.path.exists():
        raise gone(one.path)
    if isinstance(one, StoredWheel):
        segments.forget_verified(one.sha256)
        damaged, healing = f"`{one.filename}`", "fetches the wheel"
    else:
        discard_object(one.path.parent)
        damaged, healing = f"what was made of `{one.filename}`", "makes that"
    raise BuildError(
        "LP224",
        f"{damaged} is damaged in the cache",
        where=Where(str(one.path)),
        hint=f"run the command again: it {healing} anew",
    )


@functools.cache
def _is_whole(path: Path, sha256: str, stamp: tuple[int, ...] | None) -> bool:
    """Tell whether a file has a digest; as long as it has this stamp, it is hashed once."""
    del stamp
    try:
        return digest_of(path)[1] == sha256
    except OSError:
        return False


def folders_of(paths: Iterable[str]) -> set[str]:
    """Give every folder that files lie in, at any depth."""
    folders: set[str] = set()
    for path in paths:
        head = path.rpartition("/")[0]
        while head and head not in folders:
            folders.add(head)
            head = head.rpartition("/")[0]
    return folders


def _recalled(wheel: StoredWheel, kept: Kept) -> Laid:
    content = kept.read(_TABLE)
    recipe = hashlib.sha256(content).hexdigest()
    if recipe != kept.facts["sha256"]:
        raise ValueError
    return _laid(wheel, json.loads(content), recipe)


def _laid(wheel: StoredWheel, table: Mapping[str, Any], recipe: str = "") -> Laid:
    members = map(
        WheelMember._make,
        zip(
            *(table[column] for column in ("offset", "compressed", "size", "crc", "method")),
            strict=True,
        ),
    )
    paths, owner, origin = table["path"], repeat(wheel.name), repeat(wheel.path)
    no_links = repeat(None)
    rows = zip(paths, owner, table["size"], table["mode"], origin, members, table["code"], no_links)  # noqa: B905 - three of them have no end
    entries = dict(zip(paths, map(Entry._make, rows), strict=True))
    generated = {path: text.encode("latin-1") for path, text in table["generated"].items()}
    for path in generated:
        entries[path] = entries[path]._replace(member=None)
    folders = frozenset(table["folders"])
    return Laid(entries, generated, tuple(table["left_out"]), folders, recipe)


def _parsed(wheel: StoredWheel, interpreter: str, look: Look | None) -> dict[str, Any]:
    """Read the wheel, and write what it is about in columns, which are loaded quickly."""
    from lpack.wheels.layout import place  # noqa: PLC0415 - for what is new only

    with _mapped(wheel) as data:
        files, left_out = place(data, filename=wheel.filename, interpreter=interpreter)
        files = tuple(sorted(files, key=lambda one: one.path.encode()))
        codes = [None if look is None else _code(one, data, look) for one in files]
    streams = [one.stream or WheelMember(0, 0, one.size, 0, 0) for one in files]
    return {
        "path": [one.path for one in files],
        "mode": [one.mode for one in files],
        "code": codes,
        "offset": [one.offset for one in streams],
        "compressed": [one.compressed for one in streams],
        "size": [one.size for one in streams],
        "crc": [one.crc for one in streams],
        "method": [one.method for one in streams],
        "generated": {
            one.path: one.content.decode("latin-1") for one in files if one.content is not None
        },
        "left_out": left_out,
        "folders": sorted(folders_of(one.path for one in files)),
    }


def _code(file: Placed, data: mmap.mmap, look: Look) -> str:
    from lpack.wheels.member_parts import MemberParts  # noqa: PLC0415 - for what is new only
    from lpack.wheels.streams import stream_pieces  # noqa: PLC0415 - for what is new only

    content, stream = file.content or b"", file.stream
    if stream is None:
        return look(file.path, file.mode, lambda offset, size: content[offset : offset + size])
    parts = MemberParts(lambda: stream_pieces(data, stream), stream, file.path)
    return look(file.path, file.mode, parts.read)


@contextlib.contextmanager
def _mapped(wheel: StoredWheel) -> Iterator[mmap.mmap]:
    with contextlib.ExitStack() as opened:
        try:
            file = opened.enter_context(wheel.path.open("rb"))
            data = opened.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:  # ValueError: it is empty
            raise gone(wheel.path) from error
        yield data


def gone(wheel: Path) -> BuildError:
    """Say that a wheel was taken away meanwhile."""
    return BuildError(
        "LP224",
        f"`{wheel.name}` is not in the cache any more",
        where=Where(str(wheel)),
        hint="run the command again",
    )
