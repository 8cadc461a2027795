"""Reading parts of a member, wherever they lie, without inflating it more often than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.wheels.quick_streams import inflated_at_once, may_be_at_once
from lpack.wheels.streams import content_of, inflated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpack.model import WheelMember

_BEGINNING = 4096
_MOST_PASSES = 8


class MemberParts:
    """Gives parts of an admitted member.

    Its first bytes are inflated alone, because they tell whether more is wanted. Then it is
    inflated at once and kept, unless it is too large for that: it is inflated up to each part, a
    few times at most.
    """

    def __init__(
        self, pieces: Callable[[], Iterator[bytes]], stream: WheelMember, name: str
    ) -> None:
        """Take what gives the compressed bytes from their beginning, as often as it is called."""
        self._pieces = pieces
        self._stream = stream
        self._name = name
        self._passes = _MOST_PASSES
        self._content: bytes | bytearray | None = b""
        """As far as it is known; None once it turned out to be too large."""

    def read(self, offset: int, length: int) -> bytes:
        """Give `length` bytes at `offset`; fewer at the end, and none if asked too often.

        Raises BuildError LP204.
        """
        end = min(offset + length, self._stream.size)
        if self._content is not None and end > len(self._content):
            self._content = self._grown(end)
        if self._content is not None:
            return bytes(self._content[offset:end])
        self._passes -= 1
        return b"" if self._passes < 0 else self._streamed(offset, end)

    def _grown(self, end: int) -> bytes | bytearray | None:
        if end <= _BEGINNING:
            return content_of(self._pieces(), self._stream, self._name, _BEGINNING)
        if not may_be_at_once(self._stream):
            return None
        return inflated_at_once(b"".join(self._pieces()), self._stream)

    def _streamed(self, offset: int, end: int) -> bytes:
        found, place = bytearray(), 0
        for piece in inflated(self._pieces(), self._stream, self._name):
            found += piece[max(0, offset - place) : max(0, end - place)]
            place += len(piece)
            if place >= end:
                break
        return bytes(found)
