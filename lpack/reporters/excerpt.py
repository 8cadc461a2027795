"""A source line under a message, with marks below what is meant."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from lpack.printed import safe
from lpack.reporters.masking import MASK
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.reporters.source_lines import SourceLine

_WIDEST = 68
"""Columns of a line that are shown; with its number that fits into 80."""
_BEFORE = 24
"""Columns that are kept before what is meant, where the line is cut."""
_TAB = "    "
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as it is printed, and where its marks go, in columns."""

    text: str
    start: int
    width: int


def excerpt(line: SourceLine) -> Excerpt:
    """Write a line for a terminal: nothing of it is obeyed, no secret is seen, and it fits."""
    cells = list(_cells(line))
    first = next((place for place, (_, is_meant) in enumerate(cells) if is_meant), 0)
    begin = _begin(cells, first)
    shown, start, marked = (_CUT if begin else ""), 0, 0
    width = len(shown)
    for place, (text, is_meant) in enumerate(cells[begin:], begin):
        is_last = place == len(cells) - 1
        if width + _width(text) > _WIDEST - (0 if is_last else 1):
            shown += _CUT
            break
        start = width if is_meant and not marked else start
        shown += text
        width += _width(text)
        marked += _width(text) if is_meant else 0
    return Excerpt(shown.rstrip(), start, max(marked, 1))


def _begin(cells: list[tuple[str, bool]], first: int) -> int:
    """Choose the first cell that is shown: of a long line, one not far before what is meant."""
    if sum(_width(text) for text, _ in cells) <= _WIDEST:
        return 0
    begin = next((place for place, (text, _) in enumerate(cells) if text.strip()), 0)
    if sum(_width(text) for text, _ in cells[begin:first]) <= _BEFORE:
        return min(begin, first)
    width, place = 0, first
    while place > begin and width < _BEFORE:
        place -= 1
        width += _width(cells[place][0])
    return place


def _cells(line: SourceLine) -> Iterator[tuple[str, bool]]:
    """Give what is printed for each character, and whether it is meant; a secret is one cell."""
    start, end = line.span
    ends = dict(line.hidden)
    place = 0
    while place < len(line.text):
        last = ends.get(place, place + 1)
        is_meant = place < end and last > start
        if place in ends:
            yield MASK, is_meant
        else:
            yield _printed(line.text[place]), is_meant
        place = max(last, place + 1)
    if start >= len(line.text):
        yield " ", True


def _printed(character: str) -> str:
    return _TAB if character == "\t" else safe(character).replace("\n", "\\n")


def _width(text: str) -> int:
    """Count the columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(one) or unicodedata.category(one) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in text
    )
