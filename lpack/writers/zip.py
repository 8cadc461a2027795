"""The deployment package: a zip with nothing in it that differs between machines.

Headers are built here from verified values; the compressed streams of wheels are copied.
Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import zipfile
import zlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

from lpack.errors import BuildError
from lpack.model import Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.writers.plan import Planned

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_VERSION = 20
_MADE_BY_UNIX = (3 << 8) | _VERSION
_MIDNIGHT = 0
_1980_01_01 = 0x21
"""The oldest date that the format can hold; any fixed one would do."""
_UTF8_NAME = 0x800
_REGULAR_FILE = 0o100000
_MAXIMUM_ENTRIES = 0xFFFF - 1
_MAXIMUM_SIZE = 0xFFFFFFFF - 1
_BLOCK = 1 << 20


def zip_size(planned: tuple[Planned, ...]) -> int:
    """Give the size in bytes that the archive will have."""
    return _END.size + sum(row_size(one) for one in planned)


def row_size(one: Planned) -> int:
    """Give the bytes that one entry takes in the archive, its two headers included."""
    name = len(one.entry.path.encode())
    return _LOCAL.size + _CENTRAL.size + 2 * name + one.compressed


def write_zip(planned: tuple[Planned, ...], path: Path) -> str:
    """Write the archive in the order of the plan and give its sha256.

    Raises BuildError LP224 (a wheel is gone), LP231 (what was written does not read back) or
    LP232 (too large), and OSError.
    """
    _refuse_zip64(planned)
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        for block in _blocks(_pieces(planned)):
            _write_all(file, block)
            digest.update(block)
    _read_back(planned, path)
    return digest.hexdigest()


def _write_all(file: BinaryIO, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces, so that there is one write and one hash per block."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _pieces(planned: tuple[Planned, ...]) -> Iterator[bytes]:
    directory = []
    offset = 0
    with ExitStack() as stack:
        wheels: dict[Path, mmap.mmap] = {}
        for one in planned:
            name = one.entry.path.encode()
            flags = 0 if name.isascii() else _UTF8_NAME
            shared = (
                flags,
                one.method,
                _MIDNIGHT,
                _1980_01_01,
                one.crc,
                one.compressed,
                one.entry.size,
                len(name),
            )
            yield _LOCAL.pack(0x04034B50, _VERSION, *shared, 0) + name
            yield _stream(one, wheels, stack)
            attributes = (_REGULAR_FILE | one.entry.mode) << 16
            directory.append(
                _CENTRAL.pack(
                    0x02014B50, _MADE_BY_UNIX, _VERSION, *shared, 0, 0, 0, 0, attributes, offset
                )
                + name
            )
            offset += _LOCAL.size + len(name) + one.compressed
        rows = b"".join(directory)
        yield rows
        yield _END.pack(0x06054B50, 0, 0, len(planned), len(planned), len(rows), offset, 0)


def _stream(one: Planned, wheels: dict[Path, mmap.mmap], stack: ExitStack) -> bytes:
    member = one.entry.member
    if one.stream is not None or member is None:
        return one.stream or b""
    wheel = one.entry.origin
    if wheel not in wheels:
        wheels[wheel] = stack.enter_context(_mapped(wheel))
    # A copy: a view would outlive the mapping in the block that is being joined.
    return wheels[wheel][member.offset : member.offset + member.compressed]


def _mapped(wheel: Path) -> mmap.mmap:
    try:
        with wheel.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise BuildError(
            "LP224",
            f"`{wheel.name}` is not in the cache any more",
            where=Where(str(wheel)),
            hint="run the command again",
        ) from error


def _refuse_zip64(planned: tuple[Planned, ...]) -> None:
    if len(planned) > _MAXIMUM_ENTRIES or zip_size(planned) > _MAXIMUM_SIZE:
        raise BuildError(
            "LP232",
            f"the package has {len(planned):,} files and {zip_size(planned):,} bytes, "
            "more than a plain zip holds",
            hint="exclude what the function does not need",
        )


def _read_back(planned: tuple[Planned, ...], path: Path) -> None:
    """Let an independent reader say the same of every entry before anybody relies on it.

    The directory is read by Python's zipfile; each local header must repeat it, and the own files
    must inflate. Wheels' streams were inflated when the wheels were admitted.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            different = _first_difference(planned, archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        different = str(error)
    if different is not None:
        raise BuildError(
            "LP231",
            f"the package does not read back as it was written: {different}",
            hint="report this as a bug of lpack, with the lock and the configuration",
        )


def _first_difference(
    planned: tuple[Planned, ...], archive: zipfile.ZipFile, file: BinaryIO
) -> str | None:
    rows = archive.infolist()
    if len(rows) != len(planned):
        return f"{len(rows)} entries instead of {len(planned)}"
    offset = 0
    for row, one in zip(rows, planned, strict=True):
        meant = (one.entry.path, one.entry.size, one.compressed, one.crc, offset)
        found = (row.filename, row.file_size, row.compress_size, row.CRC, row.header_offset)
        if found != meant or row.external_attr >> 16 != _REGULAR_FILE | one.entry.mode:
            return f"`{one.entry.path}` in the directory"
        file.seek(offset)
        name = one.entry.path.encode()
        header = file.read(_LOCAL.size + len(name))
        signature, *_, crc, compressed, size, _, extra = _LOCAL.unpack(header[: _LOCAL.size])
        told = (signature, crc, compressed, size, extra, header[_LOCAL.size :])
        if told != (0x04034B50, one.crc, one.compressed, one.entry.size, 0, name):
            return f"`{one.entry.path}` at its place"
        if one.stream is not None:
            archive.read(row)
        offset += len(header) + one.compressed
    return None
