"""The records of a package's zip: nothing in them differs between machines.

Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lpack.model import Entry, Moment
from lpack.values import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCAL_BYTES, ROW_BYTES = 30, 46
LARGEST_PLACE = 0xFFFFFFFF - 1
"""Of a record that plain ZIP can point to; the next value means that ZIP64 has it."""
MOST_FILES = 0xFFFF - 1
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_ROW = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_ZIP64_PLACE = struct.Struct("<HHQ")
_ZIP64_END = struct.Struct("<IQHHIIQQQQ")
_ZIP64_LOCATOR = struct.Struct("<IIQI")
_ZIP64_END_REST = _ZIP64_END.size - 12
_NAME_AND_PLACE = struct.Struct("<28xH12xI")
_PLACE = struct.Struct("<I")
_PLACE_IN_ROW = 42
_VERSION, _ZIP64_VERSION = 20, 45
_UNIX = 3 << 8
_UTF8_NAME = 0x800
REGULAR_FILE = 0o100000


class Planned(NamedTuple):
    """An entry with its compressed stream, or the place in a wheel or container of it."""

    entry: Entry
    """With its path in the archive."""
    method: int
    compressed: int
    crc: int
    stream: bytes | None = None
    """None for a stream that is spliced from the wheel, or is not in memory."""
    moment: Moment = Moment()


def local_header(one: Planned) -> bytes:
    """Write what precedes a stream."""
    name = one.entry.path.encode()
    return _LOCAL.pack(0x04034B50, _VERSION, *_shared(one, name), 0) + name


def directory_row(one: Planned, place: int) -> bytes:
    """Write the row of a file whose local header is at `place`."""
    name = one.entry.path.encode()
    attributes = (REGULAR_FILE | one.entry.mode) << 16
    version, extra = _VERSION, b""
    if place > LARGEST_PLACE:
        version, extra = _ZIP64_VERSION, _ZIP64_PLACE.pack(1, 8, place)
        place = LARGEST_PLACE + 1
    shared = _shared(one, name)
    return (
        _ROW.pack(
            0x02014B50, _UNIX | version, version, *shared, len(extra), 0, 0, 0, attributes, place
        )
        + name
        + extra
    )


def _shared(one: Planned, name: bytes) -> tuple[int, ...]:
    flags = 0 if name.isascii() else _UTF8_NAME
    date, time = one.moment
    return (flags, one.method, time, date, one.crc, one.compressed, one.entry.size, len(name))


def directory_rows(files: Iterable[Planned], place: int) -> bytes:
    """Write the rows of files that lie one after another."""
    rows = bytearray()
    for one in files:
        rows += directory_row(one, place)
        place += LOCAL_BYTES + len(one.entry.path.encode()) + one.compressed
    return bytes(rows)


def moved_rows(rows: bytes, distance: int) -> bytes:
    """Let rows point `distance` bytes further, which plain ZIP must be able to do."""
    moved = bytearray(rows)
    position = 0
    while position < len(rows):
        name, place = _NAME_AND_PLACE.unpack_from(rows, position)
        _PLACE.pack_into(moved, position + _PLACE_IN_ROW, place + distance)
        position += ROW_BYTES + name
    return bytes(moved)


def end_of_archive(files: int, size: int, place: int) -> bytes:
    """Write what follows a directory of `size` bytes at `place`; ZIP64 only where it must be."""
    end = _END.pack(
        0x06054B50,
        0,
        0,
        min(files, MOST_FILES + 1),
        min(files, MOST_FILES + 1),
        min(size, LARGEST_PLACE + 1),
        min(place, LARGEST_PLACE + 1),
        0,
    )
    if files <= MOST_FILES and max(size, place) <= LARGEST_PLACE:
        return end
    versions = (_UNIX | _ZIP64_VERSION, _ZIP64_VERSION)
    whole = _ZIP64_END.pack(0x06064B50, _ZIP64_END_REST, *versions, 0, 0, files, files, size, place)
    return whole + _ZIP64_LOCATOR.pack(0x07064B50, 0, place + size, 1) + end
