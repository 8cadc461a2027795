"""Telling native code by its first bytes: ELF, Mach-O and PE, and the machine each is for."""

from __future__ import annotations

import struct
from typing import Literal

from lpack.values import dataclass

FIRST_BYTES = 4096
"""How much of a file `identify` wants to see."""

# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html; numbers from elf.h of glibc.
_ELF_MACHINES = {
    3: "i386",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "x86_64",
    183: "arm64",
    243: "riscv64",
    258: "loongarch64",
}
_ELF_CLASSES = {1: 32, 2: 64}
_ELF_RELOCATABLE = 1
_ELF_CORE = 4

# Apple's mach/machine.h: the 64-bit machines carry 0x01000000.
_MACH_MACHINES = {
    7: "i386",
    12: "arm",
    0x01000007: "x86_64",
    0x0100000C: "arm64",
}
_MACH_MAGICS: dict[bytes, tuple[str, int]] = {
    b"\xce\xfa\xed\xfe": ("<", 32),
    b"\xcf\xfa\xed\xfe": ("<", 64),
    b"\xfe\xed\xfa\xce": (">", 32),
    b"\xfe\xed\xfa\xcf": (">", 64),
}
_FAT_MAGIC = b"\xca\xfe\xba\xbe"
# A Java class begins with the same four bytes; its version, 45 or more, stands where a universal
# binary counts its few machines. The file command tells them apart in the same way.
_MOST_FAT_MACHINES = 0x2B

# https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#machine-types
_PE_MACHINES = {0x14C: "i386", 0x1C4: "arm", 0x8664: "x86_64", 0xAA64: "arm64"}
_PE_OFFSET = 0x3C


@dataclass(frozen=True, slots=True)
class NativeKind:
    """What kind of native code a file is."""

    format: Literal["elf", "mach-o", "pe"]
    machine: str
    """As Lambda names architectures where it has a name for it; `unknown` otherwise."""
    bits: int | None
    """32 or 64; None where the file does not say."""

    def __str__(self) -> str:
        system = {"elf": "Linux", "mach-o": "macOS", "pe": "Windows"}[self.format]
        return f"{system} {self.machine}"


def identify(first_bytes: bytes) -> NativeKind | None:
    """Tell what native code a file begins, or None when it is not code that could be loaded.

    At most `FIRST_BYTES` are looked at; bytes that only pretend are no error.
    """
    first = first_bytes[:FIRST_BYTES]
    if first.startswith(b"\x7fELF"):
        return _elf(first)
    if first.startswith(b"MZ"):
        return _windows(first)
    return _mach(first)


def runs_on(kind: NativeKind, architecture: str) -> bool:
    """Tell whether Linux on this architecture of Lambda can load the code."""
    expected = NativeKind("elf", architecture, 64)
    return kind == expected


def _elf(first: bytes) -> NativeKind | None:
    bits = _ELF_CLASSES.get(first[4]) if len(first) > 4 else None  # noqa: PLR2004 - EI_CLASS
    if bits is None or len(first) < 20:  # noqa: PLR2004 - e_machine ends at byte 20
        return NativeKind("elf", "unknown", bits)
    order = ">" if first[5] == 2 else "<"  # noqa: PLR2004 - EI_DATA, 2 is big-endian
    kind, number = struct.unpack_from(order + "HH", first, 16)
    if kind in (_ELF_RELOCATABLE, _ELF_CORE):
        return None
    machine = _ELF_MACHINES.get(number, "unknown")
    if order == ">" and machine in ("x86_64", "arm64"):
        machine = "unknown"
    return NativeKind("elf", machine, bits)


def _mach(first: bytes) -> NativeKind | None:
    layout = _MACH_MAGICS.get(first[:4])
    if layout is not None and len(first) >= 8:  # noqa: PLR2004 - cputype ends at byte 8
        order, bits = layout
        (number,) = struct.unpack_from(order + "I", first, 4)
        return NativeKind("mach-o", _MACH_MACHINES.get(number, "unknown"), bits)
    if first.startswith(_FAT_MAGIC) and len(first) >= 8:  # noqa: PLR2004 - as above
        (machines,) = struct.unpack_from(">I", first, 4)
        return NativeKind("mach-o", "universal", None) if machines < _MOST_FAT_MACHINES else None
    return None


def _windows(first: bytes) -> NativeKind | None:
    if len(first) < _PE_OFFSET + 4:
        return None
    (offset,) = struct.unpack_from("<I", first, _PE_OFFSET)
    if first[offset : offset + 4] != b"PE\0\0" or len(first) < offset + 6:
        return None
    (number,) = struct.unpack_from("<H", first, offset + 4)
    machine = _PE_MACHINES.get(number, "unknown")
    return NativeKind("pe", machine, 64 if machine in ("x86_64", "arm64") else 32)
