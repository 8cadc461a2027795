"""Which names a member of a wheel may have, so that every reader puts it in the same place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from lpack.wheels.refusal import refusal, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPONENT_BYTES = 255
"""Longest file name on the file systems of Linux (`NAME_MAX` in limits.h)."""
PATH_BYTES = 1024
"""Longest path; far below `PATH_MAX` (4096), because the package lies below `/var/task`."""
DEPTH = 64

# Names that Windows gives to devices, whatever suffix follows, and the characters that it drops
# or reads as a stream's name: the same wheel would be another tree there.
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE = r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)"
_DEVICE_NAME = re.compile(_DEVICE)
# Printable ASCII without slash, backslash and colon, and at the end no dot or space.
_ORDINARY = re.compile(
    rf"(?!{_DEVICE})[ -.0-9;-\[\]-~]{{0,{COMPONENT_BYTES - 1}}}[!-\-0-9;-\[\]-~]"
)
# Control characters, format characters such as the bidirectional overrides, private use and
# surrogates, line and paragraph separators. Unassigned ones depend on Python's version.
_FORBIDDEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


class Names:
    """The names of one archive, taken one by one and then checked against each other."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._directories: list[str] = []
        self._folders: set[str] = {""}

    def take(self, raw: bytes, *, is_utf8: bool) -> str:
        """Decode and check one name; a directory's ends with a slash."""
        name = raw.decode("ascii") if raw.isascii() else _decoded(raw, is_utf8=is_utf8)
        if len(raw) > PATH_BYTES:
            raise refusal("NAME_LENGTH", f"`{shown(name)}` is longer than {PATH_BYTES} bytes")
        if name.endswith("/"):
            self._directories.append(name)
            folder, _, last = name[:-1].rpartition("/")
        else:
            self._files.append(name)
            folder, _, last = name.rpartition("/")
        if folder not in self._folders or name.startswith("/"):
            self._take_folder(folder, name)
        if _ORDINARY.fullmatch(last) is None:
            _check_component(last, name)
        return name

    def _take_folder(self, folder: str, name: str) -> None:
        if name.startswith("/"):
            raise refusal("NAME_ABSOLUTE", f"`{shown(name)}` is an absolute path")
        parts = folder.split("/")
        for part in parts:
            if _ORDINARY.fullmatch(part) is None:
                _check_component(part, name)
        if len(parts) >= DEPTH:
            raise refusal("NAME_DEPTH", f"`{shown(name)}` lies deeper than {DEPTH} folders")
        self._folders.add(folder)

    def check(self) -> None:
        """Refuse names that are twice the same, or the same to some file systems."""
        for group in (self._files, self._directories):
            if len(set(group)) != len(group):
                raise refusal("DUPLICATE", f"`{shown(repeated(group))}` is in the wheel twice")
        files = folded(self._files)
        if len(set(files)) != len(files):
            name = repeated(files)
            raise refusal("COLLISION", f"`{shown(name)}` is in the wheel twice, in two spellings")
        self._folders.update(name[:-1] for name in self._directories)
        clashes = with_parents(folded(sorted(self._folders))).intersection(files)
        if clashes:
            raise refusal("FILE_AS_DIRECTORY", f"`{shown(min(clashes))}` is a file and a directory")


def _decoded(raw: bytes, *, is_utf8: bool) -> str:
    """Decode a name that is not ASCII, which only the UTF-8 flag makes unambiguous."""
    if not is_utf8:
        raise refusal("NAME_ENCODING", f"`{shown(raw)}` is not marked as UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal("NAME_ENCODING", f"`{shown(raw)}` is not UTF-8") from error


def _check_component(part: str, name: str) -> None:
    """Find what is wrong with a part of a path, if it is not only out of the ordinary."""
    quoted = f"`{shown(name)}`"
    if part in (".", ".."):
        raise refusal("NAME_DOTDOT", f"{quoted} has a part `.` or `..`")
    if not part:
        raise refusal("NAME_EMPTY", f"{quoted} has an empty part")
    if "\\" in part:
        raise refusal("NAME_BACKSLASH", f"{quoted} has a backslash")
    if any(unicodedata.category(character) in _FORBIDDEN for character in part):
        raise refusal("NAME_CONTROL", f"{quoted} has a control or invisible character")
    if re.match("[A-Za-z]:", name):
        raise refusal("NAME_ABSOLUTE", f"{quoted} starts with a drive letter")
    if ":" in part or part[-1] in ". " or _DEVICE_NAME.match(part):
        raise refusal("NAME_PORTABLE", f"{quoted} is not the same file on every system")
    if len(part.encode()) > COMPONENT_BYTES:
        raise refusal("NAME_LENGTH", f"{quoted} has a part over {COMPONENT_BYTES} bytes")


def repeated(names: Iterable[str]) -> str:
    """Give the name that is there most often."""
    return Counter(names).most_common(1)[0][0]


def folded(names: list[str]) -> list[str]:
    """Spell names as file systems that ignore case and Unicode's composition compare them."""
    joined = "\n".join(names)
    if joined.isascii():
        return joined.lower().split("\n") if names else []
    return [unicodedata.normalize("NFC", _composed(name).casefold()) for name in names]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def with_parents(folders: Iterable[str]) -> set[str]:
    """Give the folders and every folder above them."""
    known: set[str] = set()
    for folder in folders:
        current = folder
        while current and current not in known:
            known.add(current)
            current = current.rpartition("/")[0]
    return known
