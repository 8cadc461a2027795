"""Reading the files of a package that is still a list, before a byte of it is written."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lpack.errors import UsageError
from lpack.model import Where
from lpack.values import dataclass
from lpack.wheels.content import read_member

if TYPE_CHECKING:
    from collections.abc import Mapping

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
            return read_member(entry.origin, entry.member, limit)[:limit]
        return _read_own(entry, limit)


def _read_own(entry: Entry, limit: int) -> bytes:
    try:
        with entry.origin.open("rb") as file:
            return file.read(limit)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            "LP004", f"`{entry.path}` cannot be read: {reason}", where=Where(entry.path)
        ) from error
