"""Reading a package back before anybody relies on it, by other code than what wrote it."""

from __future__ import annotations

import hashlib
import os
import struct
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import WheelMember
from lpack.wheels.streams import inflated
from lpack.wheels.zip_format import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    END,
    END_SIGNATURE,
    IN_ZIP64_16,
    IN_ZIP64_32,
    LOCAL,
    LOCAL_SIGNATURE,
    UTF8_FLAG,
    ZIP64_LOCATOR_BYTES,
    ZIP64_LOCATOR_SIGNATURE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpack.writers.framing import Planned
    from lpack.writers.plan import Part
    from lpack.writers.segments import Segment

_BLOCK = 1 << 16
_REGULAR_FILE = 0o100000
_UNIX = 3
_ZIP64_LOCATOR = struct.Struct("<4xLQL")
_ZIP64_END = struct.Struct("<4sQ2H2L4Q")
_ZIP64_PLACE = struct.Struct("<2HQ")
_SIZES_AND_PLACE = struct.Struct("<4s16xL4xHH10xL")
_PLACE = struct.Struct("<L")


def first_difference(
    handle: int, parts: tuple[Part, ...], prepared: Mapping[str, Segment]
) -> str | None:
    """Tell what of an open archive is not as planned; None if it is.

    Each row of the directory must point to where the file before it ends, and the last file must
    end where the directory begins. Prepared parts have, but for that, the rows that they had when
    zipfile read them; their streams are held against digests elsewhere. Of all other files the
    row and the local header are compared, and what was deflated here is inflated.
    """
    try:
        return _Reader(handle).difference(parts, prepared)
    except (struct.error, OSError) as error:
        return f"it ends too early: {error}"
    except BuildError as error:
        return error.diagnostics[0].message


class _Reader:
    """An archive, read from its first row to its last."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.count, size, self.directory = self._end()
        self.rows = bytearray(size)
        os.preadv(handle, [self.rows], self.directory)
        self.position = 0
        """In the rows."""
        self.place = 0
        """In the archive: where the next file has to be."""

    def difference(self, parts: tuple[Part, ...], prepared: Mapping[str, Segment]) -> str | None:
        if self.count != sum(len(part.files) for part in parts):
            return f"{self.count} entries instead of {sum(len(part.files) for part in parts)}"
        for part in parts:
            segment = prepared.get(part.owner)
            if segment is not None and self.place + part.size < IN_ZIP64_32:
                found = self._prepared(part, segment)
            else:
                found = next(filter(None, map(self._file, part.files)), None)
            if found is not None:
                return found
        if self.position != len(self.rows) or self.place != self.directory:
            return "the directory is not where the files end"
        return None

    def _end(self) -> tuple[int, int, int]:
        """Give count, size and place of the directory."""
        last = os.fstat(self.handle).st_size - END.size
        end = END.unpack(self._read(END.size, last))
        count, size, place = end[4:7]
        before = last - ZIP64_LOCATOR_BYTES
        locator = self._read(ZIP64_LOCATOR_BYTES, before) if before > 0 else b""
        if locator.startswith(ZIP64_LOCATOR_SIGNATURE):
            _, last, _ = _ZIP64_LOCATOR.unpack(locator)
            count, size, place = _ZIP64_END.unpack(self._read(_ZIP64_END.size, last))[-3:]
        told = (min(count, IN_ZIP64_16), min(size, IN_ZIP64_32), min(place, IN_ZIP64_32))
        meant = (END_SIGNATURE, 0, 0, told[0], *told, 0)
        if end != meant or place + size != last:
            raise OSError(None, "the end record")
        return count, size, place

    def _read(self, size: int, place: int) -> bytes:
        return os.pread(self.handle, size, place)

    def _prepared(self, part: Part, segment: Segment) -> str | None:
        """Walk along the rows, and put back what the place of the part has changed in them."""
        first, start = self.position, self.place
        for _ in part.files:
            signature, compressed, name, extra, place = _SIZES_AND_PLACE.unpack_from(
                self.rows, self.position
            )
            if signature != CENTRAL_SIGNATURE or extra or place != self.place:
                return f"a row of `{part.owner}` in the directory"
            _PLACE.pack_into(self.rows, self.position + CENTRAL.size - 4, place - start)
            self.position += CENTRAL.size + name
            self.place += LOCAL.size + name + compressed
        rows = memoryview(self.rows)[first : self.position]
        if hashlib.sha256(rows).hexdigest() != segment.rows_sha256:
            return f"the rows of `{part.owner}` in the directory"
        return None

    def _file(self, one: Planned) -> str | None:
        """Compare row and header of a file with the plan; inflate what was deflated here."""
        name = one.entry.path.encode()
        flags = 0 if name.isascii() else UTF8_FLAG
        sizes = (one.crc, one.compressed, one.entry.size, len(name))
        meant = (flags, one.method, one.moment.time, one.moment.date, *sizes)
        if self._row(name) != (*meant, _REGULAR_FILE | one.entry.mode, self.place):
            return f"`{one.entry.path}` in the directory"
        header = self._read(LOCAL.size + len(name), self.place)
        told = LOCAL.unpack_from(header)
        if (told[0], *told[2:], header[LOCAL.size :]) != (LOCAL_SIGNATURE, *meant, 0, name):
            return f"`{one.entry.path}` at its place"
        self.place += len(header)
        if one.entry.member is None:
            stream = WheelMember(self.place, one.compressed, one.entry.size, one.crc, one.method)
            for _ in inflated(self._pieces(stream), stream, one.entry.path):
                pass
        self.place += one.compressed
        return None

    def _row(self, name: bytes) -> tuple[int, ...] | None:
        """Take the next row: what it has in common with a local header, and mode and place."""
        row = CENTRAL.unpack_from(self.rows, self.position)
        signature, made_by, extra, attributes, place = row[0], row[1], row[11], row[15], row[16]
        end = self.position + CENTRAL.size + len(name)
        found = self.rows[end - len(name) : end]
        if extra:
            place = _ZIP64_PLACE.unpack_from(self.rows, end)[2]
        self.position = end + extra
        rest = (made_by >> 8, *row[12:15])  # the comment, and other disks
        if signature != CENTRAL_SIGNATURE or found != name or rest != (_UNIX, 0, 0, 0):
            return None
        return (*row[3:11], attributes >> 16, place)

    def _pieces(self, stream: WheelMember) -> Iterator[bytes]:
        end = stream.offset + stream.compressed
        for start in range(stream.offset, end, _BLOCK):
            yield self._read(min(_BLOCK, end - start), start)


def zipfile_finds(path: Path, parts: tuple[Part, ...]) -> str | None:
    """Tell what Python's own reader sees otherwise than it was planned; None if nothing."""
    import zipfile  # noqa: PLC0415 - only for what was spliced

    try:
        with zipfile.ZipFile(path) as archive:
            rows = archive.infolist()
    except (zipfile.BadZipFile, EOFError) as error:
        return str(error)
    files = [one for part in parts for one in part.files]
    if len(rows) != len(files):
        return f"{len(rows)} entries instead of {len(files)}"
    for row, one in zip(rows, files, strict=True):
        meant = (one.entry.path, one.entry.size, one.compressed, one.crc, one.method)
        told = (row.filename, row.file_size, row.compress_size, row.CRC, row.compress_type)
        if told != meant or row.external_attr >> 16 != _REGULAR_FILE | one.entry.mode:
            return f"`{one.entry.path}` in the directory"
    return None
