"""Tells on which line of a TOML text each key stands, so that a message can point there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""Keys from the top of the document; an integer is a 0-based place in an array."""

DEEPEST = 64
"""Parts of the longest path whose line is kept: nothing that lpack reads lies deeper."""

# https://toml.io/en/v1.0.0: up to two quotes may stand right before the closing three.
_TOKEN = pattern(
    r'''
    (?P<string>"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""(?:"{0,2})
             |\'\'\'(?:[^']|'(?!''))*\'\'\'(?:'{0,2})
             |"(?:[^"\\\n]|\\.)*"
             |'[^'\n]*')
    |(?P<newline>\n)
    |(?P<skip>\#[^\n]*|[ \t\r]+)
    |(?P<mark>[][{},=.])
    |(?P<bare>[^]["'\#\s{},=.]+|[\s\S])
    ''',
    re.VERBOSE,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Give the 1-based line of each key, table and array item of a valid TOML text.

    A table that no header names has the line of the first key below it; paths of more than
    `DEEPEST` parts are left out. Text that a TOML parser refuses gives some lines or none, and
    never an error.
    """
    scan = Scan()
    line, counted = 1, 0
    for kind, piece, offset in tokens(text):
        line += text.count("\n", counted, offset)
        counted = offset
        scan.take(kind, piece, line)
    return scan.implied | scan.lines


def dotted(path: KeyPath) -> str:
    """Write a key path as TOML would, with array places in brackets: `a."b c".d[0].e`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += ("." if written else "") + _quoted(part)
    return written


def _quoted(key: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]+", key):
        return key
    shown = "".join(letter if letter.isprintable() else "?" for letter in key)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Give kind, text and offset of each piece that matters; a newline comes last."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield kind, match.group(), match.start()
    yield "newline", "\n", len(text)


def _unquoted(piece: str) -> str:
    if "\\" not in piece:
        return piece[1:-1]
    import tomli  # noqa: PLC0415 - not needed when nothing changed

    try:
        return str(tomli.loads(f"key = {piece}")["key"])
    except tomli.TOMLDecodeError:
        return piece[1:-1]


@dataclass(slots=True)
class _Frame:
    """An open array or inline table, or the document itself at the bottom."""

    kind: str
    path: KeyPath
    index: int = -1
    """Of the array's current item."""
    in_item: bool = False
    """Whether the current item of the array has begun."""


@dataclass(slots=True)
class Scan:
    """A state machine over the tokens: no recursion, so depth is no danger."""

    lines: dict[KeyPath, int] = field(default_factory=dict)
    implied: dict[KeyPath, int] = field(default_factory=dict)
    table: KeyPath = ()
    last_item: dict[KeyPath, int] = field(default_factory=dict)
    """Index of the last `[[table]]` of each array of tables."""
    stack: list[_Frame] = field(default_factory=lambda: [_Frame("document", ())])
    key: tuple[str, ...] = ()
    """Parts of the key that is being read."""
    value: KeyPath = ()
    """Path of the value that is being read."""
    key_line: int = 0
    header: int = 0
    """Brackets of the header that is being read: none, one or two."""
    in_value: bool = False

    def take(self, kind: str, piece: str, line: int) -> None:
        """Take the next piece of the text."""
        if self.header and kind == "mark" and piece in "[]":
            self._header_bracket(piece)
        elif self._reads_key:
            self._take_in_key(kind, piece, line)
        else:
            self._take_in_value(kind, piece, line)

    @property
    def _reads_key(self) -> bool:
        return self.stack[-1].kind != "array" and not self.in_value

    def _take_in_key(self, kind: str, piece: str, line: int) -> None:
        if kind == "newline":
            if self.stack[-1].kind == "document":
                self.header, self.key = 0, ()
        elif kind != "mark":
            self.key_line = self.key_line if self.key else line
            part = _unquoted(piece) if kind == "string" else piece
            self.key = (*self.key, part) if len(self.key) <= DEEPEST else self.key
        elif piece == "=" and self.key:
            self._key_ends()
        elif piece == "[":
            self.header = 1
        elif piece == "}":
            self._close("table")

    def _take_in_value(self, kind: str, piece: str, line: int) -> None:
        frame = self.stack[-1]
        if kind == "newline":
            self.in_value = self.in_value and frame.kind != "document"
            return
        if piece == "]" and kind == "mark":
            self._close("array")
        elif piece == "}" and kind == "mark":
            self._close("table")
        elif piece == "," and kind == "mark":
            frame.in_item = self.in_value = False
        else:
            self._value_begins(piece if kind == "mark" else "", line)

    def _value_begins(self, mark: str, line: int) -> None:
        frame = self.stack[-1]
        if frame.kind == "array" and not frame.in_item:
            frame.index, frame.in_item = frame.index + 1, True
            self._keep((*frame.path, frame.index), line)
        if mark in ("[", "{"):
            inside = (*frame.path, frame.index) if frame.kind == "array" else self.value
            self.stack.append(_Frame("array" if mark == "[" else "table", inside[: DEEPEST + 1]))
            self.in_value = False

    def _key_ends(self) -> None:
        frame = self.stack[-1]
        below = self.table if frame.kind == "document" else frame.path
        self.value = (*below, *self.key)
        self._add(self.value, below)
        self.key, self.in_value = (), True

    def _header_bracket(self, bracket: str) -> None:
        if bracket == "[":
            self.header = 2
        elif self.key:
            self.table = self._table_named(self.key, item=self.header > 1)
            self._add(self.table, ())
            self.header, self.key = 0, ()

    def _table_named(self, parts: tuple[str, ...], *, item: bool) -> KeyPath:
        """Give the path of a header's table: below the last item of each array on its way."""
        path: KeyPath = ()
        for part in parts[:-1]:
            path = (*path, part)
            if path in self.last_item:
                path = (*path, self.last_item[path])
        path = (*path, parts[-1])
        if item:
            self.last_item[path] = self.last_item.get(path, -1) + 1
            path = (*path, self.last_item[path])
        return path

    def _add(self, path: KeyPath, below: KeyPath) -> None:
        self._keep(path, self.key_line)
        for length in range(len(below) + 1, len(path)):
            self.implied.setdefault(path[:length], self.key_line)

    def _keep(self, path: KeyPath, line: int) -> None:
        if len(path) <= DEEPEST:
            self.lines[path] = line

    def _close(self, kind: str) -> None:
        if len(self.stack) > 1 and self.stack[-1].kind == kind:
            self.stack.pop()
        self.in_value = self.stack[-1].kind != "array"
