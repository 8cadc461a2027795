"""Strict reading of a wheel's ZIP framing: accepted only if every reader sees the same members.

The central directory and the local headers are both read and must tell the same, and together
with the streams they must cover the file from its first byte to its last. Nothing is inflated.

ZIP64 is refused: a package over 4 GiB or 65,534 files is many times what Lambda takes.
"""

from __future__ import annotations

import stat
from operator import itemgetter
from typing import TYPE_CHECKING

from lpack.model import WheelMember
from lpack.values import NamedTuple
from lpack.wheels.end_record import Directory, find_directory
from lpack.wheels.local_header import stream_extent
from lpack.wheels.names import Names
from lpack.wheels.refusal import Rule, refusal, shown
from lpack.wheels.zip_format import (
    ALLOWED_FLAGS,
    CENTRAL,
    CENTRAL_SIGNATURE,
    DEFLATED,
    IN_ZIP64_32,
    LOCAL_SIGNATURE,
    NEWEST_VERSION,
    STORED,
    UTF8_FLAG,
    Buffer,
    check_extra,
)

if TYPE_CHECKING:
    from lpack.errors import BuildError

TOTAL_BYTES = 1024**3
"""Most that a wheel may hold unpacked: four times what Lambda allows a function."""
BOMB_BYTES = 64 * 1024**2
BOMB_RATIO = 50
"""PyPI's rule for uploads: over 64 MiB unpacked, at most 50 times the file's size.

https://github.com/pypi/warehouse/blob/main/warehouse/forklift/legacy.py
"""

_DOS_DIRECTORY = 0x10
# Bytes of nothing, deflated: `ZipFile.writestr("folder/", "")` writes it.
_EMPTY_STREAM = 2
_SPECIAL_BITS = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX


class ArchiveMember(NamedTuple):
    """A file or directory of a wheel, as central directory and local header agree on it."""

    name: str
    """With slashes; a directory's ends with one."""
    mode: int
    """Permission bits 0..0o777 from the external attributes, 0 when there are none."""
    is_directory: bool
    stream: WheelMember


def read_members(data: Buffer) -> tuple[ArchiveMember, ...]:
    """Read the members of a wheel, in the order of its central directory.

    Raises BuildError LP204 naming the rule when two readers could read the file differently, or
    when it asks for more than the limits. The streams are verified by `admission.admit`.
    """
    place = find_directory(data)
    members, extents = _read_directory(data, place)
    _check_extents(data, extents, place.offset)
    _check_sizes(sum(member.stream.size for member in members), len(data))
    return tuple(members)


def _read_directory(
    data: Buffer, place: Directory
) -> tuple[list[ArchiveMember], list[tuple[int, int]]]:
    """Read each central header and its local one; give the members and the bytes they cover.

    One long loop, because every build runs it over every member of every wheel.
    """
    directory = bytes(data[place.offset : place.offset + place.size])
    names = Names()
    members: list[ArchiveMember] = []
    extents: list[tuple[int, int]] = []
    position = 0
    while len(members) < place.count and position + CENTRAL.size <= place.size:
        fields = CENTRAL.unpack_from(directory, position)
        signature, _, needed, flags, method, _, _, crc, compressed, size = fields[:10]
        name_length, extra_length, comment_length, disk, _, attributes, offset = fields[10:]
        name_end = position + CENTRAL.size + name_length
        header = directory[position:name_end]
        if (
            signature != CENTRAL_SIGNATURE
            or comment_length
            or disk
            or needed & 0xFF > NEWEST_VERSION
            or flags & ~ALLOWED_FLAGS
            or method not in (STORED, DEFLATED)
            or IN_ZIP64_32 in (compressed, size, offset)
        ):
            raise _bad_header(header)
        name = names.take(header[CENTRAL.size :], is_utf8=bool(flags & UTF8_FLAG))
        position = name_end + extra_length
        if extra_length:
            check_extra(directory[name_end:position], name)
        start, end = stream_extent(data, offset, header, name)
        stream = WheelMember(start, compressed, size, crc, method)
        members.append(_member(name, attributes, stream))
        extents.append((offset, end))
    if position != place.size or len(members) != place.count:
        raise refusal("DIRECTORY_RECORD", "the central directory has another length than stated")
    names.check()
    return members, extents


def _bad_header(header: bytes) -> BuildError:
    """Find what is wrong with a central header."""
    fields = CENTRAL.unpack_from(header)
    signature, _, needed, flags, method = fields[:5]
    quoted = f"`{shown(header[CENTRAL.size :])}`"
    if signature != CENTRAL_SIGNATURE:
        return refusal("DIRECTORY_RECORD", "the central directory has a torn record")
    found: list[tuple[bool, Rule, str]] = [
        (bool(fields[12]), "COMMENT", "has a comment"),
        (bool(fields[13]), "MULTI_DISK", "lies in another part"),
        (needed & 0xFF > NEWEST_VERSION, "VERSION_NEEDED", "asks for a newer reader of ZIP files"),
        (bool(flags & ~ALLOWED_FLAGS), "FLAGS", f"is encrypted or patched: flags 0x{flags:04x}"),
        (method not in (STORED, DEFLATED), "METHOD", f"is compressed by method {method}"),
        (True, "ZIP64", "has ZIP64 sizes"),
    ]
    rule, message = next((rule, message) for is_so, rule, message in found if is_so)
    return refusal(rule, f"{quoted} {message}")


def _member(name: str, attributes: int, stream: WheelMember) -> ArchiveMember:
    """Check type and size, and make the member."""
    is_directory = name[-1] == "/"
    mode = attributes >> 16
    kind = stat.S_IFMT(mode)
    expected = stat.S_IFDIR if is_directory else stat.S_IFREG
    if kind not in (0, expected) or (attributes & _DOS_DIRECTORY and not is_directory):
        raise refusal("MODE_TYPE", f"`{shown(name)}` is neither a regular file nor a directory")
    if is_directory and (stream.size or stream.crc or stream.compressed > _EMPTY_STREAM):
        raise refusal("DIRECTORY_PAYLOAD", f"`{shown(name)}` is a directory with content")
    if mode & _SPECIAL_BITS and not is_directory:
        raise refusal("MODE_SETUID", f"`{shown(name)}` has a setuid, setgid or sticky bit")
    if stream.method == STORED and stream.compressed != stream.size:
        raise refusal("STORED_SIZE", f"`{shown(name)}` is stored in two sizes")
    return ArchiveMember(name, mode & 0o777, is_directory, stream)


def _check_extents(data: Buffer, extents: list[tuple[int, int]], limit: int) -> None:
    """Refuse members that overlap, and bytes between the first and the directory in no member."""
    expected = 0
    for offset, end in sorted(extents, key=itemgetter(0)):
        if offset != expected:
            raise _misplaced(data, offset, expected)
        expected = end
    if expected != limit:
        raise _misplaced(data, limit, expected)


def _misplaced(data: Buffer, offset: int, expected: int) -> BuildError:
    if offset < expected:
        return refusal("OVERLAP", f"members overlap at byte {offset}")
    if data[expected : expected + 4] == LOCAL_SIGNATURE:
        return refusal("ORPHAN", f"the member at byte {expected} is not in the central directory")
    if expected == 0:
        return refusal("PREFIX", "bytes precede the archive")
    return refusal("GAP", f"the bytes from {expected} to {offset} belong to no member")


def _check_sizes(total: int, size: int) -> None:
    if total > TOTAL_BYTES:
        raise refusal("TOTAL", f"the wheel unpacks to {total:,} bytes, over {TOTAL_BYTES:,}")
    if total > BOMB_BYTES and total > BOMB_RATIO * size:
        raise refusal("RATIO", f"the wheel unpacks to over {BOMB_RATIO} times its size")
