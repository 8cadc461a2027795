"""The part of an archive that a distribution is, kept so that the next build copies it.

A segment is a zip of its own, with these files alone: its beginning is that of the part, byte for
byte, and its directory has the rows, which only have to be moved. It is copied out of the first
archive that had it, when zipfile had read that. Why it can be believed is told in `store.segments`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING

from lpack.copying import copy, feed, write
from lpack.store.placements import refuse_damaged
from lpack.store.segments import open_new
from lpack.values import dataclass
from lpack.writers.framing import directory_rows, end_of_archive, moved_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.ahead import Part as Copied
    from lpack.model import Bundle, StoredWheel
    from lpack.store.segments import Kept, Segments
    from lpack.writers.plan import Part

_KIND = "archive"
_NAME = "archive.zip"


@dataclass(frozen=True, slots=True)
class Segment:
    """What can be copied; it is open, and has the stamp that it had when it was made."""

    kept: Kept
    handle: int
    sha256: str
    """Of the headers and streams."""
    rows_sha256: str
    size: int
    """Bytes of the headers and streams; the rows follow."""
    rows_size: int

    @property
    def copied(self) -> Copied:
        """What is copied, in the words of those who begin with it the next time."""
        return copied(self.kept, self.size)

    def rows(self, place: int) -> bytes | None:
        """Give the rows for a part that begins at `place`; None if they are damaged."""
        rows = os.pread(self.handle, self.rows_size, self.size)
        if hashlib.sha256(rows).hexdigest() != self.rows_sha256:
            self.kept.discard()
            return None
        return moved_rows(rows, place) if place else rows


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that has to be spliced, and could be kept."""

    part: Part
    about: tuple[str, ...]


def prepared(
    parts: tuple[Part, ...], bundle: Bundle, segments: Segments
) -> tuple[dict[str, Segment], tuple[Missing, ...]]:
    """Give what can be copied, by distribution, and what is not there yet.

    The caller closes the handles. Raises BuildError LP224.
    """
    wheels = {wheel.name: wheel for wheel in bundle.wheels}
    found: dict[str, Segment] = {}
    missing: list[Missing] = []
    try:
        for part in parts:
            about = _about(part, wheels, bundle)
            segment = None if about is None else _found(part, about, segments)
            if segment is not None:
                found[part.owner] = segment
            elif about is not None:
                _refuse_damaged(wheels[part.owner], bundle, segments)
                missing.append(Missing(part, about))
    except BaseException:
        close(found)
        raise
    return found, tuple(missing)


def copied(kept: Kept, size: int) -> Copied:
    """Tell what the next archive can begin with."""
    return f"{kept.folder}/{_NAME}", size, kept.stamps[_NAME]


def keep(one: Missing, handle: int, place: int, segments: Segments) -> Kept | None:
    """Keep a part of an archive that has been read back, for the next one.

    Its facts have the digest of its headers and streams. None where the cache cannot be written.
    """
    part, rows = one.part, directory_rows(one.part.files, 0)
    digest = hashlib.sha256()
    with contextlib.suppress(OSError), segments.new() as folder:
        with open_new(folder / _NAME) as file:
            copy(handle, place, file.fileno(), 0, part.size)
            end = end_of_archive(len(part.files), len(rows), part.size)
            write(file.fileno(), rows + end, part.size)
            feed(digest, file.fileno(), 0, part.size)
        facts = {
            "sha256": digest.hexdigest(),
            "size": part.size,
            "rows_sha256": hashlib.sha256(rows).hexdigest(),
            "rows_size": len(rows),
        }
        return segments.keep(folder, facts, _KIND, *one.about)
    return None


def close(prepared: Mapping[str, Segment]) -> None:
    """Close what was opened."""
    for segment in prepared.values():
        os.close(segment.handle)


def _found(part: Part, about: tuple[str, ...], segments: Segments) -> Segment | None:
    kept = segments.find(_KIND, *about)
    with contextlib.suppress(OSError, KeyError, TypeError, ValueError):
        return None if kept is None else _opened(kept, part)
    return None


def _refuse_damaged(wheel: StoredWheel, bundle: Bundle, segments: Segments) -> None:
    refuse_damaged(wheel, segments)
    for one in bundle.containers:
        if one.owner == wheel.name:
            refuse_damaged(one, segments)


def _opened(kept: Kept, part: Part) -> Segment:
    """Open a segment; raises OSError, KeyError, TypeError or ValueError if it is none."""
    facts = kept.facts
    if facts["size"] != part.size:
        raise ValueError
    rows = str(facts["rows_sha256"])
    return Segment(
        kept, kept.open(_NAME), str(facts["sha256"]), rows, part.size, int(facts["rows_size"])
    )


def _about(part: Part, wheels: Mapping[str, StoredWheel], bundle: Bundle) -> tuple[str, ...] | None:
    """Name what a segment holds: which files of which wheel, where, and of what date.

    None where that cannot be kept.
    """
    recipe = bundle.recipes.get(part.owner)
    if recipe is None:
        return None
    if bundle.prefix:
        recipe = f"{recipe} below {bundle.prefix}"
    return wheels[part.owner].sha256, recipe, str(bundle.moment)
