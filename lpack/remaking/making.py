"""Making the files of a wheel that are not to be as they are in it, one after another."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.remaking.side_by_side import side_by_side
from lpack.values import dataclass, replace
from lpack.wheels.content import read_member
from lpack.wheels.deflating import LEVELS, Stream, deflated
from lpack.wheels.zip_format import DEFLATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Entry
    from lpack.remaking.base import Change
    from lpack.store.placements import Laid

Tell = Callable[[int, int], None]
"""Is told bytes that are done, and bytes in all."""

_WORTH_THREADS = 1 << 18
"""Bytes to deflate; for fewer, starting threads takes longer."""
_MODE = 0o644
_RAW_DEFLATE = -zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is another one than in the wheel, or has another stream, or is not in it."""

    path: str
    mode: int
    size: int
    crc: int
    squeezed: int
    """Bytes that its stream would have more, had nobody tried harder."""
    stream: Stream


@dataclass(frozen=True, slots=True)
class _Job:
    path: str
    size: int
    entry: Entry | None
    """As the wheel has it; None for a new file."""
    content: bytes = b""
    """Of a new file."""


def make(laid: Laid, changes: tuple[Change, ...], tell: Tell, threads: int) -> Iterator[Made]:
    """Make all files that change, and give each when it is done, in any order.

    Raises BuildError LP204 (the wheel is damaged) or LP231.
    """
    jobs = [*_changing(laid, changes), *_added(laid, changes)]
    # The largest first: so no processor waits for one that began with it last.
    jobs.sort(key=lambda job: (-job.size, job.path))
    total, done = sum(job.size for job in jobs), 0
    tell(0, total)
    many = threads if total > _WORTH_THREADS else 1
    for job, made in side_by_side(jobs, lambda job: _made(job, laid, changes), many):
        done += job.size
        tell(done, total)
        if made is not None:
            yield made


def _changing(laid: Laid, changes: tuple[Change, ...]) -> Iterator[_Job]:
    for path, entry in laid.entries.items():
        if entry.member is not None and any(
            change.concerns(entry, laid.entries) for change in changes
        ):
            yield _Job(path, entry.size, entry)


def _added(laid: Laid, changes: tuple[Change, ...]) -> Iterator[_Job]:
    def read(path: str) -> bytes:
        return laid.generated[path] if path in laid.generated else _content(laid.entries[path])

    for change in changes:
        for path, content in change.added(laid.entries, read).items():
            yield _Job(path, len(content), None, content)


def _made(job: _Job, laid: Laid, changes: tuple[Change, ...]) -> Made | None:
    """Give what becomes of a file; None if it stays what it is."""
    level = max(change.level for change in changes)
    if job.entry is None:
        return _encoded(job.path, _MODE, job.content, level)
    old = _content(job.entry)
    content = old
    for change in changes:
        if change.concerns(job.entry, laid.entries):
            content = change.changed(content) or content
    if content != old:
        return _encoded(job.path, job.entry.mode, content, level)
    return None if level == LEVELS["default"] else _squeezed(job.entry, old, level)


def _squeezed(entry: Entry, content: bytes, level: int) -> Made | None:
    """Deflate a file of the wheel again; None where that is no gain."""
    assert entry.member is not None  # noqa: S101 - nobody else is asked
    stream = deflated(content, level)
    gain = entry.member.compressed - len(stream.content)
    if gain <= 0:
        return None
    return _proven(
        Made(entry.path, entry.mode, entry.size, entry.member.crc, gain, stream), content
    )


def _encoded(path: str, mode: int, content: bytes, level: int) -> Made:
    stream, usual = deflated(content, level), LEVELS["default"]
    made = _proven(Made(path, mode, len(content), zlib.crc32(content), 0, stream), content)
    if level == usual:
        return made
    gain = len(deflated(content, usual).content) - len(stream.content)
    return replace(made, squeezed=gain)


def _proven(made: Made, content: bytes) -> Made:
    """Let another decoder say the same of a stream, once: it is copied from then on."""
    method, stream = made.stream
    if method == DEFLATED and zlib.decompress(stream, _RAW_DEFLATE, len(content)) != content:
        raise BuildError(
            "LP231",
            f"`{made.path}` does not inflate to what was deflated",
            hint="report this as a bug of lpack, with the lock and the configuration",
        )
    return made


def _content(entry: Entry) -> bytes:
    assert entry.member is not None  # noqa: S101 - the caller has looked
    return read_member(entry.origin, entry.member)
