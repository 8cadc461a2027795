"""What differs between two packages, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass
from lpack.wheels.opened import is_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.comparing.sides import Item, Side

Kind = Literal["added", "removed", "changed", "packed"]
"""`packed`: the same content in other bytes, or with another mode."""
Way = Literal["compression", "mode", "date", "headers"]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not the same on both sides."""

    path: str
    owner: str
    kind: Kind
    ways: tuple[Way, ...]
    """How the same file is packed otherwise, also where its content changed."""
    before: Item | None
    after: Item | None

    @property
    def bytes(self) -> int:
        """How much of a package it is, compressed."""
        return max(one.compressed for one in (self.before, self.after) if one is not None)


def changes(before: Side, after: Side) -> tuple[Change, ...]:
    """Compare the files of both sides, the largest difference first.

    Content is the same where size and CRC-32 are.
    """
    old = {one.path: one for one in before.items}
    new = {one.path: one for one in after.items}
    found = [*_missing(old, new, "removed"), *_missing(new, old, "added")]
    for path, one in old.items():
        other = new.get(path)
        if other is not None:
            found += _changed(one, other, before, after)
    return tuple(sorted(found, key=lambda one: (one.kind == "packed", -one.bytes, one.path)))


def owner_of(*items: Item | None) -> str:
    """Give the first owner that is known; what nobody claims is the function's own."""
    known = (one.owner for one in items if one is not None and one.owner is not None)
    return next(known, "")


def _missing(
    here: dict[str, Item], there: dict[str, Item], kind: Literal["added", "removed"]
) -> Iterator[Change]:
    for path, one in here.items():
        if path not in there:
            sides = (one, None) if kind == "removed" else (None, one)
            yield Change(path, owner_of(one), kind, (), *sides)


def _changed(one: Item, other: Item, before: Side, after: Side) -> Iterator[Change]:
    is_same = (one.size, one.crc) == (other.size, other.crc)
    ways = tuple(_ways(one, other, before, after, is_same=is_same))
    if ways or not is_same:
        kind: Kind = "packed" if is_same else "changed"
        yield Change(one.path, owner_of(one, other), kind, ways, one, other)


def _ways(one: Item, other: Item, before: Side, after: Side, *, is_same: bool) -> Iterator[Way]:
    if is_same and (
        one.compressed != other.compressed or _streams_differ(one, other, before, after)
    ):
        yield "compression"
    if None not in (one.mode, other.mode) and one.mode != other.mode:
        yield "mode"
    if one.date != other.date:
        yield "date"
    if one.entry is None or other.entry is None:
        return
    if headers(one) != headers(other):
        yield "headers"


def _streams_differ(one: Item, other: Item, before: Side, after: Side) -> bool:
    """Whether the bytes of two streams of one length differ, where both are at hand."""
    if one.entry is None or other.entry is None or before.data is None or after.data is None:
        return False
    first, second = one.entry.stream, other.entry.stream
    return first.method != second.method or not is_same(
        before.data, first.offset, after.data, second.offset, first.compressed
    )


def headers(item: Item) -> dict[str, object]:
    """Give what the headers of an entry hold beside path, sizes, CRC, method, mode and date."""
    entry = item.entry
    if entry is None:
        return {}
    return {
        "extra fields": (len(entry.extra), len(entry.local_extra)),
        "flags": entry.flags,
        "version of the format": (entry.needed, entry.made_by & 0xFF),
        "system of the maker": entry.made_by >> 8,
        "kind of the file": (entry.attributes >> 28, entry.attributes & 0xFFFF, entry.internal),
        "comment": entry.comment,
    }
