"""The file in which the streams lie that were made of a wheel, and the table of what they are."""

from __future__ import annotations

import hashlib
import json
import os
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lpack.model import Container, Entry, WheelMember
from lpack.stamps import stamp_of
from lpack.store.placements import folders_of
from lpack.store.segments import open_new
from lpack.values import NamedTuple, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import StoredWheel
    from lpack.remaking.making import Made
    from lpack.store.placements import Laid
    from lpack.store.segments import Kept

_STREAMS = "streams"
_ARRIVED = "arrived"
_TABLE = "table"
_BLOCK = 1 << 20


class _Row(NamedTuple):
    """A file of the table; a list of these is the JSON of it."""

    path: str
    mode: int
    size: int
    crc: int
    squeezed: int
    method: int
    compressed: int
    offset: int


def write(made: Iterable[Made], folder: Path) -> dict[str, str]:
    """Write streams and table into an empty folder, and give the digests of both.

    Whatever the order in which the files come, the bytes are the same. Raises OSError.
    """
    arrived = folder / _ARRIVED
    rows = []
    with arrived.open("wb") as file:
        for one in made:
            method, stream = one.stream
            numbers = (one.size, one.crc, one.squeezed, method, len(stream), file.tell())
            rows.append(_Row(one.path, one.mode, *numbers))
            file.write(stream)
    with arrived.open("rb") as source, open_new(folder / _STREAMS) as target:
        digest, rows = _in_order(rows, source, target)
    arrived.unlink()
    content = json.dumps(rows, separators=(",", ":")).encode()
    with open_new(folder / _TABLE) as table:
        table.write(content)
    return {_STREAMS: digest, _TABLE: hashlib.sha256(content).hexdigest()}


def _in_order(rows: list[_Row], source: IO[bytes], target: IO[bytes]) -> tuple[str, list[_Row]]:
    """Copy the streams in the order of their files' names."""
    digest = hashlib.sha256()
    found = []
    for row in sorted(rows, key=itemgetter(0)):
        found.append(row._replace(offset=target.tell()))
        source.seek(row.offset)
        for start in range(0, row.compressed, _BLOCK):
            block = source.read(min(_BLOCK, row.compressed - start))
            digest.update(block)
            target.write(block)
    return digest.hexdigest(), found


def found(laid: Laid, wheel: StoredWheel, kept: Kept, changes: str) -> Laid:
    """Give what a wheel puts into the package, with what was kept of it; `changes` names how.

    Raises OSError, ValueError, KeyError or TypeError for what is damaged.
    """
    content = kept.read(_TABLE)
    digest = hashlib.sha256(content).hexdigest()
    if digest != kept.facts[_TABLE]:
        raise ValueError
    os.close(kept.open(_STREAMS))  # which it would not be if it were another one
    stamp, sha256 = tuple(kept.stamps[_STREAMS] or ()), str(kept.facts[_STREAMS])
    path = Path(kept.folder, _STREAMS)
    container = Container(wheel.name, wheel.filename, path, sha256, stamp)
    # Without a recipe, nothing is kept of the wheel as it is either.
    recipe = laid.recipe and _recipe(laid.recipe, changes, digest)
    return _with(laid, container, content, recipe)


def _recipe(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def made_now(laid: Laid, wheel: StoredWheel, folder: Path, digests: Mapping[str, str]) -> Laid:
    """Give the same with what was written to a folder that goes when this run ends."""
    path = folder / _STREAMS
    stamp = tuple(stamp_of(str(path)) or ())
    container = Container(wheel.name, wheel.filename, path, digests[_STREAMS], stamp)
    return _with(laid, container, (folder / _TABLE).read_bytes(), "")


def _with(laid: Laid, container: Container, table: bytes, recipe: str) -> Laid:
    """Let the files of a table take the place of what the wheel has."""
    rows = [_Row._make(row) for row in json.loads(table)]
    if not rows:
        return replace(laid, recipe=recipe)
    entries = dict(laid.entries)
    for path, mode, size, crc, _, method, compressed, offset in rows:
        member = WheelMember(offset, compressed, size, crc, method)
        code = entries[path].code if path in entries else ""
        entries[path] = Entry(path, container.owner, size, mode, container.path, member, code)
    new = [row.path for row in rows if row.path not in laid.entries]
    if new:
        entries = {path: entries[path] for path in sorted(entries, key=str.encode)}
    return replace(
        laid,
        entries=entries,
        generated={path: one for path, one in laid.generated.items() if not entries[path].member},
        folders=laid.folders | folders_of(new),
        recipe=recipe,
        container=container,
        squeezed={row.path: row.squeezed for row in rows if row.squeezed},
        stripped={
            row.path: laid.entries[row.path].size - row.size
            for row in rows
            if row.path in laid.entries and row.size != laid.entries[row.path].size
        },
        added=frozenset(new),
    )
