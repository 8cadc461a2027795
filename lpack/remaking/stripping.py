"""Strips ELF files of what only debuggers and linkers read: the same bytes on every machine.

What is loaded stays where it is, byte for byte: only what lies behind it in the file goes.
Layout: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lpack.remaking.base import Change
from lpack.values import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from lpack.model import Entry
    from lpack.remaking.base import Files

# 64 bits, little-endian, version 1, for System V or Linux. The padding holds no other mark, as
# the one of an AppImage.
_IDENTS = tuple(b"\x7fELF\2\1\1" + bytes([system]) + bytes(8) for system in (0, 3))
FORM = 1
"""Changes with what is taken away, for whoever keeps the rest."""
_HEADER = struct.Struct("<HHIQQQIHHHHHH")
_HEADER_OFFSET, _HEADER_SIZE = 16, 64
_SEGMENT = struct.Struct("<IIQQQQQQ")
_ROW = struct.Struct("<IIQQQQIIQQ")
_KINDS = (2, 3)  # ET_EXEC, ET_DYN
_MACHINES = (62, 183)  # x86_64, aarch64
_MOST_SECTIONS = 0xFEFF  # SHN_LORESERVE is 0xff00: beyond it, numbers stand elsewhere

_NULL, _STRTAB, _NOTE, _NOBITS = 0, 3, 7, 8
_RELOCATIONS = (4, 9)  # SHT_RELA, SHT_REL
_ALLOC, _INFO_LINK = 0x2, 0x40

_LONGEST_NAME = 256
_LARGEST_ALIGNMENT = 4096

# Kind by name, so that a section with a known name and another use is left alone.
_GONE = {
    b".symtab": 2,
    b".strtab": _STRTAB,
    b".symtab_shndx": 18,
    b".comment": 1,
    b".gnu_debuglink": 1,
    b".gnu_debugaltlink": 1,
    b".gnu_debugdata": 1,
    b".gdb_index": 1,
    b".stab": 1,
    b".stabstr": _STRTAB,
    # How each object file was compiled, for auditors of a distribution of Linux.
    b".gnu.build.attributes": _NOTE,
    b".annobin.notes": 1,
}
_GONE_PREFIXES = (b".debug_", b".zdebug_", b".gnu.debuglto_", b".gnu.lto_")
# Small, and told of the file by other tools: the ABI that linkers compare, probes of tracers,
# and the crates in it (cargo-auditable), which scanners for vulnerabilities read.
_STAYS = {b".gnu.attributes": 0x6FFFFFF5, b".dep-v0": 1, b".GCC.command.line": 1}
_STAYS_PREFIX = b".note."
# Libraries with a digest of themselves inside.
_CHECKS_ITSELF = {b".note.fdo.integrity"}


class _Section(NamedTuple):
    name: bytes
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int

    @property
    def end(self) -> int:
        """Of its bytes in the file."""
        return self.offset + (0 if self.kind in (_NULL, _NOBITS) else self.size)


class _Unsafe(Exception):
    """A file that is better left as it is."""


def stripped(content: bytes) -> bytes | None:
    """Give a shorter file that loads into the same memory; None where that is not certain.

    It is meant for shared objects and executables, and takes any bytes. What it gives cannot be
    stripped further.
    """
    try:
        sections, loaded_end = _read(content)
        _require_plain(content, sections, loaded_end)
        result = _written(content, sections, loaded_end)
    except _Unsafe:
        return None
    return result if len(result) < len(content) else None


def is_compared(path: str, paths: AbstractSet[str]) -> bool:
    """Tell whether a library is held against a digest of its file, so that it must not change.

    `paths` are all of the package. Libraries of FIPS have a digest beside them, or in the
    configuration of OpenSSL: https://docs.openssl.org/master/man5/fips_config/
    """
    folder, slash, name = path.rpartition("/")
    beside = (f"{folder}{slash}{dot}{name}.hmac" for dot in ("", "."))
    return name == "fips.so" or any(one in paths for one in beside)


def _require(condition: bool) -> None:  # noqa: FBT001 - reads as an assertion
    if not condition:
        raise _Unsafe


def _read(content: bytes) -> tuple[list[_Section], int]:
    """Give the sections, and where in the file that ends which is loaded or tells what is."""
    _require(len(content) >= _HEADER_SIZE and content.startswith(_IDENTS))
    kind, machine, _, _, segments, rows, _, *sizes = _HEADER.unpack_from(content, _HEADER_OFFSET)
    _require(kind in _KINDS and machine in _MACHINES)
    header_size, segment_size, segment_count, row_size, row_count, names = sizes
    _require((header_size, segment_size, row_size) == (_HEADER_SIZE, _SEGMENT.size, _ROW.size))
    _require(0 < names < row_count <= _MOST_SECTIONS and segment_count > 0)
    segments_end, rows_end = segments + segment_count * segment_size, rows + row_count * row_size
    _require(segments_end <= len(content) and rows_end <= len(content))
    sections = _sections(content, content[rows:rows_end], names)
    ends = [segments_end, *_segment_ends(content[segments:segments_end])]
    ends += [section.end for section in sections if section.flags & _ALLOC]
    loaded_end = max(_HEADER_SIZE, *ends)
    _require(loaded_end <= rows)
    _require_nothing_else(content, loaded_end, [*map(_extent, sections), (rows, rows_end)])
    return sections, loaded_end


def _segment_ends(table: bytes) -> list[int]:
    found = (row[2:6] for row in _SEGMENT.iter_unpack(table))
    return [offset + size for offset, _, _, size in found if size]


def _sections(content: bytes, table: bytes, names: int) -> list[_Section]:
    rows = list(_ROW.iter_unpack(table))
    kind, start, size = rows[names][1], *rows[names][4:6]
    _require(kind == _STRTAB and not rows[names][2] & _ALLOC and start + size <= len(content))
    sections = [
        _Section(_name(content, start + row[0], start + size), *row[1:])
        for place, row in enumerate(rows)
        if place != names
    ]
    # Nothing but names may stand there: the table is written anew.
    _require(all(names not in (section.link, *_info_links(section)) for section in sections))
    # So that it is no gap; it goes as the debuggers' sections do.
    sections.insert(names, _Section(b".strtab", kind, 0, 0, start, size, 0, 0, 1, 0))
    return sections


def _name(content: bytes, start: int, end: int) -> bytes:
    found = content.find(b"\0", start, min(start + _LONGEST_NAME, end))
    _require(start < end and found >= 0)
    return content[start:found]


def _info_links(section: _Section) -> tuple[int, ...]:
    linked = section.kind in _RELOCATIONS or section.flags & _INFO_LINK
    return (section.info,) if linked else ()


def _extent(section: _Section) -> tuple[int, int]:
    return section.offset, section.end


def _require_nothing_else(content: bytes, start: int, known: list[tuple[int, int]]) -> None:
    """Refuse bytes that no header knows, such as an archive that was appended."""
    reached, size = start, len(content)
    for offset, end in (*sorted(one for one in known if one[0] < one[1]), (size, size)):
        _require(end <= size)
        if offset > reached:
            _require(content.count(0, reached, offset) == offset - reached)
        reached = max(reached, end)


def _require_plain(content: bytes, sections: Sequence[_Section], loaded_end: int) -> None:
    """Refuse a layout in which something would have to move that others may point to."""
    first, *others = sections
    _require(first[1:] == (_NULL, *[0] * 8))
    loaded = [bool(section.flags & _ALLOC) for section in others]
    # Numbers of sections stand in the loaded symbols, so those before the last one stay.
    _require(loaded == sorted(loaded, reverse=True))
    loaded_count = 1 + sum(loaded)
    for section in others:
        _require(section.name not in _CHECKS_ITSELF)
        if section.flags & _ALLOC:
            links = (section.link, *_info_links(section))
            _require(all(link < loaded_count for link in links))
        else:
            _require(section.kind not in (_NULL, _NOBITS))
            _require(section.offset >= loaded_end or not section.size)
            _require(_goes(section) or _stays(section))
    _require(sum(one.size for one in others if _stays(one)) <= len(content))


def _goes(section: _Section) -> bool:
    if section.flags & _ALLOC:
        return False
    if section.name in _GONE:
        return section.kind == _GONE[section.name]
    return section.name.startswith(_GONE_PREFIXES) and section.kind == 1


def _stays(section: _Section) -> bool:
    """Tell whether it is one that is not loaded, and kept at another place in the file."""
    if section.flags & _ALLOC:
        return False
    known = _STAYS.get(section.name, _NOTE if section.name.startswith(_STAYS_PREFIX) else None)
    alone = section.link == 0 and not _info_links(section)
    aligned = 0 <= section.alignment <= _LARGEST_ALIGNMENT
    return section.kind == known and alone and aligned and section.alignment.bit_count() <= 1


def _written(content: bytes, sections: Sequence[_Section], loaded_end: int) -> bytes:
    """Write what is loaded as it was, then what stays, then the table of sections."""
    result = bytearray(content[:loaded_end])
    kept = []
    for section in sections:
        if _stays(section):
            result += bytes(-len(result) % max(section.alignment, 1))
            kept.append(section._replace(offset=len(result)))
            result += content[section.offset : section.end]
        elif not _goes(section):
            kept.append(section)
    names = _names((*(section.name for section in kept), b".shstrtab"))
    table = _Section(b".shstrtab", _STRTAB, 0, 0, len(result), len(names), 0, 0, 1, 0)
    result += names
    result += bytes(-len(result) % 8)
    rows = len(result)
    for section in (*kept, table):
        result += _ROW.pack(names.index(section.name + b"\0"), *section[1:])
    struct.pack_into("<Q", result, 40, rows)  # e_shoff
    struct.pack_into("<HH", result, 60, len(kept) + 1, len(kept))  # e_shnum, e_shstrndx
    return bytes(result)


def _names(names: Sequence[bytes]) -> bytes:
    """Write a table in which each name is found, a name that ends another inside that one."""
    table = b"\0"
    for name in sorted(names, key=len, reverse=True):
        if name + b"\0" not in table:
            table += name + b"\0"
    return table


def _concerns(entry: Entry, files: Files) -> bool:
    # A file that nobody has looked at may be any.
    may_be_elf = entry.code is None or entry.code.startswith("elf ")
    return entry.member is not None and may_be_elf and not is_compared(entry.path, files.keys())


STRIPPING = Change(recipe=f"strip {FORM}", doing="stripping", concerns=_concerns, changed=stripped)
