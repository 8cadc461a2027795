"""Deflating something long in pieces, with an encoder that takes only what is in memory as a whole.

A stream of deflate is a row of blocks, of which the last is marked as such. A piece is made one
block and not the last; an empty stored block behind it fills the last byte, as zlib's sync flush
does. So pieces can follow each other. https://www.rfc-editor.org/rfc/rfc1951, section 3.2.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END_OF_STREAM = b"\x03\x00"
"""An empty block that is marked as the last."""
_LAST = 1
"""The first bit of a block."""
_EMPTY_STORED = struct.pack("<HH", 0, 0xFFFF)
"""After three bits of nought, and as many as fill a byte."""
_MOST_STORED = 0xFFFF
_LEAST_SAVED = 0.02


def shrinks(samples: Iterable[bytes], level: int) -> bool:
    """Tell whether deflating saves enough of these bytes to be worth its time."""
    import deflate  # noqa: PLC0415 - few packages have such a file

    before = after = 0
    for sample in samples:
        before += len(sample)
        after += len(deflate.deflate_compress(sample, level))
    return after <= before * (1 - _LEAST_SAVED)


def blocks(piece: bytes, level: int) -> Iterator[bytes]:
    """Deflate some bytes to blocks that end with a byte, and are not the last of their stream."""
    import deflate  # noqa: PLC0415 - see above

    stream = deflate.deflate_compress(piece, level)
    if len(stream) >= len(piece):
        yield from _stored(piece)
    elif stream[0] & _LAST:
        yield _continued(stream, piece)
    else:  # it has several blocks, and where the last of them begins nobody tells
        half = len(piece) // 2
        yield from blocks(piece[:half], level)
        yield from blocks(piece[half:], level)


def _stored(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), _MOST_STORED):
        content = piece[start : start + _MOST_STORED]
        yield struct.pack("<BHH", 0, len(content), len(content) ^ 0xFFFF) + content


def _continued(stream: bytearray, piece: bytes) -> bytes:
    """Let something follow a stream of one block.

    How many bits of its last byte are used, only a decoder can tell: the three bits of the empty
    block find room there, or begin the next byte.
    """
    stream[0] &= ~_LAST
    for padding in (b"", b"\0"):
        block = bytes(stream) + padding + _EMPTY_STORED
        if _inflated(block + END_OF_STREAM) == piece:
            return block
    return b"".join(_stored(piece))


def _inflated(stream: bytes) -> bytes | None:
    """Inflate a stream that ends with its last byte; None for what is none."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(stream)
    except zlib.error:
        return None
    return content if inflater.eof and not inflater.unused_data else None
