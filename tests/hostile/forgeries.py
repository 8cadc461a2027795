"""Builders of hostile wheels, each of which lies in one respect."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from typing import TYPE_CHECKING, Any

from tests.wheelhouse import (
    DESCRIPTOR_FLAG,
    STORED,
    Forged,
    Rows,
    deflate,
    forge,
    local_header,
    wheel_members,
)

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = b"print('good')\n" * 3
EVIL = b"import os  # evil\n" * 2
DESCRIPTOR = struct.pack("<4s3L", b"PK\7\x08", zlib.crc32(GOOD), len(deflate(GOOD)), len(GOOD))
CAFE = "p/café.py"


def wheel(*members: Forged, **options: Any) -> bytes:
    """Forge a wheel of `demo` 1.0 whose other parts are right."""
    return forge(wheel_members("demo", "1.0", members, **options))


def framed(*members: Forged, **framing: Any) -> bytes:
    """Forge a wheel of `demo` 1.0 with a frame that lies."""
    return forge(wheel_members("demo", "1.0", members or [Forged("p/a.py", GOOD)]), **framing)


def named(name: str | bytes, **fields: Any) -> bytes:
    """Forge a wheel with one file of that name."""
    return wheel(Forged(name, GOOD, **fields))


def local(**fields: int | bytes) -> bytes:
    """Forge a wheel in which one local header lies."""
    return wheel(Forged("p/a.py", GOOD, local=fields))


def both(content: bytes = GOOD, **fields: int | bytes) -> bytes:
    """Forge a wheel in which both headers of one member tell the same lie."""
    return wheel(Forged("p/a.py", content, local=fields, central=fields))


def payload(stream: bytes, content: bytes = GOOD) -> bytes:
    """Forge a wheel with another stream than the content's own."""
    return wheel(Forged("p/a.py", content, payload=stream))


def described(descriptor: bytes, **fields: Any) -> bytes:
    """Forge a wheel with a data descriptor."""
    zeros = {"crc": 0, "compressed": 0, "size": 0}
    member = Forged(
        "p/a.py", GOOD, flags=DESCRIPTOR_FLAG, local=zeros, descriptor=descriptor, **fields
    )
    return wheel(member)


def without_end() -> bytes:
    """A deflate stream that is flushed and never finished."""
    deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(GOOD) + deflater.flush(zlib.Z_SYNC_FLUSH)


def quoted_overlap() -> bytes:
    """Two members that share bytes: the first one's stream quotes the second's local header."""
    inner = Forged("p/b.py", GOOD)
    header = local_header(inner)
    quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
    outer = Forged("p/a.py", header + GOOD, payload=quote + header + inner.stream)
    offset = len(local_header(outer)) + len(quote)
    shared = Forged("p/b.py", GOOD, in_local=False, central={"offset": offset})
    return wheel(outer, shared)


def zip64_confusion() -> bytes:
    """A ZIP64 end record and its locator, which lead to another central directory."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 50, 0)
    return framed(before_end=record + struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1))


def as_tar() -> bytes:
    """A wheel whose first block has the checksum of a tar header, inside an extra field."""

    def built(checksum: bytes) -> bytes:
        extra = struct.pack("<2H", 0xCAFE, 200) + checksum.rjust(113 + 8, b"\0").ljust(200, b"\0")
        return wheel(Forged("p", b"\0" * 600, STORED, local={"extra": extra}))

    return built(b"%06o\0 " % sum(built(b" " * 8)[:512]))


def tar_before() -> bytes:
    """A tar archive with a wheel behind it."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("setup.py"))
    return framed(prefix=archive.getvalue())


def listed(change: Callable[[Rows], Rows]) -> bytes:
    """Forge a wheel whose RECORD is wrong."""
    return wheel(Forged("p/a.py", GOOD), rows=change)


def first_row(path: str = "p/a.py", digest: str | None = None, size: str | None = None) -> bytes:
    """Forge a wheel whose RECORD has another first row."""

    def change(rows: Rows) -> Rows:
        row = (path, rows[0][1] if digest is None else digest, rows[0][2] if size is None else size)
        return [row, *rows[1:]]

    return listed(change)


def info(**files: bytes | str) -> bytes:
    """Forge a wheel with other files in `.dist-info`."""
    return wheel(Forged("p/a.py", GOOD), dist_info=files)


def commands(line: str) -> bytes:
    """Forge a wheel with a console script."""
    return wheel(dist_info={"entry_points.txt": f"[console_scripts]\n{line} = p:main\n"})
