"""Reading the files of a package that is still a list, before a byte of it is written."""

from __future__ import annotations

import contextlib
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING

from lpack.errors import UsageError
from lpack.model import Where
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lpack.model import Bundle, Entry


@dataclass(frozen=True)
class Contents:
    """The files of a bundle by their path in the package."""

    entries: Mapping[str, Entry]
    generated: Mapping[str, bytes]

    @classmethod
    def of(cls, bundle: Bundle) -> Contents:
        """Index a bundle."""
        return cls({entry.path: entry for entry in bundle.entries}, bundle.generated)

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every path in the package."""
        return frozenset(self.entries)

    def read(self, path: str, limit: int) -> bytes:
        """Give the first `limit` bytes of a file, or raise UsageError LP004."""
        if path in self.generated:
            return self.generated[path][:limit]
        entry = self.entries[path]
        if entry.member is not None:
            from lpack.wheels.content import read_member  # noqa: PLC0415 - most is never read

            return read_member(entry.origin, entry.member, limit)[:limit]
        return _read_own(entry, limit)

    def parts(self, path: str) -> Callable[[int, int], bytes]:
        """Give what reads parts of a file by offset and length; that raises UsageError LP004."""
        entry = self.entries[path]
        if path in self.generated:
            content = self.generated[path]
            return lambda offset, length: content[offset : offset + length]
        if entry.member is not None:
            from lpack.wheels.content import member_parts  # noqa: PLC0415 - most is never read

            return member_parts(entry.origin, entry.member).read
        return partial(_part_of_own, entry)


def _part_of_own(entry: Entry, offset: int, length: int) -> bytes:
    with _opened(entry) as file:
        file.seek(offset)
        return file.read(length)


def _read_own(entry: Entry, limit: int) -> bytes:
    with _opened(entry) as file:
        return file.read(limit)


@contextlib.contextmanager
def _opened(entry: Entry) -> Iterator[IO[bytes]]:
    try:
        with entry.origin.open("rb") as file:
            yield file
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            "LP004", f"`{entry.path}` cannot be read: {reason}", where=Where(entry.path)
        ) from error
