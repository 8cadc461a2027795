"""Moving bytes between files, in the kernel where it can, and reading them back for a digest."""

from __future__ import annotations

import contextlib
import mmap
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_AT_ONCE = 1 << 26
_BLOCK = 1 << 20
_WINDOW = 8 << 20
"""Bytes that are mapped at a time, and so count as this process's memory."""


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
