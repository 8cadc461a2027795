"""Moving bytes between files, in the kernel where it can, and reading them back for a digest.

Begun before most of lpack is loaded, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
from _queue import SimpleQueue
from _thread import start_new_thread

from lpack.values import NamedTuple

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from hashlib import _Hash

_AT_ONCE = 1 << 26
_BLOCK = 1 << 20
_WINDOW = 8 << 20
"""Bytes that are mapped at a time, and so count as this process's memory."""
_PIECE = 4 << 20
"""Bytes that are copied before they are hashed: the digest is never far behind."""
_TURN = 0.0005
"""Seconds until a thread that is done with other work gets its turn; a tenth of what is usual."""


class Range(NamedTuple):
    """A part of a file, and where a copy of it belongs."""

    source: int | None
    """An open file, whose first bytes are copied; None where they are in their place already."""
    place: int
    size: int


class Copying:
    """Copies ranges into an open file, which they fill from its start, and hashes what is there.

    One thread copies, and another one hashes where it was written: both hardly ever need Python's
    lock, and other work goes on.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.failed = False
        """Whether not everything could be copied and read back; known after `join`."""
        self._digest: _Hash | None = None
        self._running: list[SimpleQueue[None]] = []
        self._turn = 0.0

    @property
    def digest(self) -> _Hash:
        """The digest of all that was written; known after `join`."""
        assert self._digest is not None  # noqa: S101 - the caller has started it
        return self._digest

    def start(self, ranges: Iterable[Range]) -> None:
        """Begin, and return at once."""
        pieces = [piece for one in ranges for piece in _pieces(one)]
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        written: SimpleQueue[None] = SimpleQueue()
        self._begin(self._copy, pieces, written)
        import hashlib  # noqa: PLC0415 - loads OpenSSL, while the first bytes are copied

        self._digest = hashlib.sha256()
        self._begin(self._hash, pieces, written)

    def join(self) -> None:
        """Wait until all is written and hashed."""
        for ended in self._running:
            ended.get()
        self._running = []
        if self._turn:
            sys.setswitchinterval(self._turn)
            self._turn = 0.0

    def _begin(
        self,
        work: Callable[[list[_Piece], SimpleQueue[None]], None],
        pieces: list[_Piece],
        written: SimpleQueue[None],
    ) -> None:
        ended: SimpleQueue[None] = SimpleQueue()

        def run() -> None:
            try:
                work(pieces, written)
            except Exception:  # noqa: BLE001 - all is written anew then, or refused for that reason
                self.failed = True
            finally:
                ended.put(None)

        try:
            start_new_thread(run, ())
        except RuntimeError:  # there may be no more threads
            self.failed = True
            return
        self._running.append(ended)

    def _copy(self, pieces: list[_Piece], written: SimpleQueue[None]) -> None:
        """Be the thread that writes."""
        try:
            for source, start, place, size in pieces:
                if source is not None and not self.failed:
                    copy(source, start, self.target, place, size)
                written.put(None)
        except OSError:
            self.failed = True
            for _ in pieces:
                written.put(None)

    def _hash(self, pieces: list[_Piece], written: SimpleQueue[None]) -> None:
        """Be the thread that reads what was written."""
        for piece in pieces:
            written.get()
            end = piece.place + piece.size
            if self.failed or not feed(self.digest, self.target, piece.place, end):
                self.failed = True
                return


class _Piece(NamedTuple):
    source: int | None
    start: int
    place: int
    size: int


def _pieces(one: Range) -> Iterable[_Piece]:
    for start in range(0, one.size, _PIECE):
        size = min(_PIECE, one.size - start)
        yield _Piece(one.source, start, one.place + start, size)


def copy(source: int, start: int, target: int, place: int, size: int) -> None:
    """Copy bytes from a place in an open file to a place in another one.

    Raises OSError, also when the source is shorter.
    """
    done = 0
    ways = [_by_range, _by_sendfile, _by_hand]
    while done < size:
        moved = 0
        with contextlib.suppress(*([OSError, AttributeError] if len(ways) > 1 else [])):
            moved = ways[0](source, target, min(_AT_ONCE, size - done), start + done, place + done)
        if moved == 0 and len(ways) == 1:
            raise OSError(None, "a file became shorter while it was copied")
        if moved == 0:
            # Two file systems, or one that cannot: https://man7.org/linux/man-pages/man2/copy_file_range.2.html
            del ways[0]
        done += moved


def _by_range(source: int, target: int, size: int, start: int, place: int) -> int:
    return os.copy_file_range(source, target, size, start, place)


def _by_sendfile(source: int, target: int, size: int, start: int, place: int) -> int:
    os.lseek(target, place, os.SEEK_SET)
    return os.sendfile(target, source, start, size)


def _by_hand(source: int, target: int, size: int, start: int, place: int) -> int:
    content = os.pread(source, min(size, _BLOCK), start)
    write(target, content, place)
    return len(content)


def write(handle: int, content: bytes | bytearray, place: int) -> None:
    """Write all bytes at a place; raises OSError."""
    view = memoryview(content)
    while view:
        written = os.pwrite(handle, view, place)
        view, place = view[written:], place + written


def feed(digest: _Hash, handle: int, start: int, end: int) -> bool:
    """Feed a range of an open file to a digest, without holding all of it in memory.

    In few calls: after each one a thread waits for its turn. Give whether all of it is there.
    """
    wanted_end, end = end, min(end, os.fstat(handle).st_size)
    while start < end:
        low = start - start % mmap.ALLOCATIONGRANULARITY
        length = min(_WINDOW, end - low)
        with (
            mmap.mmap(handle, length, access=mmap.ACCESS_READ, offset=low) as window,
            memoryview(window) as view,
            view[start - low :] as wanted,
        ):
            digest.update(wanted)
        start = low + length
    return end == wanted_end
