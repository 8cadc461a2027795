"""The function's own files piece by piece, so that long ones take little memory."""

from __future__ import annotations

import contextlib
import os
import zlib
from typing import TYPE_CHECKING

from lpack.stamps import stamp_of_status
from lpack.writers.deflated_pieces import END_OF_STREAM, blocks, shrinks
from lpack.writers.plan import DEFLATED, STORED, changed, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lpack.model import Compress, Entry
    from lpack.writers.framing import Planned

_PIECE = 256 << 10
"""Bytes that are deflated at once; another number gives other bytes."""
_SAMPLES = 8
_MOST_DEFLATED = 256 << 20
"""Bytes of a file that Lambda could take; no package with a larger one is worth the wait.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; a number of our own, as
the bytes of packages must not change with Lambda's.
"""


def streamed(one: Planned, compress: Compress, put: Callable[[bytes], None] | None) -> Planned:
    """Give the stream of a long file to `put`, and what its header has to tell.

    Without `put`, only the sizes of what is returned are right. Raises BuildError LP221 (it
    cannot be read) or LP224 (it changed meanwhile), and what `put` raises.
    """
    from lpack.wheels.deflating import LEVELS  # noqa: PLC0415 - few packages have such a file

    level = LEVELS[compress]
    with _opened(one.entry) as handle:
        method = DEFLATED if _is_worth_it(one.entry, handle, level) else STORED
        if method == STORED and put is None:
            return one._replace(method=method, compressed=one.entry.size)
        compressed = crc = 0
        for piece in _pieces(one.entry, handle):
            crc = zlib.crc32(piece, crc)
            for part in blocks(piece, level) if method == DEFLATED else (piece,):
                compressed += len(part)
                if put is not None:
                    put(part)
    if method == DEFLATED:
        compressed += len(END_OF_STREAM)
        if put is not None:
            put(END_OF_STREAM)
    return one._replace(method=method, compressed=compressed, crc=crc)


def own_pieces(entry: Entry) -> Iterator[bytes]:
    """Give the bytes of an own file; raises BuildError LP221 or LP224 as `streamed` does."""
    with _opened(entry) as handle:
        yield from _pieces(entry, handle)


@contextlib.contextmanager
def _opened(entry: Entry) -> Iterator[int]:
    """Open a file, and see in the end whether it was the same all the time."""
    try:
        handle = os.open(entry.origin, os.O_RDONLY)
    except OSError as error:
        raise unreadable(entry, error) from error
    try:
        before = stamp_of_status(os.fstat(handle))
        yield handle
        if stamp_of_status(os.fstat(handle)) != before or before[0] != entry.size:
            raise changed(entry)
    finally:
        os.close(handle)


def _is_worth_it(entry: Entry, handle: int, level: int) -> bool:
    """Tell from samples, spread evenly, whether deflating makes a file smaller."""
    if entry.size > _MOST_DEFLATED:
        return False
    step = (entry.size - _PIECE) // (_SAMPLES - 1)
    samples = (_read(entry, handle, number * step, _PIECE) for number in range(_SAMPLES))
    return shrinks(samples, level)


def _pieces(entry: Entry, handle: int) -> Iterator[bytes]:
    for start in range(0, entry.size, _PIECE):
        yield _read(entry, handle, start, min(_PIECE, entry.size - start))


def _read(entry: Entry, handle: int, start: int, size: int) -> bytes:
    try:
        content = os.pread(handle, size, start)
    except OSError as error:
        raise unreadable(entry, error) from error
    if len(content) != size:
        raise changed(entry)
    return content
