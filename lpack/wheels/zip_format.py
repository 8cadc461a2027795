"""The records of a ZIP file, as far as wheels may use them.

Field layouts: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3.
"""

from __future__ import annotations

import struct
from typing import Protocol

from lpack.wheels.refusal import refusal, shown


class Buffer(Protocol):
    """A whole file: in memory, mapped, or open."""

    def __len__(self) -> int:
        """Give its size in bytes."""

    def __getitem__(self, place: slice, /) -> bytes | memoryview:
        """Give some of its bytes."""


LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL = struct.Struct("<4s6H3L5H2L")
CENTRAL_SIGNATURE = b"PK\x01\x02"
END = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
ZIP64_LOCATOR_SIGNATURE = b"PK\x06\x07"
ZIP64_LOCATOR_BYTES = 20
DESCRIPTOR = struct.Struct("<3L")
DESCRIPTOR_SIGNATURE = b"PK\x07\x08"

STORED = 0
DEFLATED = 8

DESCRIPTOR_FLAG = 1 << 3
UTF8_FLAG = 1 << 11
ALLOWED_FLAGS = UTF8_FLAG | DESCRIPTOR_FLAG | 0b110
"""Bits 1 and 2 tell how hard the encoder tried; all others change what the bytes mean."""

NEWEST_VERSION = 63
"""Of the format, times ten: readers may give up on a member that needs a newer one.

The low byte of "version needed"; what the high one means is not settled (4.4.3).
"""

IN_ZIP64_16 = 0xFFFF
IN_ZIP64_32 = 0xFFFFFFFF
"""These values say that the real one is in a ZIP64 record, which no wheel may have."""

_EXTRA = struct.Struct("<2H")
_ZIP64_EXTRA = 0x0001
# Times and owners, and Java's mark: none changes which file this is or what it holds. Others do:
# 0x7075 gives a second name, 0x756e and 0x000d can make a link of it, 0x9901 is encryption.
_HARMLESS_EXTRAS = frozenset({0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})


def check_extra(extra: bytes, name: str, zip64: bytes | None = None) -> None:
    """Refuse extra fields that can change what a reader sees, or that are torn.

    Bazel writes ZIP64 sizes beside the usual ones into local headers (protobuf 7.36 is an
    example): they pass when they are `zip64`, the same sizes again. Raises BuildError LP204.
    """
    position = 0
    while position + _EXTRA.size <= len(extra):
        identifier, length = _EXTRA.unpack_from(extra, position)
        position += _EXTRA.size
        if identifier == _ZIP64_EXTRA:
            if extra[position : position + length] != zip64:
                raise refusal("ZIP64", f"`{shown(name)}` has ZIP64 sizes")
        elif identifier not in _HARMLESS_EXTRAS:
            raise refusal("EXTRA", f"`{shown(name)}` has an extra field 0x{identifier:04x}")
        position += length
    if position != len(extra):
        raise refusal("EXTRA", f"`{shown(name)}` has a torn extra field")
