"""Reading what a Linux library asks of the system: other libraries, and versions of their symbols.

Program headers and the dynamic section are read, as the loader does; section headers, which may be
stripped, are not. Hostile files are bounded: a handful of reads, none of more than is stated here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from lpack.facts.linking import Linking
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

ReadAt = Callable[[int, int], bytes]
"""Gives the bytes at an offset, at most as many as asked for, and fewer at the end."""

_FARTHEST = 1 << 40
_MOST_SEGMENTS = 512
_MOST_TAGS = 4096
_MOST_STRINGS = 64 << 20
_MOST_VERSION_BYTES = 1 << 18
_MOST_VERSIONS = 2048
_LONGEST_TEXT = 1024
_MOST_TEXT = 1 << 16

# Names and numbers from elf.h of glibc.
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ = 0, 1, 5, 10
_DT_SONAME, _DT_RPATH, _DT_RUNPATH = 14, 15, 29
_DT_VERNEED = 0x6FFFFFFE
_VER_FLG_WEAK = 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are written: the formats of the structures, for struct."""

    header: struct.Struct
    segment: struct.Struct
    fields: tuple[int, int, int, int]
    """Where a program header has its type, offset, address and size in the file."""
    tag: struct.Struct
    versions: struct.Struct
    version: struct.Struct


def _layout(order: str, *, is_64: bool) -> _Layout:
    return _Layout(
        header=struct.Struct(order + ("32xQ14xHH" if is_64 else "28xI10xHH")),
        segment=struct.Struct(order + ("IIQQQQQQ" if is_64 else "8I")),
        fields=(0, 2, 3, 5) if is_64 else (0, 1, 2, 4),
        tag=struct.Struct(order + ("QQ" if is_64 else "II")),
        versions=struct.Struct(order + "HHIII"),
        version=struct.Struct(order + "IHHII"),
    )


_LAYOUTS = {
    (bits, order): _layout("<" if order == 1 else ">", is_64=bits == 2)  # noqa: PLR2004 - ELFCLASS64
    for bits in (1, 2)
    for order in (1, 2)
}


class _Malformed(Exception):
    """The bytes are no file that the loader would take; nothing is told about it."""


def read_linking(read: ReadAt) -> Linking | None:
    """Read what a file asks for; None where it is linked to nothing, or is no such file."""
    try:
        return _File(read).linking()
    except (_Malformed, struct.error):
        return None


class _File:
    def __init__(self, read: ReadAt) -> None:
        self._read = read
        start = read(0, 64)
        layout = _LAYOUTS.get((start[4], start[5])) if len(start) > 5 else None  # noqa: PLR2004 - EI_DATA
        if not start.startswith(b"\x7fELF") or layout is None:
            raise _Malformed
        self._layout = layout
        self._segments = self._program_headers(start)

    def linking(self) -> Linking | None:
        tags = list(self._tags())
        values = dict(tags)  # the last of each, as the loader takes it
        if _DT_STRTAB not in values:
            return None
        texts = self._texts(values[_DT_STRTAB], values.get(_DT_STRSZ, 0))
        search = values.get(_DT_RUNPATH, values.get(_DT_RPATH))
        return Linking(
            needed=tuple(texts.at(value) for tag, value in tags if tag == _DT_NEEDED),
            soname=texts.at(values[_DT_SONAME]) if _DT_SONAME in values else "",
            search=() if search is None else tuple(texts.at(search).split(":")),
            versions=self._versions(values[_DT_VERNEED], texts) if _DT_VERNEED in values else (),
        )

    def _part(self, offset: int, length: int) -> bytes:
        if offset > _FARTHEST:
            raise _Malformed
        return self._read(offset, length)

    def _program_headers(self, start: bytes) -> list[tuple[int, int, int, int]]:
        offset, size, number = self._layout.header.unpack_from(start)
        segment, fields = self._layout.segment, self._layout.fields
        if size != segment.size or number > _MOST_SEGMENTS:
            raise _Malformed
        rows = _rows(self._part(offset, size * number), segment)
        return [(row[fields[0]], row[fields[1]], row[fields[2]], row[fields[3]]) for row in rows]

    def _tags(self) -> Iterator[tuple[int, int]]:
        for kind, offset, _, size in self._segments:
            if kind == _PT_DYNAMIC:
                entry = self._layout.tag
                content = self._part(offset, min(size, _MOST_TAGS * entry.size))
                for tag, value in _rows(content, entry):
                    if tag == _DT_NULL:
                        return
                    yield tag, value

    def _at(self, address: int, length: int) -> bytes:
        """Give what is loaded at an address, at most `length` bytes of one segment."""
        for kind, offset, start, size in self._segments:
            if kind == _PT_LOAD and start <= address < start + size:
                return self._part(offset + address - start, min(length, start + size - address))
        raise _Malformed

    def _texts(self, address: int, size: int) -> _Texts:
        if not 0 < size <= _MOST_STRINGS:
            raise _Malformed
        return _Texts(self._at(address, size))

    def _versions(self, address: int, texts: _Texts) -> tuple[tuple[str, tuple[str, ...]], ...]:
        content = self._at(address, _MOST_VERSION_BYTES)
        library, version = self._layout.versions, self._layout.version
        found = []
        left = _MOST_VERSIONS
        for place in islice(_chain(content, 0, library), left):
            _, _, name, first, _ = library.unpack_from(content, place)
            places = list(islice(_chain(content, place + first, version), left))
            left -= len(places)
            rows = [version.unpack_from(content, one) for one in places]
            wanted = tuple(texts.at(row[3]) for row in rows if not row[1] & _VER_FLG_WEAK)
            if wanted:
                found.append((texts.at(name), wanted))
        return tuple(found)


def _rows(content: bytes, row: struct.Struct) -> Iterator[tuple[int, ...]]:
    """Give the rows that are there whole."""
    return row.iter_unpack(content[: len(content) // row.size * row.size])


def _chain(content: bytes, place: int, row: struct.Struct) -> Iterator[int]:
    """Follow rows, whose last number says how far on the next is; forward only, so it ends."""
    while place + row.size <= len(content):
        yield place
        step = row.unpack_from(content, place)[-1]
        if not step:
            return
        place += step


class _Texts:
    """The names in a file, of which only a bounded part is given out."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = _MOST_TEXT

    def at(self, offset: int) -> str:
        end = self._content.find(b"\0", offset, offset + _LONGEST_TEXT)
        self._left -= max(1, end - offset)
        if end < 0 or self._left < 0:
            raise _Malformed
        return self._content[offset:end].decode("utf-8", "backslashreplace")
