"""Local headers: each must tell what the central directory tells, and lead to its stream."""

from __future__ import annotations

import struct

from lpack.wheels.refusal import refusal, shown
from lpack.wheels.zip_format import (
    CENTRAL,
    DESCRIPTOR,
    DESCRIPTOR_FLAG,
    DESCRIPTOR_SIGNATURE,
    LOCAL,
    LOCAL_SIGNATURE,
    NEWEST_VERSION,
    STORED,
    Buffer,
    check_extra,
)

# From "version needed" to "name length" the central header has what follows the local signature.
_SHARED = slice(6, 30)


def stream_extent(data: Buffer, offset: int, central: bytes, name: str) -> tuple[int, int]:
    """Give where a member's stream starts and where the member ends, its descriptor included.

    `central` is its header in the central directory, up to and with the name. The end may lie
    beyond the file. Raises BuildError LP204 when the headers disagree.
    """
    raw = central[CENTRAL.size :]
    header = bytes(data[offset : offset + LOCAL.size + len(raw)])
    if header[:28] != LOCAL_SIGNATURE + central[_SHARED] or header[LOCAL.size :] != raw:
        _compare(header, central, name)
    start = offset + LOCAL.size + len(raw)
    extra_length = header[28] | header[29] << 8
    if extra_length:
        check_extra(bytes(data[start : start + extra_length]), name, _same_sizes(central))
        start += extra_length
    end = start + int.from_bytes(central[20:24], "little")
    if central[8] & DESCRIPTOR_FLAG:
        end += _descriptor_length(bytes(data[end : end + 16]), central, name)
    return start, end


def _same_sizes(central: bytes) -> bytes | None:
    """Give the only ZIP64 sizes that say nothing new; with a descriptor, its length would."""
    if central[8] & DESCRIPTOR_FLAG:
        return None
    compressed, size = struct.unpack_from("<2L", central, 20)
    return struct.pack("<2Q", size, compressed)


def _compare(header: bytes, central: bytes, name: str) -> None:
    """Refuse headers that disagree; time, date and version needed may differ."""
    quoted = f"`{shown(name)}`"
    if len(header) < LOCAL.size or header[:4] != LOCAL_SIGNATURE:
        raise refusal("LOCAL_HEADER", f"{quoted} has no local header where it should be")
    _, needed, flags, method, _, _, crc, compressed, size, _, _ = LOCAL.unpack_from(header)
    (_, _, _, known_flags, known_method, _, _, known_crc, known_compressed, known_size) = (
        CENTRAL.unpack_from(central)[:10]
    )
    told = f"{quoted} is told differently by its local header: the "
    if header[26:28] != central[28:30] or header[LOCAL.size :] != central[CENTRAL.size :]:
        raise refusal("LOCAL_CENTRAL_NAME", f"{told}name")
    if needed & 0xFF > NEWEST_VERSION:
        raise refusal("VERSION_NEEDED", f"{quoted} asks for a newer reader of ZIP files")
    if flags != known_flags:
        raise refusal("LOCAL_CENTRAL_FLAGS", f"{told}flags")
    if method != known_method:
        raise refusal("LOCAL_CENTRAL_METHOD", f"{told}compression method")
    if flags & DESCRIPTOR_FLAG and not (crc or compressed or size):
        return
    if crc != known_crc:
        raise refusal("LOCAL_CENTRAL_CRC", f"{told}CRC")
    if (compressed, size) != (known_compressed, known_size):
        raise refusal("LOCAL_CENTRAL_SIZE", f"{told}size")


def _descriptor_length(after: bytes, central: bytes, name: str) -> int:
    """Give the length of the data descriptor that follows a stream.

    A reader of a pipe knows where a deflate stream ends, and not where a stored one does; Java's
    refuses even an empty one.
    """
    _, _, _, _, method, _, _, crc, compressed, size = CENTRAL.unpack_from(central)[:10]
    expected = DESCRIPTOR.pack(crc, compressed, size)
    if method == STORED:
        raise refusal("DESCRIPTOR", f"`{shown(name)}` is stored with a data descriptor")
    if after == DESCRIPTOR_SIGNATURE + expected:
        return len(after)
    # A descriptor without signature whose CRC looks like one could be read both ways.
    if after[: DESCRIPTOR.size] == expected and after[:4] != DESCRIPTOR_SIGNATURE:
        return DESCRIPTOR.size
    raise refusal("DESCRIPTOR", f"`{shown(name)}` has a data descriptor that is wrong")
