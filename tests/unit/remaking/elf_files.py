"""ELF files for tests, from a list of sections: small, and loadable in all but their code."""

from __future__ import annotations

import struct
from dataclasses import dataclass

ALLOC = 2
PROGBITS, SYMTAB, STRTAB, NOTE, NOBITS, DYNSYM = 1, 2, 3, 7, 8, 11


@dataclass(frozen=True, slots=True)
class Section:
    """A section, by default one that is loaded."""

    name: str
    content: bytes = b""
    kind: int = PROGBITS
    flags: int = 0
    link: str = ""
    alignment: int = 1


TEXT = Section(".text", b"\x90" * 100, flags=ALLOC, alignment=16)
DYNSTR = Section(".dynstr", b"\0puts\0", STRTAB, ALLOC)
DYNAMIC_SYMBOLS = Section(".dynsym", bytes(48), DYNSYM, ALLOC, ".dynstr", 8)
BSS = Section(".bss", b"", NOBITS, ALLOC)
LOADED = (TEXT, DYNSTR, DYNAMIC_SYMBOLS, BSS)
SYMBOLS = Section(".symtab", b"s" * 240, SYMTAB, link=".strtab", alignment=8)
STRINGS = Section(".strtab", b"t" * 333, STRTAB)
DEBUG = Section(".debug_info", b"d" * 500)
ATTRIBUTES = Section(".gnu.attributes", b"A" * 17, 0x6FFFFFF5)
PROBES = Section(".note.stapsdt", b"N" * 24, NOTE, alignment=4)
UNLOADED = (ATTRIBUTES, DEBUG, PROBES, SYMBOLS, STRINGS)


def elf_of(
    *sections: Section,
    machine: int = 62,
    kind: int = 3,
    appended: bytes = b"",
    segment_behind: bool = False,
) -> bytes:
    """Write the sections in their order behind one program header, and the table of them.

    With `segment_behind`, the last section is a segment of its own behind that table's place.
    """
    all_sections = (Section(""), *sections, Section(".shstrtab", b"", STRTAB))
    names = b"".join(section.name.encode() + b"\0" for section in all_sections)
    numbers = {section.name: place for place, section in enumerate(all_sections)}
    segments = 2 if segment_behind else 1
    body, rows, loaded_end = bytearray(64 + 56 * segments), [], 0
    last = (0, 0)
    for section in all_sections:
        content = names if section.name == ".shstrtab" else section.content
        body += bytes(-len(body) % section.alignment)
        last = (len(body), len(content)) if section is sections[-1] else last
        row = (
            names.index(section.name.encode() + b"\0") if section.name else len(names) - 1,
            *((section.kind, section.flags) if section.name else (0, 0)),
            *(0x1000 + len(body) if section.flags & ALLOC else 0, len(body) if section.name else 0),
            *(len(content), numbers.get(section.link, 0) if section.link else 0, 0),
            *(section.alignment if section.name else 0, 0),
        )
        rows.append(struct.pack("<IIQQQQIIQQ", *row))
        body += content
        if section.flags & ALLOC and not segment_behind:
            loaded_end = len(body)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x1000, 0x1000, loaded_end or 200, 8000, 4096)
    if segment_behind:
        segment += struct.pack("<IIQQQQQQ", 1, 6, last[0], 0x9000, 0x9000, last[1], last[1], 4096)
    body += bytes(-len(body) % 8)
    body[:64] = b"\x7fELF\2\1\1" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", kind, machine, 1, 0, 64, len(body), 0, 64, 56, segments, 64, len(rows),
        len(rows) - 1,
    )  # fmt: skip
    body[64 : 64 + len(segment)] = segment
    return bytes(body) + b"".join(rows) + appended


def sections_of(content: bytes) -> dict[str, bytes]:
    """Read the content of each section by name, as a reader of ELF files would."""
    (table,) = struct.unpack_from("<Q", content, 40)
    count, names = struct.unpack_from("<HH", content, 60)
    rows = [struct.unpack_from("<IIQQQQIIQQ", content, table + 64 * n) for n in range(count)]
    start = rows[names][4]
    return {
        content[start + row[0] : content.index(b"\0", start + row[0])].decode(): content[
            row[4] : row[4] + (0 if row[1] == NOBITS else row[5])
        ]
        for row in rows[1:]
    }
