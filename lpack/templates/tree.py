"""What a YAML or JSON text says, as plain values that know the lines they stand on.

A template is written by anybody: how deep and how large it may be, its aliases written out, is
bounded here, so that nothing that walks it needs to be afraid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lpack.errors import UsageError
from lpack.model import Diagnostic, Where
from lpack.toml_lines import KeyPath
from lpack.validation.wording import shown
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 100
"""Maps and lists inside each other."""
LARGEST = 4_000_000
"""Values and characters of a document in which every alias is written out."""
_MERGE = "<<"


class Table(dict[str, Any]):
    """A map, with the 1-based line of each of its keys."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, line: int, file: str = "") -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.file = file
        """Where it stands, if that is another file than the template."""


class Items(list[Any]):
    """A list, with the 1-based line of each of its items."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, line: int, file: str = "") -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        self.file = file


class Event(NamedTuple):
    """A piece of a document: the start or end of a map or list, a value, or an alias."""

    kind: str
    """`map`, `list`, `end`, `value` or `alias`."""
    line: int
    value: Any = None
    """Of a value; the name of an alias."""
    anchor: str | None = None
    tag: str | None = None
    """One of CloudFormation's short forms, such as `!Ref`."""
    is_plain: bool = False
    """Whether it is written without quotes."""


class Twice(NamedTuple):
    """A key that a map has twice."""

    key: str
    line: int
    first: int


@dataclass(slots=True)
class _Frame:
    """A map or list that is open."""

    value: Table | Items
    event: Event
    weight: int = 1
    height: int = 0
    """Of what is below, in maps and lists."""
    key: str | None = None
    key_line: int = 0
    merged: list[Any] = field(default_factory=list)


class _Known(NamedTuple):
    """What an anchor names."""

    value: Any
    weight: int
    height: int


class Composer:
    """Puts the events of one document together; no recursion, so depth is no danger."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Known | None] = {}
        self.twice: list[Twice] = []
        self.root: Any = None
        self._size = 0

    def compose(self, events: Iterable[Event]) -> Any:
        """Give the document, or raise UsageError LP029 where it is out of bounds."""
        for event in events:
            if event.kind in ("map", "list"):
                self._open(event)
            elif event.kind == "end":
                self._close()
            elif event.kind == "alias":
                self._alias(event)
            else:
                value = long_form(event.tag, event.value)
                size = len(event.value) if isinstance(event.value, str) else 1
                self._add(_Known(value, 1 + size, 0), event)
        return self.root

    def _open(self, event: Event) -> None:
        if len(self._stack) >= DEEPEST:
            raise self._refusal(event.line, f"has more than {DEEPEST} maps and lists in each other")
        if event.anchor:
            self._anchors[event.anchor] = None
        kind = Table if event.kind == "map" else Items
        made = kind(event.line, self._shown)
        self._stack.append(_Frame(made, event))

    def _close(self) -> None:
        frame = self._stack.pop()
        value = frame.value
        if isinstance(value, Table):
            _merge(value, frame.merged)
        whole = long_form(frame.event.tag, value)
        self._add(_Known(whole, frame.weight, frame.height + 1), frame.event)

    def _alias(self, event: Event) -> None:
        name = str(event.value)
        known = self._anchors.get(name)
        if known is None:
            what = "is inside of what it names" if name in self._anchors else "names nothing"
            raise self._refusal(event.line, f"has an alias `*{name}` that {what}")
        if len(self._stack) + known.height > DEEPEST:
            raise self._refusal(event.line, f"has more than {DEEPEST} maps and lists in each other")
        self._add(known, event._replace(anchor=None))

    def _add(self, known: _Known, event: Event) -> None:
        """Put a value where it belongs: it is a key, the value of one, an item, or everything."""
        if event.anchor:
            self._anchors[event.anchor] = known
        if not self._stack:
            self.root = known.value
            return
        frame = self._stack[-1]
        frame.weight += known.weight
        frame.height = max(frame.height, known.height)
        if frame.weight > LARGEST:
            raise self._refusal(event.line, "is too large with its aliases written out")
        if isinstance(frame.value, Items):
            frame.value.append(known.value)
            frame.value.lines.append(event.line)
        elif frame.key is None:
            self._key(frame, known.value, event)
        else:
            self._pair(frame, known.value)

    def _key(self, frame: _Frame, value: Any, event: Event) -> None:
        if isinstance(value, (dict, list)):
            raise UsageError(
                "LP027", f"`{self._shown}` has a key that is no text", where=self._where(event.line)
            )
        frame.key, frame.key_line = written(value), event.line

    def _pair(self, frame: _Frame, value: Any) -> None:
        table, key = frame.value, frame.key
        if not isinstance(table, Table) or key is None:
            return
        frame.key = None
        if key == _MERGE:
            frame.merged.append(value)
            return
        if key in table:
            self.twice.append(Twice(key, frame.key_line, table.lines[key]))
        table[key] = value
        table.lines[key] = frame.key_line

    def _where(self, line: int) -> Where:
        return Where(self._shown, line)

    def _refusal(self, line: int, what: str) -> UsageError:
        return UsageError("LP029", f"`{self._shown}` {what}", where=self._where(line))


def _merge(table: Table, merged: list[Any]) -> None:
    """Add what `<<` names, without replacing anything: https://yaml.org/type/merge.html."""
    for value in merged:
        for other in value if isinstance(value, Items) else [value]:
            for key, one in other.items() if isinstance(other, Table) else ():
                if key not in table:
                    table[key] = one
                    table.lines[key] = other.lines[key]


def long_form(tag: str | None, value: Any) -> Any:
    """Give `!Sub text` as `Fn::Sub: text`, which means the same.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
    """
    if tag is None or not tag.startswith("!") or tag.startswith("!!"):
        return value
    name = tag[1:]
    made = Table(getattr(value, "line", 0))
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    key = name if name in ("Ref", "Condition") else f"Fn::{name}"
    made[key] = value
    made.lines[key] = made.line
    return made


def written(value: Any) -> str:
    """Write a scalar as CloudFormation does where a text is wanted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def told_twice(twice: list[Twice], file: str) -> list[Diagnostic]:
    """Report the keys that a map has twice."""
    return [
        Diagnostic(
            "LP028",
            "warning",
            f"`{shown(one.key)}` is there twice: the first, in line {one.first}, is lost",
            Where(file, one.line),
            "remove one of the two",
        )
        for one in twice
    ]


def line_of(tree: Any, path: KeyPath) -> int | None:
    """Give the line of a key or item, or of what is nearest above it."""
    line: int | None = getattr(tree, "line", None)
    for part in path:
        if isinstance(tree, Table) and isinstance(part, str) and part in tree:
            line, tree = tree.lines[part] or line, tree[part]
        elif isinstance(tree, Items) and isinstance(part, int) and part < len(tree):
            line, tree = tree.lines[part] or line, tree[part]
        else:
            break
    return line
