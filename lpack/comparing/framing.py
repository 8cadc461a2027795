"""A zip held against the list of its manifest, header by header and stream by stream."""

from __future__ import annotations

import struct
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lpack.comparing.findings import Finding
from lpack.errors import BuildError
from lpack.wheels.package import read_package
from lpack.wheels.quick_streams import is_whole
from lpack.wheels.streams import inflated, stream_pieces
from lpack.wheels.zip_format import DEFLATED, STORED, UTF8_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lpack.comparing.manifests import Listed
    from lpack.wheels.package import Package, PackageEntry
    from lpack.wheels.zip_format import Buffer

_VERSION, _ZIP64_VERSION = 20, 45
_UNIX = 3 << 8
_FAR = 0xFFFFFFFF
"""From here on a place is not in a row, but beside it, in the form of ZIP64."""
_REGULAR_FILE = 0o100000
_THREADS = 2
"""Inflating lets others run meanwhile; more of them would find no idle core on most machines."""
_INFLATED_BYTES = 4 << 30
"""Sixteen times what Lambda takes; a zip that claims more is not inflated to find out.

What is as large as the zip itself may be stored in it.
"""


def framing_findings(
    data: Buffer, listed: Sequence[Listed], date: str, *, thorough: bool
) -> list[Finding]:
    """Tell where a zip is not the one that lpack writes for the listed entries of this date.

    A `thorough` search finds bytes after the end of a stream as well, at three times the cost.
    """
    try:
        package = read_package(data)
    except BuildError as error:
        return [Finding("zip", "", f"the zip cannot be read: {error.diagnostics[0].message}")]
    misplaced = [*_sequence(package, listed), *_extents(package)]
    found = list(misplaced)
    by_path = {one.path: one for one in listed}
    for entry in package.entries:
        known = by_path.get(entry.path)
        said = [
            *_headers(entry),
            *_date(entry, date),
            *(_differences(entry, known) if known else ()),
        ]
        found += (Finding("zip", entry.path, one) for one in said)
    if sum(entry.stream.size for entry in package.entries) > _INFLATED_BYTES + len(data):
        return [*found, Finding("zip", "", "the zip unpacks to far more than Lambda takes")]
    # Entries that overlap could hold the same bytes a thousand times.
    return found if misplaced else [*found, *_contents(data, package, thorough=thorough)]


def _sequence(package: Package, listed: Sequence[Listed]) -> Iterator[Finding]:
    """Compare which entries there are, and their order."""
    found, meant = [one.path for one in package.entries], [one.path for one in listed]
    if found == meant:
        return
    yield from _missing(found, meant, "is in the zip and not in the manifest")
    yield from _missing(meant, found, "is in the manifest and not in the zip")
    for path, number in Counter(found).items():
        if number > 1:
            yield Finding("zip", path, "is in the zip twice")
    if set(found) == set(meant) and len(found) == len(meant):
        path = next(one for one, other in zip(found, meant, strict=True) if one != other)
        yield Finding("zip", path, "comes in another order than in the manifest")


def _missing(here: Sequence[str], there: Sequence[str], message: str) -> Iterator[Finding]:
    known = set(there)
    yield from (Finding("zip", path, message) for path in here if path not in known)


def _extents(package: Package) -> Iterator[Finding]:
    """Find entries that do not follow each other byte by byte up to the central directory."""
    expected = 0
    for entry in package.entries:
        if entry.place != expected:
            said = f"starts at byte {entry.place:,}, not where the one before ends: {expected:,}"
            yield Finding("zip", entry.path, said)
        expected = entry.end
    if expected != package.directory.offset:
        place = package.directory.offset
        said = (
            f"the central directory starts at byte {place:,}, and the entries end at {expected:,}"
        )
        yield Finding("zip", "", said)


def _differences(entry: PackageEntry, known: Listed) -> Iterator[str]:
    """Compare an entry with what the manifest says of it."""
    stream, mode = entry.stream, entry.mode
    rows = (
        ("size", stream.size, known.size),
        ("compressed size", stream.compressed, known.compressed),
        ("CRC", f"{stream.crc:08x}", f"{known.crc:08x}"),
        ("mode", "none" if mode is None else f"{mode:04o}", f"{known.mode:04o}"),
    )
    for name, found, meant in rows:
        if found != meant:
            yield f"has the {name} {found}, and {meant} in the manifest"


def _date(entry: PackageEntry, meant: str) -> Iterator[str]:
    if str(entry.moment) != meant:
        yield f"has the date {entry.moment}, and {meant} in the manifest"


def _headers(entry: PackageEntry) -> Iterator[str]:
    """Compare the rest of the headers of an entry with what lpack writes."""
    version, extra = _VERSION, b""
    if entry.place >= _FAR:
        version, extra = _ZIP64_VERSION, struct.pack("<2HQ", 1, 8, entry.place)
    for name in entry.disagreeing:
        # A local header is the same wherever it is.
        if version == _VERSION or name != "version needed":
            yield f"is told in two ways by its two headers: {name}"
    rows = (
        ("version needed", entry.needed, version),
        ("version and system of the maker", entry.made_by, _UNIX | version),
        ("flags", entry.flags, 0 if entry.path.isascii() else UTF8_FLAG),
        ("internal attributes", entry.internal, 0),
        ("kind of file", entry.attributes & ~(0o7777 << 16), _REGULAR_FILE << 16),
        ("extra fields", entry.extra + entry.local_extra, extra),
        ("comment", entry.comment, b""),
    )
    for name, found, meant in rows:
        if found != meant:
            yield f"is not as lpack writes it: {name}"
    if entry.stream.method not in (STORED, DEFLATED):
        yield f"has the compression method {entry.stream.method}"


def _contents(data: Buffer, package: Package, *, thorough: bool) -> list[Finding]:
    """Inflate every stream, and hold it against its size and CRC."""
    known = [one for one in package.entries if one.stream.method in (STORED, DEFLATED)]
    shares = [known[start::_THREADS] for start in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda share: [*_damaged(data, share, thorough=thorough)], shares)
        return [one for share in found for one in share]


def _damaged(data: Buffer, entries: Sequence[PackageEntry], *, thorough: bool) -> Iterator[Finding]:
    for entry in entries:
        if not thorough and is_whole(data, entry.stream):
            continue
        try:
            for _ in inflated(stream_pieces(data, entry.stream), entry.stream, entry.path):
                pass
        except BuildError as error:
            rule = error.diagnostics[0].message.rpartition("(rule ")[2].rstrip(")")
            said = _DAMAGES.get(rule, "has a stream that is not deflated data")
            yield Finding("zip", entry.path, said)


_DAMAGES = {
    "INFLATE_SIZE": "has a stream that does not inflate to its size",
    "INFLATE_CRC": "has a stream that does not inflate to its CRC",
    "DEFLATE_TRAIL": "has bytes after the end of its stream",
    "DEFLATE_END": "has a stream without an end",
}
