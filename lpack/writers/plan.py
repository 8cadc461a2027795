"""What the archive is made of: each file with its compressed stream, or the place of that."""

from __future__ import annotations

import zlib
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Entry, Where
from lpack.values import dataclass
from lpack.writers.framing import LOCAL_BYTES, ROW_BYTES, Planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.ahead import Part as Copied
    from lpack.model import Artifact, Bundle, Compress

STORED, DEFLATED = 0, 8
LONG = 16 << 20
"""Bytes; an own file that has more is never in memory as a whole."""
MAXIMUM_OWN_FILE = 0xFFFFFFFF - 1
"""Bytes; what plain ZIP can tell of a file, and sixteen times what Lambda takes."""


@dataclass(frozen=True)
class Part:
    """The files of one distribution, or the function's own: they are neighbours in the archive."""

    owner: str
    files: tuple[Planned, ...]

    @cached_property
    def _names(self) -> int:
        return len("".join(one.entry.path for one in self.files).encode())

    @cached_property
    def size(self) -> int:
        """Bytes of the streams with their headers."""
        streams = sum(one.compressed for one in self.files)
        return streams + self._names + LOCAL_BYTES * len(self.files)

    @property
    def zipped(self) -> int:
        """Bytes of all that is in the archive because of these files."""
        return self.size + self._names + ROW_BYTES * len(self.files)

    @cached_property
    def unzipped(self) -> int:
        """Bytes of the files."""
        return sum(one.entry.size for one in self.files)


@dataclass(frozen=True, slots=True)
class Plan:
    """All parts, in the order of the archive."""

    parts: tuple[Part, ...]

    def __len__(self) -> int:
        """Count the files."""
        return sum(len(part.files) for part in self.parts)

    @property
    def unzipped(self) -> int:
        """Bytes of the files."""
        return sum(part.unzipped for part in self.parts)

    def part(self, owner: str) -> Part:
        """Give the part of an owner; an empty one if it has none."""
        return next((part for part in self.parts if part.owner == owner), Part(owner, ()))


@dataclass(frozen=True, slots=True)
class Packed:
    """A written package that waits for the verdict of the checks."""

    planned: Plan
    artifact: Artifact
    waiting: Path
    """The file under its temporary name."""
    is_layer: bool = False
    copied: tuple[Copied, ...] = ()
    """What its beginning can be copied from the next time, if that is all of the distributions."""


def distributions(bundle: Bundle) -> tuple[Part, ...]:
    """Give a part for each distribution, in the order of the bundle."""
    groups = groupby(bundle.entries, key=attrgetter("owner"))
    return tuple(
        Part(owner, tuple([_planned(entry, bundle) for entry in group]))
        for owner, group in groups
        if owner
    )


def own_files(bundle: Bundle) -> Iterator[Planned]:
    """Deflate the function's own files, one after another; of a long one there is nothing yet.

    That one has no stream, and its header only the right length. Raises BuildError LP221 (cannot
    be read), LP224 (changed meanwhile) or LP232 (too large).
    """
    return (_planned(entry, bundle) for entry in bundle.entries if not entry.owner)


def _planned(entry: Entry, bundle: Bundle) -> Planned:
    placed = entry._replace(path=bundle.prefix + entry.path) if bundle.prefix else entry
    if entry.member is not None:
        _, compressed, _, crc, method = entry.member
        return Planned(placed, method, compressed, crc, None, bundle.moment)
    content = bundle.generated.get(entry.path)
    if content is None and entry.size > LONG:
        refuse_too_long(entry)
        return Planned(placed, STORED, 0, 0, None, bundle.moment)
    # What is kept of a distribution is the same for `fast`: only `max` has other bytes of it.
    compress = "default" if entry.owner and bundle.compress == "fast" else bundle.compress
    planned = _encoded(placed, _read(entry) if content is None else content, compress)
    return planned._replace(moment=bundle.moment)


def _encoded(entry: Entry, content: bytes, compress: Compress) -> Planned:
    # A package without own files, such as a layer, needs no encoder.
    from lpack.wheels.deflating import LEVELS, deflated  # noqa: PLC0415 - see above

    method, stream = deflated(content, LEVELS[compress])
    return Planned(entry, method, len(stream), zlib.crc32(content), stream)


def _read(entry: Entry) -> bytes:
    try:
        # A copy: each Path that is asked keeps its text, which is much memory for many files.
        content = Path(entry.origin).read_bytes()
    except OSError as error:
        raise unreadable(entry, error) from error
    if len(content) != entry.size:
        raise changed(entry)
    return content


def refuse_too_long(entry: Entry) -> None:
    """Refuse a file before it is read; raises BuildError LP232."""
    if entry.size > MAXIMUM_OWN_FILE:
        raise BuildError(
            "LP232",
            f"`{entry.path}` has {entry.size:,} bytes, more than any package may have",
            where=Where(entry.path),
            hint="add it to `exclude`, or read it from S3 at run time",
        )


def unreadable(entry: Entry, error: OSError) -> BuildError:
    """Say that a file cannot be read."""
    return BuildError(
        "LP221",
        f"`{entry.path}` cannot be read: {error.strerror or type(error).__name__}",
        where=Where(entry.path),
        hint="make it readable, or add it to `exclude`",
    )


def changed(entry: Entry) -> BuildError:
    """Say that a file is not what it was when the source was listed."""
    return BuildError(
        "LP224",
        f"`{entry.path}` changed while it was read",
        where=Where(entry.path),
        hint="run the command again when nothing writes to the source",
    )
