"""Inflating a member's stream, with every check that splicing it later leaves out."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lpack.wheels.refusal import refusal, shown
from lpack.wheels.zip_format import STORED, Buffer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.model import WheelMember

_COMPRESSED_CHUNK = 64 * 1024
_INFLATED_CHUNK = 1024 * 1024
_RAW_DEFLATE = -zlib.MAX_WBITS


def stream_pieces(data: Buffer, stream: WheelMember) -> Iterator[bytes]:
    """Give a stream's compressed bytes, in pieces that bound the memory."""
    end = stream.offset + stream.compressed
    for start in range(stream.offset, end, _COMPRESSED_CHUNK):
        yield bytes(data[start : min(start + _COMPRESSED_CHUNK, end)])


def inflated(pieces: Iterable[bytes], stream: WheelMember, name: str) -> Iterator[bytes]:
    """Give a member's content in pieces of at most 1 MiB.

    When the last piece was taken, the stream has ended exactly where it should and has the
    stated size and CRC. Raises BuildError LP204 as soon as it does not.
    """
    content = pieces if stream.method == STORED else _deflated(pieces, name)
    size = crc = 0
    for piece in content:
        size += len(piece)
        if size > stream.size:
            break
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != stream.size:
        raise refusal("INFLATE_SIZE", f"`{shown(name)}` does not inflate to its stated size")
    if crc != stream.crc:
        raise refusal("INFLATE_CRC", f"`{shown(name)}` does not inflate to its stated CRC")


def _deflated(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Inflate, and refuse a stream that ends before or after its last byte."""
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    for piece in pieces:
        if inflater.eof:
            raise refusal("DEFLATE_TRAIL", f"`{shown(name)}` has bytes after its stream's end")
        yield from _inflate_piece(inflater, piece, name)
    if not inflater.eof:
        raise refusal("DEFLATE_END", f"`{shown(name)}` has a stream without an end")
    if inflater.unused_data:
        raise refusal("DEFLATE_TRAIL", f"`{shown(name)}` has bytes after its stream's end")


def _inflate_piece(inflater: zlib._Decompress, piece: bytes, name: str) -> Iterator[bytes]:
    """Inflate all that one compressed piece holds, and what the inflater held back."""
    pending = piece
    while not inflater.eof:
        try:
            content = inflater.decompress(pending, _INFLATED_CHUNK)
        except zlib.error as error:
            raise refusal("DEFLATE_CORRUPT", f"`{shown(name)}` is not deflated data") from error
        if content:
            yield content
        pending = inflater.unconsumed_tail
        if not pending and len(content) < _INFLATED_CHUNK:
            return


def content_of(
    pieces: Iterable[bytes], stream: WheelMember, name: str, limit: int | None = None
) -> bytes:
    """Inflate a member whole and checked, or only its first `limit` bytes.

    Raises BuildError LP204.
    """
    if limit is None or limit >= stream.size:
        return b"".join(inflated(pieces, stream, name))
    content = bytearray()
    for piece in _beginning(pieces, stream, name, limit):
        content += piece
        if len(content) >= limit:
            break
    return bytes(content[:limit])


def _beginning(
    pieces: Iterable[bytes], stream: WheelMember, name: str, limit: int
) -> Iterator[bytes]:
    """Inflate no more than is asked for: 700 files are identified by their first bytes."""
    if stream.method == STORED:
        yield from pieces
        return
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    for piece in pieces:
        try:
            yield inflater.decompress(inflater.unconsumed_tail + piece, limit)
        except zlib.error as error:
            raise refusal("DEFLATE_CORRUPT", f"`{shown(name)}` is not deflated data") from error
        if inflater.eof:
            return
