"""Wheels written the same, byte for byte, on every machine."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import mmap
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where
from lpack.publish import beside
from lpack.wheels.archive import read_members
from lpack.wheels.refusal import located, refusal, shown
from lpack.wheels.streams import content_of, stream_pieces
from lpack.wheels.zip_format import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    END,
    END_SIGNATURE,
    LOCAL,
    LOCAL_SIGNATURE,
    UTF8_FLAG,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import BinaryIO

    from lpack.wheels.zip_format import Buffer

    Reader = Callable[[], bytes]

LEVEL = 6
"""Of libdeflate, as for the files of a package; another level is other bytes."""
MAXIMUM_FILE = 512 << 20
"""Bytes; twice what Lambda takes unzipped, so that a larger file is refused before it is read."""
_MAXIMUM_FILES = 0xFFFF - 2
_MAXIMUM_SIZE = 0xFFFFFFFF - 1
_VERSION = 20
_MADE_BY_UNIX = (3 << 8) | _VERSION
_MIDNIGHT, _1980_01_01 = 0, 0x21
_REGULAR_FILE = 0o100000
_ELF = b"\x7fELF"
_BYTECODE = (".pyc", ".pyo")
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")


def write_wheel(to: Path, files: Iterable[tuple[str, bytes | Path]], dist_info_folder: str) -> None:
    """Write a wheel of the files, given by their paths in it, and its RECORD.

    Raises BuildError LP221 (a file cannot be read), LP230 (the wheel cannot be written) or
    LP232 (too large).
    """
    readers = {
        name: partial(_read, name, source) if isinstance(source, Path) else partial(bytes, source)
        for name, source in files
    }
    _write(to, readers, dist_info_folder)


def normalise(wheel: Path, to: Path) -> None:
    """Write the wheel that a build backend made again, in the form of `write_wheel`.

    Compiled files of Python are left out: they hold times and paths of the machine. Raises
    BuildError LP204 where the wheel is not sound, LP230 or LP232.
    """
    try:
        with wheel.open("rb") as file:
            if file.seek(0, 2) == 0:
                raise refusal("END_RECORD", "the file is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                _normalise(data, to)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        unreadable = refusal("UNREADABLE", f"the wheel cannot be read: {reason}")
        raise located(unreadable, wheel.name) from error
    except BuildError as error:
        raise (located(error, wheel.name) if error.code == "LP204" else error) from error


def _normalise(data: Buffer, to: Path) -> None:
    streams = {one.name: one.stream for one in read_members(data) if not one.is_directory}
    roots = {name.partition("/")[0] for name in streams}
    folders = [root for root in roots if root.endswith(".dist-info")]
    if len(folders) != 1:
        raise refusal("DIST_INFO", f"the wheel has {len(folders)} `.dist-info` folders, not one")
    remade = {f"{folders[0]}/{name}" for name in ("RECORD", *_SIGNATURES)}
    readers = {
        name: partial(content_of, stream_pieces(data, stream), stream, name)
        for name, stream in streams.items()
        if name not in remade and not name.endswith(_BYTECODE)
    }
    _write(to, readers, folders[0])


def _read(name: str, path: Path) -> bytes:
    """Read a file of the project whole; what it holds is compressed and hashed in one go."""
    try:
        size = path.stat().st_size
        if size > MAXIMUM_FILE:
            raise BuildError(
                "LP232",
                f"`{shown(name)}` has {size:,} bytes, more than any package may have",
                where=Where(str(path)),
                hint="keep it out of the wheel, or read it from S3 at run time",
            )
        return path.read_bytes()
    except OSError as error:
        raise BuildError(
            "LP221",
            f"`{shown(name)}` cannot be read: {error.strerror or type(error).__name__}",
            where=Where(str(path)),
            hint="make it readable, or keep it out of the wheel",
        ) from error


def _write(to: Path, readers: Mapping[str, Reader], dist_info: str) -> None:
    """Write the files in the order that the format recommends: `.dist-info` and RECORD last."""
    if len(readers) > _MAXIMUM_FILES:
        raise _too_large(to, f"{len(readers):,} files")
    rows: list[tuple[str, str, str]] = []
    inside = f"{dist_info}/"
    with beside(to) as new:
        with new.open("wb") as file:
            archive = _Archive(to, file)
            for name in sorted(readers, key=lambda name: (name.startswith(inside), name)):
                content = readers[name]()
                archive.add(name, content)
                rows.append((name, _digest(content), str(len(content))))
            archive.add(f"{inside}RECORD", _record([*rows, (f"{inside}RECORD", "", "")]))
            archive.close()
        new.replace(to)


class _Archive:
    """A ZIP file that is being written, with nothing in it that differs between machines."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._offset = 0
        self._directory: list[bytes] = []

    def add(self, name: str, content: bytes) -> None:
        """Write one file."""
        from lpack.wheels.deflating import deflated  # noqa: PLC0415 - only where one is written

        encoded = name.encode()
        method, stream = deflated(content, LEVEL)
        flags = 0 if name.isascii() else UTF8_FLAG
        sizes = (zlib.crc32(content), len(stream), len(content), len(encoded), 0)
        shared = (_VERSION, flags, method, _MIDNIGHT, _1980_01_01, *sizes)
        attributes = (_REGULAR_FILE | _mode(content)) << 16
        rest = (0, 0, 0, attributes, self._offset)
        self._directory.append(
            CENTRAL.pack(CENTRAL_SIGNATURE, _MADE_BY_UNIX, *shared, *rest) + encoded
        )
        self._put(LOCAL.pack(LOCAL_SIGNATURE, *shared) + encoded)
        self._put(stream)

    def close(self) -> None:
        """Write the directory, and the record at its end."""
        start, count = self._offset, len(self._directory)
        directory = b"".join(self._directory)
        self._put(directory)
        self._put(END.pack(END_SIGNATURE, 0, 0, count, count, len(directory), start, 0))

    def _put(self, piece: bytes) -> None:
        self._offset += len(piece)
        if self._offset > _MAXIMUM_SIZE:
            raise _too_large(self._path, f"over {_MAXIMUM_SIZE:,} bytes")
        self._file.write(piece)


def _mode(content: bytes) -> int:
    """Executable by content, not by the disk, which differs between machines."""
    return 0o755 if content[:2] == b"#!" or content[:4] == _ELF else 0o644


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"


def _record(rows: Iterable[tuple[str, str, str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _too_large(path: Path, size: str) -> BuildError:
    return BuildError(
        "LP232",
        f"the wheel has {size}, more than a plain zip holds",
        where=Where(path.name),
        hint="keep what is not needed out of the wheel",
    )
