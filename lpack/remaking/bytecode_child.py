"""The program that compiles, run by the Python that compiles: it writes code in one form only.

It runs nothing of what it compiles, and imports only what is built into every Python from 3.8 on.
Sources come on stdin and bytecode goes to stdout, in frames: four bytes of length, then content.

CPython's own `marshal` writes one code in several ways: an object is marked for reference when
others happen to hold it, a string as interned when others happen to have interned it, and the
members of a frozenset come in the order of hashes or addresses. Here all of that follows from the
values alone. Format: https://github.com/python/cpython/blob/main/Python/marshal.c
"""

from __future__ import annotations

import _imp
import marshal
import sys
from _frozen_importlib_external import MAGIC_NUMBER

_SINCE_3_11 = sys.version_info >= (3, 11)
# The fields of a code object: numbers; then objects, some of which are names or tuples of names;
# then the number of the first line; then what tells the lines, and since 3.11 the exceptions.
_NUMBERS_SIZE = 4 * (5 if _SINCE_3_11 else 6)
_OBJECTS = 8
_NAMES = (2, 3, 6, 7) if _SINCE_3_11 else (2, 3, 4, 5, 7)
_TABLES = 2 if _SINCE_3_11 else 1

_FLAG = 0x80
_CODE, _REFERENCE, _SMALL_TUPLE, _TUPLE, _FROZENSET, _SLICE = b"cr)(>:"
_CONTAINERS = b")(>:c"
_BYTES, _LONG = b"sl"
_STRINGS = b"utaAzZ"
_SHORT_STRINGS = b"zZ"
# Size of what follows: None, true, false, the ellipsis, integers, floating point, complex.
_FIXED = dict(zip(b"NTF.Sigy", (0, 0, 0, 0, 0, 4, 8, 16)))  # noqa: B905 - Python 3.8 has no strict
_REFERENCE_SIZE = 5
"""What is no longer than a reference is written again."""
_NAME_CHARACTERS = b"_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LONGEST_SHORT = 255
# Deeper than code can be nested; only for what comes after `compile`, whose limit must stay.
_DEPTH = 10_000

_NO_BYTECODE = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)


def main() -> None:
    """Answer each frame of a name and each of a source with bytecode, or nothing."""
    with open(0, "rb") as file:
        asked = file.read()
    with open(1, "wb") as answers:
        place = 0
        while place < len(asked):
            filename, place = _frame(asked, place)
            source, place = _frame(asked, place)
            content = bytecode(source, filename.decode("utf-8", "surrogateescape"))
            answers.write(len(content).to_bytes(4, "big") + content)
            answers.flush()


def _frame(content: bytes, place: int) -> tuple[bytes, int]:
    start = place + 4
    end = start + int.from_bytes(content[place:start], "big")
    return content[start:end], end


def bytecode(source: bytes, filename: str) -> bytes:
    """Give a .pyc that is never held against its source (PEP 552); nothing for what is no Python.

    The interpreter itself would refuse such a file when it is imported.
    """
    try:
        code = compile(source, filename, "exec", dont_inherit=True, optimize=0)
    except _NO_BYTECODE:
        return b""
    key = int.from_bytes(MAGIC_NUMBER, "little")
    head = MAGIC_NUMBER + b"\1\0\0\0" + _imp.source_hash(key, source)
    return head + normal(marshal.dumps(code))


def normal(content: bytes) -> bytes:
    """Write marshalled code in the one form that its values have."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEPTH)
    try:
        values = _Values()
        root = _Reader(content, values).whole()
        return _Writer(values).written(root)
    finally:
        sys.setrecursionlimit(limit)


class _Values:
    """Each value once, by number; only code objects are never the same."""

    def __init__(self) -> None:
        self.numbers: dict[object, int] = {}
        self.items: list[bytes | tuple[bytes | int, ...]] = []
        """The bytes of a value, or the parts of one that holds others: bytes, and their numbers."""
        self.uses: list[int] = []
        """How many other values hold each."""
        self.texts: set[int] = set()
        self.names: set[int] = set()
        """Of the texts, those that are names in a code object, and are interned."""

    def add(self, item: bytes | tuple[bytes | int, ...], key: object = None) -> int:
        """Give the number of a value; the key tells values of different types apart."""
        number = len(self.items) if key is None else self.numbers.setdefault(key, len(self.items))
        if number == len(self.items):
            self.items.append(item)
            self.uses.append(0)
            for part in () if isinstance(item, bytes) else item:
                if isinstance(part, int):
                    self.uses[part] += 1
        return number

    def text(self, content: bytes) -> int:
        """Give the number of a string, whether it is interned or not."""
        number = self.add(content, ("", content))
        self.texts.add(number)
        return number

    def name(self, number: int) -> None:
        """Remember that a string, or all of a tuple, are names."""
        item = self.items[number]
        if isinstance(item, tuple):
            self.names.update(part for part in item if isinstance(part, int))
        else:
            self.names.add(number)

    def order(self, number: int) -> tuple[bytes, ...]:
        """Give what sorts the members of a frozenset."""
        item = self.items[number]
        if isinstance(item, bytes):
            return (b"u", item) if number in self.texts else (item,)
        return tuple(
            piece
            for part in item
            for piece in ((part,) if isinstance(part, bytes) else self.order(part))
        )


class _Reader:
    """Reads what `marshal.dumps` wrote."""

    def __init__(self, content: bytes, values: _Values) -> None:
        self._content, self._values = content, values
        self._place = 0
        self._references: list[int] = []

    def whole(self) -> int:
        """Read the one value, and give its number."""
        number = self._value()
        if self._place != len(self._content):
            raise AssertionError("marshal wrote more than was read")
        return number

    def _take(self, size: int) -> bytes:
        start = self._place
        self._place = start + size
        return self._content[start : self._place]

    def _number(self) -> int:
        return int.from_bytes(self._take(4), "little", signed=True)

    def _value(self) -> int:
        kind = self._content[self._place]
        self._place += 1
        if kind == _REFERENCE:
            return self._references[self._number()]
        is_marked, kind = kind & _FLAG, kind & ~_FLAG
        reserved = len(self._references)
        if is_marked:
            self._references.append(-1)
        number = self._container(kind) if kind in _CONTAINERS else self._leaf(kind)
        if is_marked:
            self._references[reserved] = number
        return number

    def _leaf(self, kind: int) -> int:
        if kind in _STRINGS:
            size = self._take(1)[0] if kind in _SHORT_STRINGS else self._number()
            return self._values.text(self._take(size))
        start = self._place
        if kind == _BYTES:
            self._take(self._number())
        elif kind == _LONG:
            self._take(2 * abs(self._number()))
        else:
            self._take(_FIXED[kind])
        item = bytes((kind,)) + self._content[start : self._place]
        return self._values.add(item, item)

    def _container(self, kind: int) -> int:
        if kind == _CODE:
            return self._code()
        if kind == _SLICE:
            item = (b":", self._value(), self._value(), self._value())
            return self._values.add(item, item)
        size = self._take(1)[0] if kind == _SMALL_TUPLE else self._number()
        members = [self._value() for _ in range(size)]
        if kind == _FROZENSET:
            members.sort(key=self._values.order)
            return self._added(b">" + size.to_bytes(4, "little"), members)
        if size <= _LONGEST_SHORT:
            return self._added(bytes((_SMALL_TUPLE, size)), members)
        return self._added(b"(" + size.to_bytes(4, "little"), members)

    def _added(self, head: bytes, members: list[int]) -> int:
        item: tuple[bytes | int, ...] = (head, *members)
        return self._values.add(item if members else head, item)

    def _code(self) -> int:
        numbers = self._take(_NUMBERS_SIZE)
        objects = [self._value() for _ in range(_OBJECTS)]
        for place in _NAMES:
            self._values.name(objects[place])
        line = self._take(4)
        tables = [self._value() for _ in range(_TABLES)]
        return self._values.add((b"c" + numbers, *objects, line, *tables))


class _Writer:
    """Writes values, each that is held twice with a mark, and from then on as a reference."""

    def __init__(self, values: _Values) -> None:
        self._values = values
        self._references: dict[int, bytes] = {}
        self._result = bytearray()

    def written(self, root: int) -> bytes:
        """Write a value."""
        self._write(root)
        return bytes(self._result)

    def _write(self, number: int) -> None:
        known = self._references.get(number)
        if known is not None:
            self._result += known
            return
        item = self._values.items[number]
        if number in self._values.texts and isinstance(item, bytes):
            item = self._text(item, number)
        first = item if isinstance(item, bytes) else item[0]
        assert isinstance(first, bytes)  # noqa: S101 - the parts begin with bytes
        is_long = first is not item or len(item) > _REFERENCE_SIZE
        if is_long and self._values.uses[number] > 1:
            place = len(self._references)
            self._references[number] = b"r" + place.to_bytes(4, "little")
            self._result.append(first[0] | _FLAG)
            self._result += first[1:]
        else:
            self._result += first
        for part in () if first is item else item[1:]:
            if isinstance(part, int):
                self._write(part)
            else:
                self._result += part

    def _text(self, content: bytes, number: int) -> bytes:
        """Write a string; names, and what looks like one, are interned as CPython would."""
        is_interned = number in self._values.names or not content.translate(None, _NAME_CHARACTERS)
        size = len(content)
        if not content.isascii():
            return (b"t" if is_interned else b"u") + size.to_bytes(4, "little") + content
        if size > _LONGEST_SHORT:
            return (b"A" if is_interned else b"a") + size.to_bytes(4, "little") + content
        return (b"Z" if is_interned else b"z") + bytes((size,)) + content


if __name__ == "__main__":
    main()
