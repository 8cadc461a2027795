"""The end of a ZIP file: where its central directory lies, if there is one answer to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass
from lpack.wheels.refusal import refusal
from lpack.wheels.zip_format import (
    CENTRAL_SIGNATURE,
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

_LONGEST_COMMENT = 0xFFFF
_TAR_BLOCK = 512
_TAR_CHECKSUM = slice(148, 156)


@dataclass(frozen=True, slots=True)
class Directory:
    """The central directory's place."""

    offset: int
    size: int
    """Bytes."""
    count: int
    """Of members."""


def find_directory(data: Buffer) -> Directory:
    """Find the central directory from an end record that is the file's last 22 bytes.

    Raises BuildError LP204 when another reader could find another one.
    """
    place = len(data) - END.size
    if place < 0 or data[place : place + 4] != END_SIGNATURE:
        raise _end_is_missing(data)
    _, disk, first_disk, here, count, size, offset, comment = END.unpack(data[place:])
    if comment:
        raise refusal("COMMENT", "the archive has a comment that is not there")
    locator = place - ZIP64_LOCATOR_BYTES
    if (
        count == IN_ZIP64_16
        or IN_ZIP64_32 in (size, offset)
        or (locator >= 0 and data[locator : locator + 4] == ZIP64_LOCATOR_SIGNATURE)
    ):
        raise refusal("ZIP64", "the archive has a ZIP64 end record")
    if disk or first_disk or here != count:
        raise refusal("MULTI_DISK", "the archive says that it has several parts")
    if offset + size != place:
        raise _directory_is_elsewhere(data, place - size)
    refuse_tar(data)
    return Directory(offset, size, count)


def refuse_tar(data: Buffer) -> None:
    """Refuse a file that is something else as well; raises BuildError LP204."""
    if _is_tar(bytes(data[:_TAR_BLOCK])):
        raise refusal("POLYGLOT", "the file is a tar archive as well")


def _end_is_missing(data: Buffer) -> BuildError:
    """Tell a comment and trailing bytes from a file that is no ZIP file at all."""
    tail = bytes(data[max(0, len(data) - END.size - _LONGEST_COMMENT) :])
    found = tail.rfind(END_SIGNATURE)
    if found < 0 or found + END.size > len(tail):
        return refusal("END_RECORD", "the file does not end as a ZIP file does")
    if END.unpack_from(tail, found)[-1] == len(tail) - found - END.size:
        return refusal("COMMENT", "the archive has a comment")
    return refusal("TRAILING", "bytes follow the end of the archive")


def _directory_is_elsewhere(data: Buffer, expected: int) -> BuildError:
    if expected > 0 and data[expected : expected + 4] == CENTRAL_SIGNATURE:
        return refusal("PREFIX", "bytes precede the archive")
    return refusal("END_RECORD", "the central directory does not reach the end record")


def _is_tar(block: bytes) -> bool:
    """Whether a block has the checksum of a tar header, by which every tar reader knows one."""
    stated = block[_TAR_CHECKSUM].strip(b" \0")
    if len(block) < _TAR_BLOCK or not stated.isdigit() or set(stated) & set(b"89"):
        return False
    return int(stated, 8) == sum(block) - sum(block[_TAR_CHECKSUM]) + 8 * ord(" ")
