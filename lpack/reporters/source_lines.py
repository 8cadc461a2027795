"""The lines that messages point to: read from the user's files, with what is meant in them."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.reporters.masking import masked
from lpack.toml_lines import KeyPath, dotted
from lpack.toml_spans import Place, Span, places
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lpack.model import Diagnostic, Where

_LARGEST = 1 << 20
"""Bytes of a file of which lines are shown."""
_LONGEST = 5_000
"""Characters of a line that is shown in part."""
_LINE_ENDS = pattern(r"\r\n|\n|\r")
_QUOTED = pattern(r"`([^`\n]{1,200})`")
_UNKNOWN_KEY = "LP007"
_OF_SECRETS = frozenset({"LP347", "LP365", "LP366"})
"""Codes whose line is not shown, other than one of TOML, where it is known what a value is."""
_INVALID_TOML = "LP005"
_ENVIRONMENT = frozenset({"environment", "Variables"})
"""Tables of which no value is ever shown."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a file, what is meant in it, and what must not be seen of it."""

    number: int
    text: str
    span: Span
    """Offsets in the line: of the first character that is meant, and after the last."""
    hidden: tuple[Span, ...]


class SourceLines:
    """Reads the files that messages point to, each once, and none that is too large."""

    def __init__(self, root: Path | None) -> None:
        """Take the folder that relative paths start from; without one nothing is read."""
        self.root = root
        self._files: dict[str, _File | None] = {}

    def find(self, one: Diagnostic) -> SourceLine | None:
        """Give the line that a diagnostic points to; None where there is none to show."""
        where = one.where
        if where is None or where.line is None or self.root is None:
            return None
        if one.code in _OF_SECRETS and not where.file.endswith(".toml"):
            return None
        file = self._file(where.file)
        return None if file is None else file.line(where, one)

    def located(self, one: Diagnostic) -> Diagnostic:
        """Give the diagnostic with the columns of what is meant."""
        line = self.find(one)
        if line is None or one.where is None:
            return one
        start, end = line.span
        where = replace(one.where, column=start + 1, end_column=max(end, start + 1) + 1)
        return replace(one, where=where)

    def _file(self, name: str) -> _File | None:
        if name not in self._files:
            text = _read(os.path.join(self.root or "", name))  # noqa: PTH118 - may be no path
            self._files[name] = None if text is None else _File(name, text)
        return self._files[name]


def _is_variable(where: Where) -> bool:
    """Whether a place in a template is inside of the environment of a function."""
    parts = (where.key or "").split(".")
    return not where.file.endswith(".toml") and not _ENVIRONMENT.isdisjoint(parts)


class _File:
    def __init__(self, name: str, text: str) -> None:
        self.text = text
        self.ends = [one.end() for one in _LINE_ENDS.finditer(text)]
        self.places = places(text) if name.endswith(".toml") else {}

    def line(self, where: Where, one: Diagnostic) -> SourceLine | None:
        number = where.line or 0
        starts = (0, *self.ends)
        if not 1 <= number <= len(starts):
            return None
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        text = self.text[start:end].rstrip("\r\n")
        if len(text) > _LONGEST or not text.strip():
            return None
        hidden = masked(text, self._within(start, len(text), self._environment()))
        if _is_variable(where):
            hidden = masked(text, [(text.find(":") + 1, len(text))])
        if one.code == _INVALID_TOML:
            hidden = masked(text, self._in_broken_environment(start, text))
        span = self._meant(where, one, start, text)
        return SourceLine(number, text, span, tuple(hidden))

    def _environment(self) -> Iterator[Span]:
        """Give the values of environment variables, which may be secrets."""
        for path, place in self.places.values():
            value = place.value
            if value and _ENVIRONMENT.intersection(map(str, path[:-1])) and self._is_text(value):
                yield value

    def _is_text(self, value: Span) -> bool:
        return self.text.startswith(("'", '"'), value[0])

    def _in_broken_environment(self, start: int, text: str) -> Iterator[Span]:
        """Give what may be such a value in a file that cannot be parsed: all behind the key."""
        above = self.text[:start].rpartition("\n[")[2].partition("\n")[0]
        if any(name in text or name in above for name in _ENVIRONMENT):
            equals = text.find("=", text.find("{") + 1)
            yield (equals + 1 if equals >= 0 else 0), len(text)

    def _within(self, start: int, length: int, spans: Iterator[Span]) -> Iterator[Span]:
        """Cut spans of the file to a line."""
        for first, last in spans:
            if first <= start + length and last > start:
                yield max(first - start, 0), min(last - start, length)

    def _meant(self, where: Where, one: Diagnostic, start: int, text: str) -> Span:
        if where.column is not None:
            last = (where.end_column or where.column + 1) - 1
            return min(where.column - 1, len(text)), min(last, len(text))
        found = self._of_key(where.key, start, len(text), one)
        if found is None:
            found = _named_in(text, _QUOTED.findall(one.message))
        return found or (len(text) - len(text.lstrip()), len(text.rstrip()))

    def _of_key(self, key: str | None, start: int, length: int, one: Diagnostic) -> Span | None:
        """Find a key or its value on the line, or what is nearest above it."""
        if key is None or not self.places:
            return None
        found = self.places.get(key)
        path = found[0] if found else self._above(key)
        for end in range(len(path), 0, -1):
            nearest = self.places.get(dotted(path[:end]))
            for span in _choices(nearest, one) if nearest else ():
                if start <= span[0] and span[1] <= start + length:
                    return span[0] - start, span[1] - start
        return None

    def _above(self, key: str) -> KeyPath:
        """Give the longest path that a key lies below."""
        above = (
            path
            for name, (path, _) in self.places.items()
            if key.startswith(name) and key[len(name) :].startswith((".", "["))
        )
        return max(above, key=len, default=())


def _choices(found: tuple[KeyPath, Place], one: Diagnostic) -> Sequence[Span]:
    """Give the value, or else the key; the key first where that is what is wrong."""
    path, place = found
    is_key = one.code == _UNKNOWN_KEY or path[-2:-1] == ("environment",)
    spans = (place.key, place.value) if is_key else (place.value, place.key)
    return [span for span in spans if span is not None]


def _named_in(text: str, names: list[str]) -> Span | None:
    """Find the first thing that a message names in a line, as a whole word."""
    for name in names:
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if found:
            return found.span()
    return None


def _read(path: str) -> str | None:
    """Read a file as text; None for what is no file, too large, or cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 - it is open already
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                return None
            return file.read(_LARGEST).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return None
