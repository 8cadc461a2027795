"""Streams inflated at once by libdeflate, in a third of zlib's time.

It tells that something is wrong, not what; and bytes after the end of a stream do not disturb it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import deflate

from lpack.wheels.zip_format import DEFLATED, STORED, Buffer

if TYPE_CHECKING:
    from lpack.model import WheelMember

_MOST_BYTES = 8 << 20
"""In memory at once, and the same again compressed."""
_MOST_RATIO = 1_100
"""Deflate itself ends at 1,032 to 1: a stream that claims more would only take memory."""


def is_whole(data: Buffer, stream: WheelMember) -> bool:
    """Whether a stream inflates to its size and CRC; False also for one that is too large."""
    if max(stream.size, stream.compressed) > _MOST_BYTES:
        return False
    compressed = bytes(data[stream.offset : stream.offset + stream.compressed])
    if stream.method == STORED:
        return stream.size == stream.compressed and zlib.crc32(compressed) == stream.crc
    if stream.method != DEFLATED or stream.size > _MOST_RATIO * (stream.compressed + 1):
        return False
    try:
        content = deflate.deflate_decompress(compressed, stream.size)
    except deflate.DeflateError:
        return False
    return len(content) == stream.size and deflate.crc32(content) == stream.crc
