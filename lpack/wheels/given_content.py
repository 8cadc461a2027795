"""Inflating what is in a package that others have made, once and within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Flaw
from lpack.wheels.quick_streams import (
    exact_content,
    inflated_at_once,
    is_sound,
    may_be_at_once,
)
from lpack.wheels.streams import inflated, stream_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.model import WheelMember
    from lpack.wheels.package import PackageEntry
    from lpack.wheels.zip_format import Buffer

MOST_INFLATED = 512 << 20
"""Twice what Lambda takes: more is refused for its size, whatever is in it."""


def is_bounded(entries: tuple[PackageEntry, ...]) -> bool:
    """Whether so little is stated that all of it can be inflated."""
    return sum(entry.stream.size for entry in entries) <= MOST_INFLATED


def content_if_whole(
    data: Buffer, entry: PackageEntry
) -> tuple[bytes | bytearray | None, Flaw | None]:
    """Inflate an entry, and hold it against its size and CRC; give what is wrong if anything is.

    The content of one that is too large to be held in memory is None, and checked all the same.
    """
    stream = entry.stream
    is_small = may_be_at_once(stream)
    content = exact_content(data, stream) if is_small else None
    if content is not None:
        return content, None
    try:
        pieces = inflated(stream_pieces(data, stream), stream, entry.path)
        if is_small:
            return b"".join(pieces), None
        for _ in pieces:
            pass
    except BuildError as error:
        message = error.diagnostics[0].message.partition(" (rule ")[0]
        content = _content_all_the_same(data, stream) if is_small else None
        return content, Flaw("damaged", message, entry.path, mild=content is not None)
    return None, None


def _content_all_the_same(data: Buffer, stream: WheelMember) -> bytes | bytearray | None:
    """Give what most readers make of a stream that has no end, or goes on behind it."""
    compressed = bytes(data[stream.offset : stream.offset + stream.compressed])
    content = inflated_at_once(compressed, stream)
    return content if content is not None and is_sound(content, stream) else None


def parts_of(data: Buffer, entry: PackageEntry) -> Callable[[int, int], bytes]:
    """Give what reads parts of an entry by offset and length; that raises BuildError LP204."""
    from lpack.wheels.member_parts import MemberParts  # noqa: PLC0415 - few files are so large

    return MemberParts(lambda: stream_pieces(data, entry.stream), entry.stream, entry.path).read
