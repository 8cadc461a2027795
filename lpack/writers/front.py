"""The distributions' part of an archive, which comes before the function's own files.

What is prepared is copied and hashed while other work goes on, or was before anybody asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from itertools import accumulate
from typing import TYPE_CHECKING

from lpack.copying import Copying, Range, feed, write
from lpack.store.placements import gone
from lpack.writers.framing import LARGEST_PLACE, directory_rows, local_header
from lpack.writers.segments import copied, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from hashlib import _Hash
    from pathlib import Path

    from lpack.ahead import Part as Copied
    from lpack.store.segments import Segments
    from lpack.writers.framing import Planned
    from lpack.writers.plan import Part
    from lpack.writers.segments import Missing, Segment

_KIND = "front"
_BLOCK = 1 << 20


class Front:
    """Writes the parts of the distributions, and keeps the digest of what was written."""

    def __init__(
        self,
        handle: int,
        parts: tuple[Part, ...],
        prepared: Mapping[str, Segment],
        begun: Copying | None = None,
    ) -> None:
        """Know what to write; `prepared` has what can be copied, by distribution.

        `begun` copies all of that already, to the same place.
        """
        self.digest: _Hash = hashlib.sha256()
        """Of all that was written; known after `join`."""
        self.size = sum(part.size for part in parts)
        self._handle = handle
        places = accumulate((part.size for part in parts), initial=0)
        self.parts = parts
        self._placed = tuple(zip(parts, places, strict=False))  # the last sum is the whole
        self.prepared = prepared
        self.is_copied = all(part.owner in prepared for part in parts)
        """Whether no part is spliced."""
        self.copied: tuple[Copied, ...] = ()
        """What all of it can be copied from the next time; known after `keep`."""
        self._copying = begun
        self._failed = False

    def start(self) -> None:
        """Begin; what has to be spliced is written before this returns.

        Raises BuildError LP224 (a wheel is gone) and OSError.
        """
        if self._copying is not None:
            return
        for part, place in self._placed:
            if part.owner not in self.prepared:
                self._splice(part.files, place)
        if not self.prepared:
            feed(self.digest, self._handle, 0, self.size)
            return
        self._copying = Copying(self._handle)
        self._copying.start(self._range(part, place) for part, place in self._placed)

    def _range(self, part: Part, place: int) -> Range:
        segment = self.prepared.get(part.owner)
        return Range(None if segment is None else segment.handle, place, part.size)

    def join(self) -> None:
        """Wait until all is written."""
        if self._copying is None:
            return
        self._copying.join()
        self._failed = self._copying.failed
        if not self._failed:
            self.digest = self._copying.digest
        self._copying = None

    def rows(self) -> Iterator[bytes]:
        """Give the rows of the directory for each part."""
        for part, place in self._placed:
            segment = self.prepared.get(part.owner)
            rows = None
            if segment is not None and place + part.size <= LARGEST_PLACE:
                rows = segment.rows(place)
            yield directory_rows(part.files, place) if rows is None else rows

    def is_right(self, segments: Segments) -> bool:
        """Tell whether all copies are of what was prepared, and verified then.

        Where the same parts were beside each other before, the digest of the whole tells it. What
        is not right is not used again.
        """
        if self._failed or not self.prepared:
            return not self._failed
        known = [segment.sha256 for segment in self.prepared.values()]
        if self.is_copied and self._is_noted(known, segments):
            return True
        wrong = [one for one in self._placed if not self._has_copy(*one)]
        for part, _ in wrong:
            self.prepared[part.owner].kept.discard()
        if self.is_copied and not wrong:
            segments.note({"sha256": self.digest.hexdigest()}, _KIND, *known)
        return not wrong

    def keep(self, missing: tuple[Missing, ...], segments: Segments) -> None:
        """Keep what was spliced, when all of it has been read back."""
        digests = {owner: segment.sha256 for owner, segment in self.prepared.items()}
        sources = {owner: segment.copied for owner, segment in self.prepared.items()}
        wanted = {one.part.owner: one for one in missing}
        for part, place in self._placed:
            kept = None
            if part.owner in wanted:
                kept = keep(wanted[part.owner], self._handle, place, segments)
            if kept is not None:
                digests[part.owner] = kept.facts["sha256"]
                sources[part.owner] = copied(kept, part.size)
        if len(sources) == len(self.parts):
            self.copied = tuple(sources[part.owner] for part in self.parts)
        known = [digests[part.owner] for part in self.parts if part.owner in digests]
        if missing and len(known) == len(self.parts) and not self._is_noted(known, segments):
            segments.note({"sha256": self.digest.hexdigest()}, _KIND, *known)

    def _is_noted(self, known: list[str], segments: Segments) -> bool:
        """Tell whether these parts had the digest beside each other that they have now."""
        whole = segments.find(_KIND, *known)
        return whole is not None and whole.facts.get("sha256") == self.digest.hexdigest()

    def write_anew(self) -> None:
        """Splice all of it after all; raises BuildError LP224 and OSError."""
        for part, place in self._placed:
            self._splice(part.files, place)
        self.digest = hashlib.sha256()
        feed(self.digest, self._handle, 0, self.size)

    def _has_copy(self, part: Part, place: int) -> bool:
        segment = self.prepared.get(part.owner)
        digest = hashlib.sha256()
        if segment is not None:
            feed(digest, self._handle, place, place + part.size)
        return segment is None or digest.hexdigest() == segment.sha256

    def _splice(self, files: tuple[Planned, ...], place: int) -> None:
        with contextlib.ExitStack() as opened:
            for block in _blocks(_pieces(files, opened)):
                write(self._handle, block, place)
                place += len(block)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces, so that there is one write for many."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _pieces(files: Iterable[Planned], opened: contextlib.ExitStack) -> Iterator[bytes]:
    wheels: dict[Path, int] = {}
    for one in files:
        yield local_header(one)
        origin, member = one.entry.origin, one.entry.member
        if one.stream is not None or member is None:
            yield one.stream or b""
            continue
        if origin not in wheels:
            wheels[origin] = _opened(origin)
            opened.callback(os.close, wheels[origin])
        end = member.offset + member.compressed
        for start in range(member.offset, end, _BLOCK):
            # Not mapped: a large wheel would be counted as this process's memory.
            block = os.pread(wheels[origin], min(_BLOCK, end - start), start)
            if start + len(block) < min(start + _BLOCK, end):
                raise gone(origin)
            yield block


def _opened(wheel: Path) -> int:
    try:
        return os.open(wheel, os.O_RDONLY)
    except OSError as error:
        raise gone(wheel) from error
