"""A file that is read where it is asked for: mapped, all of it would count as lpack's memory."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from lpack.wheels.zip_format import Buffer

_PIECE = 4 << 20


class OpenFile:
    """The bytes of a file, which are there as long as it is open."""

    def __init__(self, path: str) -> None:
        """Open a file; raises OSError."""
        self._handle = os.open(path, os.O_RDONLY)
        self._size = os.fstat(self._handle).st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        """Read from one byte to another, as far as there are any; raises OSError."""
        start, end, _ = place.indices(self._size)
        content = os.pread(self._handle, max(end - start, 0), start)
        if len(content) < end - start:
            raise OSError(None, "a file became shorter while it was read")
        return content


def sha256_of(data: Buffer) -> str:
    """Give the digest of a whole file, in hexadecimal."""
    digest = hashlib.sha256()
    for start in range(0, len(data), _PIECE):
        digest.update(data[start : start + _PIECE])
    return digest.hexdigest()


def is_same(one: Buffer, place: int, other: Buffer, other_place: int, size: int) -> bool:
    """Whether two files hold the same bytes in two places."""
    return all(
        one[place + start : place + min(start + _PIECE, size)]
        == other[other_place + start : other_place + min(start + _PIECE, size)]
        for start in range(0, size, _PIECE)
    )
