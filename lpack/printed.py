"""Words and numbers as lpack prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KILOBYTE = 1 << 10
_MEGABYTE = 1 << 20


def megabytes(size: int) -> str:
    """Write bytes as Lambda's MB, which are 1,048,576 bytes."""
    if size < _KILOBYTE // 10:
        return count(size, "byte")
    if size < _MEGABYTE // 10:
        return f"{size / _KILOBYTE:.1f} KB"
    return f"{size / _MEGABYTE:.1f} MB"


def count(number: int, noun: str) -> str:
    """Write `1 file`, `2 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def safe(text: str) -> str:
    """Escape what a terminal would obey: control characters, and those that reverse the text."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1]
        for character in text
    )


def path_from_here(path: Path) -> str:
    """Give the path as it can be typed in the current folder."""
    try:
        return path.relative_to(path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def path_in_project(path: Path, root: Path) -> str:
    """Give the path as the user would write it, relative to the project where it lies inside."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
