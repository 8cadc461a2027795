"""The part of an archive that a distribution is, kept so that the next build copies it.

A segment is a zip of its own, with these files alone: its beginning is that of the part, byte for
byte, and its directory has the rows, which only have to be moved. It was read by zipfile when it
was made. Why it can be believed is told in `store.segments`.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from lpack.model import Bundle
from lpack.store.placements import refuse_damaged
from lpack.values import dataclass
from lpack.writers.framing import moved_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import StoredWheel
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

    def rows(self, place: int) -> bytes | None:
        """Give the rows for a part that begins at `place`; None if they are damaged."""
        rows = os.pread(self.handle, self.rows_size, self.size)
        if hashlib.sha256(rows).hexdigest() != self.rows_sha256:
            self.kept.discard()
            return None
        return moved_rows(rows, place) if place else rows


def prepared(parts: tuple[Part, ...], bundle: Bundle, segments: Segments) -> dict[str, Segment]:
    """Give what can be copied, by distribution; made now where it is not there.

    The caller closes the handles. Raises BuildError LP224 or LP231.
    """
    wheels = {wheel.name: wheel for wheel in bundle.wheels}
    found: dict[str, Segment] = {}
    try:
        for part in parts:
            recipe = bundle.recipes.get(part.owner)
            if recipe is not None:
                segment = _prepared(part, wheels[part.owner], recipe, bundle, segments)
                if segment is not None:
                    found[part.owner] = segment
    except BaseException:
        close(found)
        raise
    return found


def close(prepared: Mapping[str, Segment]) -> None:
    """Close what was opened."""
    for segment in prepared.values():
        os.close(segment.handle)


def _prepared(
    part: Part, wheel: StoredWheel, recipe: str, bundle: Bundle, segments: Segments
) -> Segment | None:
    if bundle.prefix:
        recipe = f"{recipe} below {bundle.prefix}"
    kept = segments.find(_KIND, *_about(wheel, recipe, bundle))
    try:
        if kept is not None:
            return _opened(kept, part)
    except (OSError, KeyError, TypeError, ValueError):
        pass  # made anew
    refuse_damaged(wheel, segments)
    for one in bundle.containers:
        if one.owner == part.owner:
            refuse_damaged(one, segments)
    try:
        return _opened(_made(part, wheel, recipe, bundle, segments), part)
    except OSError:
        return None


def _opened(kept: Kept, part: Part) -> Segment:
    """Open a segment; raises OSError, KeyError, TypeError or ValueError if it is none."""
    facts = kept.facts
    if facts["size"] != part.size:
        raise ValueError
    rows = str(facts["rows_sha256"])
    return Segment(
        kept, kept.open(_NAME), str(facts["sha256"]), rows, part.size, int(facts["rows_size"])
    )


def _made(part: Part, wheel: StoredWheel, recipe: str, bundle: Bundle, segments: Segments) -> Kept:
    from lpack.writers.zip import writing  # noqa: PLC0415 - a segment is an archive too

    entries = tuple(entry for entry in bundle.entries if entry.owner == part.owner)
    alone = Bundle(
        entries,
        (wheel,),
        (),
        bundle.generated,
        compress=bundle.compress,
        prefix=bundle.prefix,
        moment=bundle.moment,
    )
    with segments.new() as folder:
        path = folder / _NAME
        with writing(alone, path) as archive:
            rows = archive.rows
            archive.finish()
            facts = {
                "sha256": archive.front.digest.hexdigest(),
                "size": part.size,
                "rows_sha256": hashlib.sha256(rows).hexdigest(),
                "rows_size": len(rows),
            }
        path.chmod(0o644)
        return segments.keep(folder, facts, _KIND, *_about(wheel, recipe, bundle))


def _about(wheel: StoredWheel, recipe: str, bundle: Bundle) -> tuple[str, ...]:
    """Name what a segment holds: which files of which wheel, and of what date they are."""
    return wheel.sha256, recipe, str(bundle.moment)
