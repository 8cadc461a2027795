"""Tells where exactly in a TOML text each key and each value stands, to the character."""

from __future__ import annotations

from lpack.toml_lines import KeyPath, Scan, dotted, tokens
from lpack.values import dataclass

Span = tuple[int, int]
"""Offsets of the first character and of the one after the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value stand; an item of an array has no key, a table no value."""

    key: Span | None
    value: Span | None


def places(text: str) -> dict[str, tuple[KeyPath, Place]]:
    """Give the place of each key, table and array item of a TOML text, by its dotted path.

    Text that a TOML parser refuses gives some or none, and never an error.
    """
    scan = _SpanScan()
    for kind, piece, offset in tokens(text):
        scan.take(kind, piece, offset)
    paths = dict.fromkeys((*scan.keys, *scan.values))
    return {
        dotted(path): (path, Place(scan.keys.get(path), scan.values.get(path))) for path in paths
    }


@dataclass(slots=True)
class _Open:
    """A value whose end has not come yet."""

    path: KeyPath
    start: int | None
    depth: int


class _SpanScan(Scan):
    """The scan for lines, fed with offsets instead, and with a look at where things end."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[KeyPath, Span] = {}
        self.values: dict[KeyPath, Span] = {}
        self.open: list[_Open] = []
        self.last_end = 0  # of the piece before

    def take(self, kind: str, piece: str, line: int) -> None:
        """Take the next piece of the text, at an offset."""
        mark = piece if kind == "mark" else ""
        while self.open and self._ends(kind, mark, self.open[-1]):
            ended = self.open.pop()
            if ended.start is not None:
                self.values[ended.path] = (ended.start, self.last_end)
        is_value = self.in_value and kind != "newline"
        if is_value and self.open and self.open[-1].start is None:
            self.open[-1].start = line
        super().take(kind, piece, line)
        if kind != "newline":
            self.last_end = line + len(piece)

    def _ends(self, kind: str, mark: str, one: _Open) -> bool:
        if one.depth != len(self.stack):
            return False
        if self.stack[-1].kind == "document":
            return kind == "newline"
        return mark in (",", "}" if self.stack[-1].kind == "table" else "]")

    def _key_ends(self) -> None:
        start, depth = self.key_line, len(self.stack)
        super()._key_ends()
        self.keys[self.value] = (start, self.last_end)
        self.open.append(_Open(self.value, None, depth))

    def _header_bracket(self, bracket: str) -> None:
        start, named = self.key_line, bool(self.key)
        super()._header_bracket(bracket)
        if bracket == "]" and named:
            self.keys[self.table] = (start, self.last_end)

    def _value_begins(self, mark: str, line: int) -> None:
        frame, depth = self.stack[-1], len(self.stack)
        is_item = frame.kind == "array" and not frame.in_item
        super()._value_begins(mark, line)
        if is_item:
            self.open.append(_Open((*frame.path, frame.index), line, depth))
