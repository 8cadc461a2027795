"""ZIP64, which packages may use where plain ZIP has no room, and wheels may not.

It is read where every reader finds the same: what stands in both forms must agree.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.14, 4.3.15 and 4.5.3.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lpack.wheels.end_record import Directory, find_directory, refuse_tar
from lpack.wheels.refusal import refusal, shown
from lpack.wheels.zip_format import (
    END,
    END_SIGNATURE,
    IN_ZIP64_16,
    IN_ZIP64_32,
    ZIP64_LOCATOR_BYTES,
    ZIP64_LOCATOR_SIGNATURE,
    Buffer,
)

if TYPE_CHECKING:
    from lpack.errors import BuildError

_LOCATOR = struct.Struct("<4sLQL")
_RECORD = struct.Struct("<4sQ2H2L4Q")
_RECORD_SIGNATURE = b"PK\x06\x06"
_REST_OF_RECORD = _RECORD.size - 12
_FIELD = struct.Struct("<2H")
_SIZES = struct.Struct("<2Q")
_IDENTIFIER = 1


def find_any_directory(data: Buffer) -> Directory:
    """Find the central directory of a package, plain or ZIP64.

    Raises BuildError LP204 when another reader could find another one.
    """
    last = len(data) - END.size
    locator = last - ZIP64_LOCATOR_BYTES
    if locator < 0 or data[locator : locator + 4] != ZIP64_LOCATOR_SIGNATURE:
        return find_directory(data)
    end = END.unpack(data[last:])
    _, first_disk, offset, disks = _LOCATOR.unpack(data[locator:last])
    raw = bytes(data[offset:locator])
    if end[0] != END_SIGNATURE or (first_disk, disks) != (0, 1) or len(raw) != _RECORD.size:
        raise _no_record()
    signature, rest, _, _, disk, other_disk, here, count, size, place = _RECORD.unpack(raw)
    if (signature, rest, disk, other_disk) != (_RECORD_SIGNATURE, _REST_OF_RECORD, 0, 0):
        raise _no_record()
    told = (min(count, IN_ZIP64_16), min(size, IN_ZIP64_32), min(place, IN_ZIP64_32))
    if here != count or place + size != offset or end[1:] != (0, 0, told[0], *told, 0):
        raise refusal("ZIP64", "the archive has two end records that disagree")
    refuse_tar(data)
    return Directory(place, size, count)


def real_values(extra: bytes, told: tuple[int, int, int], raw: bytes) -> tuple[int, int, int]:
    """Give size, compressed size and place of an entry, some of which stand in its extra field.

    Raises BuildError LP204 unless just these stand there.
    """
    field = _field(extra)
    absent = [index for index, value in enumerate(told) if value == IN_ZIP64_32]
    if field is None or len(field) != 8 * len(absent):
        raise refusal("ZIP64", f"`{shown(raw)}` has no ZIP64 sizes where it needs them")
    values = list(told)
    for index, value in zip(absent, struct.unpack(f"<{len(absent)}Q", field), strict=True):
        values[index] = value
    return values[0], values[1], values[2]


def local_sizes(extra: bytes, compressed: int, size: int) -> tuple[int, int]:
    """Give both sizes that a local header tells; those of its extra field where it points there."""
    field = _field(extra) if IN_ZIP64_32 in (compressed, size) else None
    if field is None or len(field) != _SIZES.size:
        return compressed, size
    real_size, real_compressed = _SIZES.unpack(field)
    return real_compressed, real_size


def _field(extra: bytes) -> bytes | None:
    """Find the field of ZIP64 among others; None where there is none, or several."""
    found, position = [], 0
    while position + _FIELD.size <= len(extra):
        identifier, length = _FIELD.unpack_from(extra, position)
        position += _FIELD.size
        if identifier == _IDENTIFIER:
            found.append(extra[position : position + length])
        position += length
    return found[0] if len(found) == 1 else None


def _no_record() -> BuildError:
    return refusal("ZIP64", "the archive points to a ZIP64 end record that is not there")
