"""Reading any deployment package, by whomever it was made, down to the last field of its headers.

Other than wheels, packages are not spliced, so that what is odd about them is told, not refused.
Nothing is inflated here.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from lpack.model import Moment, WheelMember
from lpack.values import dataclass
from lpack.wheels.refusal import refusal, shown
from lpack.wheels.zip64 import find_any_directory, local_sizes, real_values
from lpack.wheels.zip_format import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    DESCRIPTOR_FLAG,
    IN_ZIP64_32,
    LOCAL,
    LOCAL_SIGNATURE,
    UTF8_FLAG,
    Buffer,
)

if TYPE_CHECKING:
    from lpack.errors import BuildError
    from lpack.wheels.end_record import Directory

MOST_ENTRIES = 1_000_000
"""Lambda takes a few tens of thousands; more would only fill the memory."""
_UNIX = 3
# What both headers hold, from the version needed to the length of the name.
_SHARED = (
    "version needed",
    "flags",
    "compression method",
    "time",
    "date",
    "CRC",
    "compressed size",
    "size",
    "length of the name",
)


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """One entry of a package, as its central header tells it."""

    path: str
    """A folder's ends with a slash."""
    place: int
    """Of its local header, in bytes from the beginning."""
    end: int
    """Where its stream ends; a data descriptor is not counted."""
    stream: WheelMember
    needed: int
    """Version of the format that a reader must know, times ten."""
    made_by: int
    """Version of the format, and in the high byte the system: 3 for Unix."""
    flags: int
    moment: Moment
    internal: int
    attributes: int
    """External: the mode in the high half, where Unix made it."""
    extra: bytes
    local_extra: bytes
    comment: bytes
    disagreeing: tuple[str, ...]
    """What the local header tells differently."""
    is_utf8: bool = True
    """Whether the name is UTF-8, as Lambda's Python expects of file names."""

    @property
    def is_folder(self) -> bool:
        """Whether it is an entry without content."""
        return self.path.endswith("/")

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link, whose content is where it leads."""
        return self.made_by >> 8 == _UNIX and stat.S_ISLNK(self.attributes >> 16)

    @property
    def mode(self) -> int | None:
        """Permission bits, if the maker knew any."""
        return self.attributes >> 16 & 0o7777 if self.made_by >> 8 == _UNIX else None


@dataclass(frozen=True, slots=True)
class Package:
    """The entries of a package in the order of its central directory, and where that lies."""

    entries: tuple[PackageEntry, ...]
    directory: Directory


def read_package(data: Buffer) -> Package:
    """Read every header of a package.

    Raises BuildError LP204 when it is no archive, or readers would find different entries in it.
    """
    place = find_any_directory(data)
    directory = bytes(data[place.offset : place.offset + place.size])
    if place.count > MOST_ENTRIES:
        raise refusal("DIRECTORY_RECORD", f"the archive has over {MOST_ENTRIES:,} entries")
    entries: list[PackageEntry] = []
    position = 0
    while len(entries) < place.count and position + CENTRAL.size <= place.size:
        entry, position = read_entry(data, directory, position)
        entries.append(entry)
    if position != place.size or len(entries) != place.count:
        raise refusal("DIRECTORY_RECORD", "the central directory has another length than stated")
    return Package(tuple(entries), place)


def read_entry(
    data: Buffer, directory: bytes, position: int, shift: int = 0
) -> tuple[PackageEntry, int]:
    """Read one central header and the local one that it points to; give the next position, too.

    `shift` is how many bytes precede the place that offsets count from. Raises BuildError LP204.
    """
    fields = CENTRAL.unpack_from(directory, position)
    signature, made_by, needed, flags, method, time, date, crc, compressed, size = fields[:10]
    name_length, extra_length, comment_length, disk, internal, attributes, place = fields[10:]
    name_end = position + CENTRAL.size + name_length
    extra_end = name_end + extra_length
    end = extra_end + comment_length
    raw = directory[position + CENTRAL.size : name_end]
    if signature != CENTRAL_SIGNATURE or end > len(directory):
        raise refusal("DIRECTORY_RECORD", "the central directory has a torn record")
    extra = directory[name_end:extra_end]
    if IN_ZIP64_32 in (compressed, size, place):
        size, compressed, place = real_values(extra, (size, compressed, place), raw)
    place += shift
    sizes = (compressed, size)
    local_extra, disagreeing = _local(data, place, directory[position:name_end], sizes)
    start = place + LOCAL.size + name_length + len(local_extra)
    if start + compressed > len(data):
        raise refusal("LOCAL_HEADER", f"`{shown(raw)}` reaches beyond the end of the file")
    path = _utf8(raw)
    entry = PackageEntry(
        _decoded(raw, flags) if path is None else path,
        place,
        start + compressed,
        WheelMember(start, compressed, size, crc, method),
        needed,
        made_by,
        flags,
        Moment(date, time),
        internal,
        attributes,
        extra,
        local_extra,
        directory[extra_end:end],
        (*disagreeing, *(("number of the disk",) if disk else ())),
        path is not None,
    )
    return entry, end


def _local(
    data: Buffer, place: int, central: bytes, sizes: tuple[int, int]
) -> tuple[bytes, tuple[str, ...]]:
    """Give the extra field of a local header, and the names of what it tells differently."""
    raw = central[CENTRAL.size :]
    header = bytes(data[place : place + LOCAL.size + len(raw)])
    if len(header) != LOCAL.size + len(raw) or header[:4] != LOCAL_SIGNATURE:
        raise _no_header(raw)
    extra_length = header[28] | header[29] << 8
    start = place + len(header)
    extra = bytes(data[start : start + extra_length])
    if len(extra) != extra_length:
        raise _no_header(raw)
    if header[4:28] == central[6:30] and header[LOCAL.size :] == raw and max(sizes) < IN_ZIP64_32:
        return extra, ()
    told, known = [*LOCAL.unpack_from(header)[1:10]], [*CENTRAL.unpack_from(central)[2:11]]
    told[6:8], known[6:8] = local_sizes(extra, told[6], told[7]), sizes
    # Sizes and CRC follow the stream where the flag says so.
    later = _SHARED[5:8] if known[1] & DESCRIPTOR_FLAG and not any(told[5:8]) else ()
    found = [
        what
        for what, one, other in zip(_SHARED, told, known, strict=True)
        if one != other and what not in later
    ]
    if header[LOCAL.size :] != raw:
        found.append("name")
    return extra, tuple(found)


def _no_header(raw: bytes) -> BuildError:
    return refusal("LOCAL_HEADER", f"`{shown(raw)}` has no local header where it should be")


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(raw: bytes, flags: int) -> str:
    """Read a name that is not UTF-8, although it may be marked so; else by the old code page."""
    return raw.decode("utf-8", "backslashreplace") if flags & UTF8_FLAG else raw.decode("cp437")
