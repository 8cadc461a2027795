"""The deployment package: a zip with nothing in it that differs between machines.

Headers are built from verified values; the compressed streams of wheels are copied, a whole
distribution at once where that was prepared.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lpack.copying import feed, write
from lpack.errors import BuildError
from lpack.lazily import lazily
from lpack.store.placements import refuse_damaged
from lpack.writers import segments as kept
from lpack.writers.framing import directory_rows, end_of_archive, local_header
from lpack.writers.front import Front
from lpack.writers.plan import Part, Plan, distributions, own_files
from lpack.writers.reading import first_difference, zipfile_finds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.ahead import Ahead
    from lpack.model import Bundle
    from lpack.store.segments import Segments
    from lpack.writers.framing import Planned
    from lpack.writers.long_files import streamed
else:  # few packages have such a file
    streamed = lazily("lpack.writers.long_files:streamed")

_BLOCK = 1 << 20
_NEW = os.O_RDWR | os.O_CREAT | os.O_TRUNC


def zip_size(bundle: Bundle) -> tuple[int, Plan]:
    """Give the size in bytes that the archive will have, and what it would be made of.

    Raises BuildError LP221, LP224 or LP232 as writing it would.
    """
    own = Part("", tuple([_measured(one, bundle) for one in own_files(bundle)]))
    plan = Plan((*distributions(bundle), own))
    place = rows = 0
    for part in plan.parts:
        rows += len(directory_rows(part.files, place))
        place += part.size
    return place + rows + len(end_of_archive(len(plan), rows, place)), plan


def _measured(one: Planned, bundle: Bundle) -> Planned:
    if one.stream is None:
        return streamed(one, bundle.compress, None)
    return one._replace(stream=None)


def write_zip(bundle: Bundle, path: Path, segments: Segments | None = None) -> str:
    """Write the archive in the order of the bundle, and give its sha256.

    Raises what `writing` raises, and `Archive.finish`.
    """
    with writing(bundle, path, segments) as archive:
        return archive.finish()


@contextlib.contextmanager
def writing(
    bundle: Bundle, path: Path, segments: Segments | None = None, ahead: Ahead | None = None
) -> Iterator[Archive]:
    """Write an archive while other work goes on; what `segments` has of it is copied.

    That may have been begun `ahead`.

    Raises BuildError LP221 (an own file cannot be read), LP224 (something changed or is gone) or
    LP232 (a file is too large), and OSError.
    """
    parts = distributions(bundle)
    with contextlib.ExitStack() as opened:
        prepared, missing = kept.prepared(parts, bundle, segments) if segments else ({}, ())
        opened.callback(kept.close, prepared)
        begun = None
        if ahead is not None and parts and len(prepared) == len(parts):
            begun = ahead.taken(tuple(one.copied for one in prepared.values()), path)
        handle = begun.target if begun else os.open(path, _NEW, 0o666)
        opened.callback(os.close, handle)
        front = Front(handle, parts, prepared, begun)
        opened.callback(front.join)
        front.start()
        yield Archive(bundle, path, handle, front, segments, missing)


class Archive:
    """An archive that is being written: the distributions' part by others, the rest from here."""

    def __init__(  # noqa: PLR0913 - what is written, where, and what is kept of it
        self,
        bundle: Bundle,
        path: Path,
        handle: int,
        front: Front,
        segments: Segments | None,
        missing: tuple[kept.Missing, ...],
    ) -> None:
        """Write the function's own files, after which the size is known."""
        self.front = front
        self._bundle = bundle
        self._path = path
        self._handle = handle
        self._segments = segments
        self._missing = missing
        self._waiting = bytearray()
        """Bytes that are still to be written: a few files are, with the directory, at once."""
        self._place = front.size
        own = self._write_own()
        self.plan = Plan((*front.parts, own) if own.files else front.parts)
        self.rows = b"".join((*front.rows(), directory_rows(own.files, front.size)))
        self._directory = front.size + own.size
        self._end = end_of_archive(len(self.plan), len(self.rows), self._directory)
        self.size = self._directory + len(self.rows) + len(self._end)

    def finish(self) -> str:
        """Write the directory, read the archive back, and give its sha256.

        Raises BuildError LP224, or LP231 when it does not read back, and OSError.
        """
        self._write(self.rows)
        self._write(self._end)
        self.rows = b""
        self._flush()
        self.front.join()
        is_copied = self.front.is_copied
        if self._segments is not None and not self.front.is_right(self._segments):
            for one in self._bundle.stored:
                refuse_damaged(one, self._segments)
            self.front.write_anew()
            is_copied = False
        digest = self.front.digest.copy()
        feed(digest, self._handle, self.front.size, self.size)
        self._read_back(is_copied=is_copied)
        if self._segments is not None:
            self.front.keep(self._missing, self._segments)
        return digest.hexdigest()

    def _write_own(self) -> Part:
        return Part("", tuple([self._write_one(one) for one in own_files(self._bundle)]))

    def _write_one(self, one: Planned) -> Planned:
        if one.stream is None:
            return self._write_long(one)
        self._write(local_header(one))
        self._write(one.stream)
        return one._replace(stream=None)

    def _write_long(self, one: Planned) -> Planned:
        """Write the header last: what it has to tell is known when the stream is written."""
        self._flush()
        place = self._place
        self._place += len(local_header(one))
        written = streamed(one, self._bundle.compress, self._put)
        write(self._handle, local_header(written), place)
        return written

    def _write(self, content: bytes) -> None:
        """Write something, be it later, together with what follows."""
        if len(content) >= _BLOCK:
            self._flush()
            self._put(content)
            return
        self._waiting += content
        if len(self._waiting) >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        self._put(self._waiting)
        self._waiting = bytearray()

    def _put(self, content: bytes | bytearray) -> None:
        write(self._handle, content, self._place)
        self._place += len(content)

    def _read_back(self, *, is_copied: bool) -> None:
        """Let an independent reader say the same of every file before anybody relies on it."""
        different = first_difference(self._handle, self.plan.parts, self.front.prepared)
        if different is None and not is_copied:
            different = zipfile_finds(self._path, self.plan.parts)
        if different is not None:
            raise BuildError(
                "LP231",
                f"the package does not read back as it was written: {different}",
                hint="report this as a bug of lpack, with the lock and the configuration",
            )
