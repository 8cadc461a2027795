"""Reading the framing of a package as forgivingly as Lambda might, and noting all that is odd.

`package.py` refuses what two readers could read differently. Here the question is what becomes of
an archive that somebody is about to upload, so that as much as possible is read.
"""

from __future__ import annotations

import stat
import struct
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Flaw
from lpack.values import dataclass, field
from lpack.wheels.given_names import name_flaws
from lpack.wheels.package import PackageEntry, read_entry
from lpack.wheels.refusal import shown
from lpack.wheels.zip_format import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    DEFLATED,
    DESCRIPTOR_FLAG,
    END,
    END_SIGNATURE,
    IN_ZIP64_16,
    IN_ZIP64_32,
    LOCAL_SIGNATURE,
    NEWEST_VERSION,
    STORED,
    ZIP64_LOCATOR_BYTES,
    ZIP64_LOCATOR_SIGNATURE,
    Buffer,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import FlawKind

MOST_ENTRIES = 200_000
"""Many times what Lambda unpacks in the time that it gives itself."""
_MOST_DIRECTORY = 64 << 20
_LONGEST_COMMENT = 0xFFFF
_LOCATOR = struct.Struct("<4sLQL")
_ZIP64_END = struct.Struct("<4sQ2H2L4Q")
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_PATCHED = 1 << 5
_UNIX = 3
_KINDS = frozenset({0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK})
_GIT_LFS = b"version https://git-lfs"
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 99: "AES"}
"""By their numbers in APPNOTE 4.4.5, as far as they are met."""
_HARMLESS = frozenset({"version needed", "flags", "time", "date", "number of the disk"})
"""What readers take from the central directory, or not at all."""
_SIZES = frozenset({"CRC", "compressed size", "size"})


@dataclass(frozen=True, slots=True)
class GivenArchive:
    """The entries of an archive, those that can be unpacked and those that cannot."""

    entries: tuple[PackageEntry, ...] = ()
    """In the order of the central directory."""
    flaws: tuple[Flaw, ...] = ()
    shut: frozenset[str] = field(default_factory=frozenset)
    """Paths of the entries whose content nobody gets at."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the central directory lies."""

    offset: int
    size: int
    count: int
    shift: int
    """Bytes before the place that offsets count from."""
    end: int
    """Where the archive ends; what follows is not of it."""


class _NoArchiveError(Exception):
    """Says in words why nobody finds a directory."""


def read_given(data: Buffer) -> GivenArchive:
    """Read every header of an archive that anybody may have made; nothing is inflated.

    Raises nothing for whatever is in it: what cannot be read is a flaw.
    """
    try:
        frame = _frame(data)
        directory = _directory(data, frame)
    except _NoArchiveError as error:
        return GivenArchive(flaws=(Flaw("unreadable", str(error)),))
    entries: list[PackageEntry] = []
    flaws = [*_around(data, frame)]
    for one in _rows(data, directory, frame):
        if isinstance(one, Flaw):
            flaws.append(one)
        else:
            entries.append(one)
    if any(one.kind in ("unreadable", "bomb") for one in flaws):
        return GivenArchive(flaws=tuple(flaws))
    shut = [flaw for entry in entries if (flaw := _shut(entry))]
    flaws += [*shut, *(flaw for entry in entries for flaw in _odd(entry)), *_twice(entries)]
    flaws += _extents(data, entries, frame)
    return GivenArchive(tuple(entries), tuple(flaws), frozenset(one.path for one in shut))


def _frame(data: Buffer) -> _Frame:
    """Find the end record as most readers do: the last one that the file has room for."""
    if len(data) == 0:
        raise _NoArchiveError("is empty")
    first = max(0, len(data) - END.size - _LONGEST_COMMENT)
    tail = bytes(data[first : len(data)])
    found = tail.rfind(END_SIGNATURE)
    while found >= 0 and found + END.size > len(tail):
        found = tail.rfind(END_SIGNATURE, 0, found)
    if found < 0:
        raise _NoArchiveError(_no_zip(bytes(data[: len(_GIT_LFS)])))
    place = first + found
    _, disk, first_disk, here, count, size, offset, comment = END.unpack_from(tail, found)
    end = min(place + END.size + comment, len(data))
    if IN_ZIP64_32 in (size, offset) or count == IN_ZIP64_16:
        record = _zip64(data, place)
        if record is not None:
            return _placed(data, *record, end)
    if disk or first_disk or here != count:
        raise _NoArchiveError("is a part of a zip in several parts")
    return _placed(data, count, size, offset, place, end)


def _no_zip(beginning: bytes) -> str:
    """Say what a file is that ends as no zip does."""
    if beginning == _GIT_LFS:
        return "is a pointer of Git LFS, and no zip"
    is_begun = beginning.startswith(LOCAL_SIGNATURE)
    return "is truncated: its central directory is missing" if is_begun else "is no zip"


def _zip64(data: Buffer, place: int) -> tuple[int, int, int, int] | None:
    """Give count, size and offset of the directory, and where it ends, of a ZIP64 record."""
    raw = bytes(data[max(0, place - ZIP64_LOCATOR_BYTES) : place])
    if not raw.startswith(ZIP64_LOCATOR_SIGNATURE) or len(raw) != ZIP64_LOCATOR_BYTES:
        return None
    _, _, offset, _ = _LOCATOR.unpack(raw)
    record = bytes(data[offset : offset + _ZIP64_END.size]) if offset < len(data) else b""
    if len(record) != _ZIP64_END.size or not record.startswith(b"PK\x06\x06"):
        raise _NoArchiveError("is damaged: its ZIP64 end record is not where it should be")
    count, size, start = _ZIP64_END.unpack(record)[-3:]
    return count, size, start, offset


def _placed(  # noqa: PLR0913 - as many as the end record has
    data: Buffer, count: int, size: int, offset: int, place: int, end: int
) -> _Frame:
    """Find the directory before its end record, which tells where it should be."""
    actual = place - size
    if actual < 0 or (count and bytes(data[actual : actual + 4]) != CENTRAL_SIGNATURE):
        stated = bytes(data[offset : offset + 4]) if offset < len(data) else b""
        if stated != CENTRAL_SIGNATURE or offset + size > place:
            raise _NoArchiveError("is damaged: its central directory is not where it should be")
        actual = offset
    if offset > actual:
        raise _NoArchiveError("is truncated: bytes before its central directory are missing")
    return _Frame(actual, size, count, actual - offset, end)


def _directory(data: Buffer, frame: _Frame) -> bytes:
    if frame.size > _MOST_DIRECTORY or frame.count > MOST_ENTRIES:
        raise _NoArchiveError(f"has over {MOST_ENTRIES:,} entries")
    return bytes(data[frame.offset : frame.offset + frame.size])


def _rows(data: Buffer, directory: bytes, frame: _Frame) -> Iterator[PackageEntry | Flaw]:
    """Read the rows of the directory, each with the local header that it points to."""
    position = 0
    for _ in range(frame.count):
        header = directory[position : position + CENTRAL.size]
        if len(header) < CENTRAL.size or not header.startswith(CENTRAL_SIGNATURE):
            yield Flaw("unreadable", "is damaged: its central directory ends too early")
            return
        lengths = CENTRAL.unpack(header)[10:13]
        try:
            yield read_entry(data, directory, position, frame.shift)[0]
        except BuildError as error:
            message = error.diagnostics[0].message.partition(" (rule ")[0]
            yield Flaw("unreadable", f"is damaged: {message}")
            return
        position += CENTRAL.size + sum(lengths)
    if position != len(directory):
        yield Flaw("disagreeing", "has more rows in its directory than its end record counts")


def _around(data: Buffer, frame: _Frame) -> Iterator[Flaw]:
    if frame.shift:
        yield Flaw("stray", f"begins with {frame.shift:,} bytes that are of no file", mild=True)
    if frame.end < len(data):
        more = len(data) - frame.end
        yield Flaw("stray", f"ends with {more:,} bytes that are of no file", mild=True)


def _shut(entry: PackageEntry) -> Flaw | None:
    """Tell why nobody gets at the content of an entry."""
    method = entry.stream.method
    if entry.flags & _ENCRYPTED:
        return _of(entry, "encrypted", "is encrypted")
    if entry.flags & _PATCHED:
        return _of(entry, "method", "is a patch of another file")
    if entry.made_by >> 8 == _UNIX and stat.S_IFMT(entry.attributes >> 16) not in _KINDS:
        return _of(entry, "damaged", "is neither a file nor a folder nor a link")
    if method not in (STORED, DEFLATED):
        name = _METHODS.get(method, f"method {method}")
        return _of(entry, "method", f"is compressed with {name}")
    return None


def _odd(entry: PackageEntry) -> Iterator[Flaw]:
    """Tell what is odd about an entry by itself."""
    yield from name_flaws(entry)
    if entry.disagreeing:
        later = _SIZES if entry.flags & DESCRIPTOR_FLAG else frozenset()
        differing = [one for one in entry.disagreeing if one not in _HARMLESS | later]
        if differing:
            named = " and ".join(differing)
            told = f"has another {named} in its own header than in the directory"
            yield _of(entry, "disagreeing", told)
    if entry.needed & 0xFF > NEWEST_VERSION:
        yield _of(entry, "method", "asks for a newer reader of zips", mild=True)
    date, time = entry.moment
    if not (date & 31 and 1 <= date >> 5 & 15 <= 12 and time >> 11 < 24):  # noqa: PLR2004 - a date
        yield _of(entry, "date", "has no valid date", mild=True)


def _of(entry: PackageEntry, kind: FlawKind, what: str, *, mild: bool = False) -> Flaw:
    return Flaw(kind, f"`{shown(entry.path)}` {what}", entry.path, mild=mild)


def _twice(entries: list[PackageEntry]) -> Iterator[Flaw]:
    """Find paths that are there twice, and files that are folders of others."""
    seen: dict[str, PackageEntry] = {}
    folders: set[str] = set()
    for entry in entries:
        before = seen.get(entry.path)
        if before is not None and not entry.is_folder:
            same = before.stream[2:4] == entry.stream[2:4]
            told = "twice" if same else "twice, with different content"
            yield Flaw("twice", f"`{shown(entry.path)}` is in it {told}", entry.path, mild=same)
        seen[entry.path] = entry
        folder = entry.path.rstrip("/") if entry.is_folder else entry.path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    for path in sorted(folders & seen.keys()):
        yield Flaw("twice", f"`{shown(path)}` is a file and a folder", path)


def _extents(data: Buffer, entries: list[PackageEntry], frame: _Frame) -> Iterator[Flaw]:
    """Find entries that share bytes, and those that the directory does not list."""
    before, limit = frame.shift, frame.offset
    last = ""
    for entry in sorted(entries, key=lambda one: one.place):
        if entry.place < before:
            names = f"`{shown(last)}` and `{shown(entry.path)}`"
            yield Flaw("disagreeing", f"{names} share bytes", entry.path)
        elif entry.place != before and bytes(data[before : before + 4]) == LOCAL_SIGNATURE:
            yield _orphan(before)
        before, last = max(before, entry.end), entry.path
    if before > limit:
        yield Flaw("disagreeing", f"`{shown(last)}` reaches into the central directory", last)
    elif before < limit and bytes(data[before : before + 4]) == LOCAL_SIGNATURE:
        yield _orphan(before)


def _orphan(place: int) -> Flaw:
    return Flaw(
        "stray", f"holds a file at byte {place:,} that its directory does not list", mild=True
    )
