"""Wheels for tests: valid ones from a dict of files, and forged ones field by field."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

STORED = 0
DEFLATED = 8
UTF8_FLAG = 1 << 11
DESCRIPTOR_FLAG = 1 << 3
# 1980-01-01 00:00, the first moment that a ZIP file can tell.
_TIME, _DATE = 0, 33

Rows = list[tuple[str, str, str]]


def deflate(content: bytes, level: int = 6, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    """Deflate without zlib's frame, as ZIP files hold it."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, 8, strategy)
    return deflater.compress(content) + deflater.flush()


@dataclass(frozen=True, slots=True)
class Forged:
    """A member of an archive, each field of which can be made to lie."""

    name: str | bytes
    content: bytes = b""
    method: int = DEFLATED
    payload: bytes | None = None
    """The stream's bytes; without it, `content` by `method`."""
    mode: int = 0o100644
    flags: int = 0
    extra: bytes = b""
    """In both headers."""
    local: Mapping[str, int | bytes] = field(default_factory=dict)
    """Fields of the local header that differ.

    They are needed, flags, method, crc, compressed, size, name and extra.
    """
    central: Mapping[str, int | bytes] = field(default_factory=dict)
    """The same of the central header, and disk, attributes, offset, comment."""
    descriptor: bytes = b""
    gap: bytes = b""
    """Bytes before the local header."""
    in_local: bool = True
    in_central: bool = True

    @property
    def raw_name(self) -> bytes:
        """The name as both headers have it, unless overridden."""
        return self.name if isinstance(self.name, bytes) else self.name.encode()

    @property
    def stream(self) -> bytes:
        """The bytes between local header and descriptor."""
        if self.payload is not None:
            return self.payload
        return deflate(self.content) if self.method == DEFLATED else self.content

    def fields(self) -> dict[str, int | bytes]:
        """The truth, that overrides are laid upon."""
        is_marked = isinstance(self.name, str) and not self.name.isascii()
        return {
            "needed": 20,
            "flags": self.flags | (UTF8_FLAG if is_marked else 0),
            "method": self.method,
            "crc": zlib.crc32(self.content),
            "compressed": len(self.stream),
            "size": len(self.content),
            "name": self.raw_name,
            "extra": self.extra,
            "disk": 0,
            "attributes": self.mode << 16,
            "comment": b"",
        }


def local_header(member: Forged) -> bytes:
    """Write the local header of a member."""
    told = {**member.fields(), **member.local}
    name, extra = told["name"], told["extra"]
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    numbers = [told[key] for key in ("crc", "compressed", "size")]
    head = struct.pack(
        "<4s5H", b"PK\3\4", told["needed"], told["flags"], told["method"], _TIME, _DATE
    )
    return head + struct.pack("<3L2H", *numbers, len(name), len(extra)) + name + extra


def _central_header(member: Forged, offset: int) -> bytes:
    told = {**member.fields(), "offset": offset, **member.central}
    name, extra, comment = told["name"], told["extra"], told["comment"]
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    assert isinstance(comment, bytes)
    head = struct.pack(
        "<4s6H", b"PK\1\2", 0x0314, told["needed"], told["flags"], told["method"], _TIME, _DATE
    )
    numbers = [told[key] for key in ("crc", "compressed", "size")]
    lengths = (len(name), len(extra), len(comment))
    tail = (told["disk"], 0, told["attributes"], told["offset"])
    return head + struct.pack("<3L5H2L", *numbers, *lengths, *tail) + name + extra + comment


def forge(  # noqa: PLR0913 - every part can be another one
    members: Sequence[Forged],
    *,
    prefix: bytes = b"",
    gap: bytes = b"",
    before_end: bytes = b"",
    end: Mapping[str, int | bytes] | None = None,
    suffix: bytes = b"",
) -> bytes:
    """Write an archive: prefix, members, gap, central directory, end record, suffix.

    `end` overrides its fields disk, first_disk, here, count, size, offset and comment.
    """
    archive = bytearray(prefix)
    directory = bytearray()
    for member in members:
        archive += member.gap
        offset = len(archive)
        if member.in_local:
            archive += local_header(member) + member.stream + member.descriptor
        if member.in_central:
            directory += _central_header(member, offset)
    archive += gap
    count = sum(member.in_central for member in members)
    told: dict[str, int | bytes] = {"disk": 0, "first_disk": 0, "here": count, "count": count}
    told |= {"size": len(directory), "offset": len(archive), "comment": b"", **(end or {})}
    comment = told.pop("comment")
    assert isinstance(comment, bytes)
    record = struct.pack("<4s4H2LH", b"PK\5\6", *told.values(), len(comment)) + comment
    return bytes(archive + directory + before_end + record + suffix)


def record_rows(members: Sequence[Forged], record: str) -> Rows:
    """Give the rows that RECORD should have."""
    rows = []
    for member in members:
        name = member.raw_name.decode("utf-8", "replace")
        if not name.endswith("/"):
            digest = base64.urlsafe_b64encode(hashlib.sha256(member.content).digest())
            rows.append((name, f"sha256={digest.decode().rstrip('=')}", str(len(member.content))))
    return [*rows, (record, "", "")]


def _metadata(name: str, version: str, requires: Sequence[str], requires_python: str | None) -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return "\n".join(lines) + "\n"


def _wheel_file(tag: str) -> str:
    python, abi, platform = tag.split("-")
    tags = [
        f"Tag: {one}-{two}-{three}"
        for one in python.split(".")
        for two in abi.split(".")
        for three in platform.split(".")
    ]
    lines = ["Wheel-Version: 1.0", "Generator: tests", "Root-Is-Purelib: true", *tags]
    return "\n".join(lines) + "\n"


def wheel_members(  # noqa: PLR0913 - every part can be another one
    name: str,
    version: str,
    members: Sequence[Forged],
    *,
    dist_info: Mapping[str, bytes | str] | None = None,
    rows: Callable[[Rows], Rows] = list,
    drop: Sequence[str] = (),
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
    requires_python: str | None = None,
) -> list[Forged]:
    """Add `.dist-info` to members; `dist_info` adds or overrides its files, `drop` omits some.

    `rows` changes the rows of RECORD before they are written.
    """
    folder = f"{escaped(name)}-{version}.dist-info"
    described: dict[str, bytes | str] = {
        "METADATA": _metadata(name, version, requires, requires_python),
        "WHEEL": _wheel_file(tag),
        **(dist_info or {}),
    }
    written = [
        Forged(f"{folder}/{file}", content.encode() if isinstance(content, str) else content)
        for file, content in described.items()
        if file not in (*drop, "RECORD")
    ]
    whole = [*members, *written]
    table = [",".join(map(_quoted, row)) for row in rows(record_rows(whole, f"{folder}/RECORD"))]
    if "RECORD" not in drop:
        record = described.get("RECORD", "".join(f"{line}\n" for line in table))
        content = record.encode() if isinstance(record, str) else record
        whole.append(Forged(f"{folder}/RECORD", content))
    return whole


def _quoted(cell: str) -> str:
    """Quote for CSV; Python 3.10's own writer refuses the names that hostile wheels have."""
    if not set(cell) & set(',"\r\n'):
        return cell
    return '"{}"'.format(cell.replace('"', '""'))


def escaped(name: str) -> str:
    """Spell a distribution's name as filenames of wheels do."""
    return re.sub("[-_.]+", "_", name).lower()


def make_wheel(  # noqa: PLR0913 - every part can be another one
    folder: Path,
    name: str,
    version: str,
    files: Mapping[str, bytes | str],
    *,
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    data: Mapping[str, bytes | str] | None = None,
    dist_info: Mapping[str, bytes | str] | None = None,
    modes: Mapping[str, int] | None = None,
    method: int = DEFLATED,
) -> Path:
    """Write a valid wheel to `folder`, the same bytes each time, and give its path.

    `data` are files of the `.data` folder, such as `scripts/tool`; `dist_info` more files of
    `.dist-info`, such as `entry_points.txt`; `modes` permission bits other than 0o644, by path.
    """
    stem = f"{escaped(name)}-{version}"
    moved = {f"{stem}.data/{path}": content for path, content in (data or {}).items()}
    members = [
        Forged(
            path,
            content.encode() if isinstance(content, str) else content,
            method,
            mode=0o100000 | (modes or {}).get(path, 0o644),
        )
        for path, content in {**files, **moved}.items()
    ]
    whole = wheel_members(
        name,
        version,
        members,
        dist_info=dist_info,
        tag=tag,
        requires=requires,
        requires_python=requires_python,
    )
    path = folder / f"{stem}-{tag}.whl"
    path.write_bytes(forge([replace(member, method=method) for member in whole]))
    return path
