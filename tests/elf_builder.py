"""Small ELF files that are linked to what a test says, as a linker would write them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ADDRESS = 0x10000
"""Where the file is loaded, so that addresses and offsets differ."""


@dataclass
class _Texts:
    content: bytearray = field(default_factory=lambda: bytearray(b"\0"))

    def add(self, text: str) -> int:
        offset = len(self.content)
        self.content += text.encode() + b"\0"
        return offset


def linked(  # noqa: PLR0913 - one argument for each thing that a linker writes
    needed: Sequence[str] = (),
    versions: Mapping[str, Sequence[str]] | None = None,
    *,
    soname: str = "",
    rpath: str = "",
    runpath: str = "",
    machine: int = 62,
    bits: int = 64,
    order: str = "<",
    weak: Sequence[str] = (),
) -> bytes:
    """Make a shared object; `versions` are asked for by library, those in `weak` may be missing."""
    texts, is_64 = _Texts(), bits == 64
    tags = [(1, texts.add(name)) for name in needed]
    tags += [
        (tag, texts.add(text)) for tag, text in ((14, soname), (15, rpath), (29, runpath)) if text
    ]
    table = _versions(versions or {}, texts, order, weak)
    header, segment, entry = (64, 56, 16) if is_64 else (52, 32, 8)
    start = header + 2 * segment
    strings = start + len(table)
    dynamic = strings + len(texts.content)
    tags += [(0x6FFFFFFE, _ADDRESS + start)] if table else []
    tags += [(5, _ADDRESS + strings), (10, len(texts.content)), (0, 0)]
    size = dynamic + len(tags) * entry
    word = "Q" if is_64 else "I"
    ident = b"\x7fELF" + bytes([2 if is_64 else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    head = struct.pack(
        f"{order}HHI3{word}I6H", 3, machine, 1, 0, header, 0, 0, header, segment, 2, 0, 0, 0
    )
    segments = [(1, 0, size), (2, dynamic, len(tags) * entry)]
    return b"".join(
        [
            ident + head,
            *(
                _segment(kind, offset, length, order, is_64=is_64)
                for kind, offset, length in segments
            ),
            table,
            bytes(texts.content),
            *(struct.pack(f"{order}2{word}", tag, value) for tag, value in tags),
        ]
    )


def _segment(kind: int, offset: int, size: int, order: str, *, is_64: bool) -> bytes:
    address = _ADDRESS + offset
    if is_64:
        return struct.pack(order + "2I6Q", kind, 6, offset, address, address, size, size, 8)
    return struct.pack(order + "8I", kind, offset, address, address, size, size, 6, 4)


def _versions(
    versions: Mapping[str, Sequence[str]], texts: _Texts, order: str, weak: Sequence[str]
) -> bytes:
    table = b""
    for number, (library, names) in enumerate(versions.items(), start=1):
        last = number == len(versions)
        following = 0 if last else 16 * (1 + len(names))
        table += struct.pack(order + "2H3I", 1, len(names), texts.add(library), 16, following)
        for index, name in enumerate(names, start=1):
            step = 0 if index == len(names) else 16
            flags = 2 if name in weak else 0
            table += struct.pack(order + "I2H2I", 0, flags, index + 1, texts.add(name), step)
    return table
