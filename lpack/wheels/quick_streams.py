"""Streams inflated at once by libdeflate, in a third of zlib's time.

It tells that something is wrong, not what; and bytes after the end of a stream do not disturb it,
unless that end is asked for as gzip has it.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import deflate

from lpack.wheels.zip_format import DEFLATED, STORED, Buffer

if TYPE_CHECKING:
    from lpack.model import WheelMember

_MOST_BYTES = 8 << 20
"""In memory at once, and the same again compressed."""
_MOST_KEPT = 32 << 20
"""The same, of a library of which several parts are read: each would take a pass from the start."""
_MOST_RATIO = 1_100
"""Deflate itself ends at 1,032 to 1: a stream that claims more would only take memory."""


# https://datatracker.ietf.org/doc/html/rfc1952: a header without a name, and CRC and size behind.
_GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_GZIP_END = struct.Struct("<II")


def exact_content(data: Buffer, stream: WheelMember) -> bytes | bytearray | None:
    """Give a deflated stream's content if size and CRC are right, and it ends with its last byte.

    None where that is not so, or cannot be told at once, as of an empty one. Inside of gzip, CRC
    and size have to come right after the end of the stream; so it ends where they stand, and they
    stand in one place.
    """
    if stream.method != DEFLATED or not stream.size or not may_be_at_once(stream):
        return None
    end = _GZIP_END.pack(stream.crc, stream.size)
    framed = b"".join((_GZIP_HEADER, data[stream.offset : stream.offset + stream.compressed], end))
    if framed.find(end, len(_GZIP_HEADER)) != len(framed) - len(end):
        return None
    try:
        content = deflate.gzip_decompress(framed, stream.size)
    except deflate.DeflateError:
        return None
    return content if len(content) == stream.size else None


def is_whole(data: Buffer, stream: WheelMember) -> bool:
    """Whether a stream inflates to its size and CRC; False also for one that is too large."""
    if max(stream.size, stream.compressed) > _MOST_BYTES:
        return False
    compressed = bytes(data[stream.offset : stream.offset + stream.compressed])
    if stream.method == STORED:
        return stream.size == stream.compressed and zlib.crc32(compressed) == stream.crc
    content = inflated_at_once(compressed, stream)
    return content is not None and is_sound(content, stream)


def is_sound(content: bytes | bytearray, stream: WheelMember) -> bool:
    """Whether inflated content has the size and the CRC that are stated of it."""
    return len(content) == stream.size and deflate.crc32(content) == stream.crc


def may_be_at_once(stream: WheelMember) -> bool:
    """Whether a stream is small enough, so far as it states the truth."""
    largest = max(stream.size, stream.compressed)
    return largest <= _MOST_KEPT and stream.size <= _MOST_RATIO * (stream.compressed + 1)


def inflated_at_once(compressed: bytes, stream: WheelMember) -> bytes | bytearray | None:
    """Give a stream's content, not held against its CRC; None if it is too large, or no such."""
    if not may_be_at_once(stream):
        return None
    if stream.method != DEFLATED:
        return compressed if stream.method == STORED else None
    try:
        content = deflate.deflate_decompress(compressed, stream.size)
    except deflate.DeflateError:
        return None
    return content if len(content) == stream.size else None
