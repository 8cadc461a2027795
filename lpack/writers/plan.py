"""The stream of each entry, decided before the archive is written, so that its size is known."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Artifact, Bundle, Entry, Where

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STORED, DEFLATED = 0, 8
LEVEL = 6
"""Of libdeflate: the size of zlib's 6 at twice the speed; another level is other bytes."""
MAXIMUM_OWN_FILE = 512 << 20
"""Bytes; twice what Lambda takes unzipped, so that a larger file is refused before it is read."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry with its compressed stream, or the place in a wheel where that lies."""

    entry: Entry
    method: int
    compressed: int
    crc: int
    stream: bytes | None
    """None for a stream that is spliced from the wheel."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A written package that waits for the verdict of the checks."""

    planned: tuple[Planned, ...]
    artifact: Artifact
    waiting: Path
    """The file under its temporary name."""


def plan(bundle: Bundle) -> tuple[Planned, ...]:
    """Deflate what is the function's own, and take over the rest as it is.

    Raises BuildError LP221 (cannot be read), LP224 (changed meanwhile) or LP232 (too large).
    """
    return tuple(_planned(entry, bundle.generated) for entry in bundle.entries)


def _planned(entry: Entry, generated: Mapping[str, bytes]) -> Planned:
    if entry.member is not None:
        member = entry.member
        return Planned(entry, member.method, member.compressed, member.crc, None)
    content = generated.get(entry.path)
    return _encoded(entry, _read(entry) if content is None else content)


def _encoded(entry: Entry, content: bytes) -> Planned:
    import deflate  # noqa: PLC0415 - a package without own files, such as a layer, needs none

    stream = deflate.deflate_compress(content, LEVEL) if content else b""
    method = DEFLATED if len(stream) < len(content) else STORED
    chosen = bytes(stream) if method == DEFLATED else content
    return Planned(entry, method, len(chosen), zlib.crc32(content), chosen)


def _read(entry: Entry) -> bytes:
    if entry.size > MAXIMUM_OWN_FILE:
        raise BuildError(
            "LP232",
            f"`{entry.path}` has {entry.size:,} bytes, more than any package may have",
            where=Where(entry.path),
            hint="add it to `exclude`, or read it from S3 at run time",
        )
    try:
        content = entry.origin.read_bytes()
    except OSError as error:
        raise BuildError(
            "LP221",
            f"`{entry.path}` cannot be read: {error.strerror or type(error).__name__}",
            where=Where(entry.path),
            hint="make it readable, or add it to `exclude`",
        ) from error
    if len(content) != entry.size:
        raise BuildError(
            "LP224",
            f"`{entry.path}` changed while it was read",
            where=Where(entry.path),
            hint="run the command again when nothing writes to the source",
        )
    return content
