"""The log of a call while it is written: kept for its result, and passed on at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Listener = Callable[[str, bytes], None]
"""Is given the request that a piece of the log belongs to, and the piece.

A piece that is a `Record` is one event; others may end anywhere.
"""
_MOST = 16 << 20
"""Bytes that are kept of a call's log; all of it is passed on."""


class Journal:
    """Collects what is logged, call by call."""

    def __init__(self, listener: Listener | None) -> None:
        """Say who is to hear of it at once."""
        self.listener = listener
        self._request_id = ""
        self._kept = bytearray()
        self._dropped = 0

    def open(self, request_id: str) -> None:
        """Begin the log of a call."""
        self._request_id = request_id
        self._kept.clear()
        self._dropped = 0

    def write(self, piece: str | bytes) -> None:
        """Add a piece."""
        content = piece.encode() if isinstance(piece, str) else piece
        if not content:
            return
        room = _MOST - len(self._kept)
        self._kept += content[:room]
        self._dropped += max(0, len(content) - room)
        if self.listener is not None:
            self.listener(self._request_id, content)

    def write_all(self, pieces: Iterable[bytes]) -> None:
        """Add pieces, each of which is passed on alone."""
        for piece in pieces:
            self.write(piece)

    def write_line(self, line: str) -> None:
        """Add a line of Lambda's own, which begins where a line begins."""
        if line and self._kept and not self._kept.endswith(b"\n"):
            self.write(b"\n")
        self.write(line)

    def read(self) -> bytes:
        """Give all that was kept."""
        if not self._dropped:
            return bytes(self._kept)
        return bytes(self._kept) + f"\n[{self._dropped:,} more bytes were not kept]\n".encode()
