"""What stands in the function's own files besides imports: secrets, and words to look for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.facts.contents import Contents
    from lpack.facts.notes import Notes
    from lpack.model import Entry

MOST_BYTES = 1_000_000
"""Of one file, from its start; a larger one is data or generated."""
MOST_FILES = 5_000
MOST_TOTAL = 100_000_000
_KEY = "text"
_NAMES_IN = (".py", ".yaml", ".yml", ".json", ".ini", ".cfg")
_BINARY = 8_000


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a file; never its value."""

    path: str
    line: int
    """1-based; 0 where the whole file is one."""
    kind: str
    """In words."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read of the own files."""

    names: frozenset[str]
    """Those of the words that any of them has."""
    secrets: tuple[Secret, ...]
    left: int
    """Files that were not read, because there are too many or they are too large together."""


def own_texts(entries: Iterable[Entry], notes: Notes, words: Iterable[str]) -> Texts:
    """Read each own file that was not read before as it is now.

    `words` are those that it is searched for besides secrets.
    """
    wanted = sorted(words)
    about = hashlib.sha256(" ".join(wanted).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    names: set[str] = set()
    secrets: list[Secret] = []
    files = total = left = 0
    for entry in entries:
        files += 1
        total += min(entry.size, MOST_BYTES)
        if files > MOST_FILES or total > MOST_TOTAL:
            left += 1
            continue
        found = notes.noted(entry.path, _KEY)
        if not _is_sound(found, about):
            found = _read(entry.path, notes.contents, wanted, about)
            notes.note(entry.path, _KEY, found)
        names.update(found["names"])
        secrets += (Secret(entry.path, line, kind) for line, kind in found["secrets"])
    return Texts(frozenset(names), tuple(secrets), left)


def _is_sound(found: Any, about: str) -> bool:
    """Tell whether this is what `_read` gives: no state of the cache ends a build."""
    if not isinstance(found, dict) or found.get("about") != about:
        return False
    names, rows = found.get("names"), found.get("secrets")
    return (
        isinstance(names, list)
        and isinstance(rows, list)
        and all(isinstance(name, str) for name in names)
        and all(isinstance(row, list) and list(map(type, row)) == [int, str] for row in rows)
    )


def _read(path: str, contents: Contents, words: list[str], about: str) -> dict[str, Any]:
    content = contents.read(path, MOST_BYTES)
    names = words if path.endswith(_NAMES_IN) else ()
    return {
        "about": about,
        "names": [word for word in names if _has_word(content, word.encode())],
        "secrets": [list(one) for one in _secrets(path, content)],
    }


def _has_word(content: bytes, word: bytes) -> bool:
    """Tell whether a text has a word: faster than to compile a pattern for each."""
    place = content.find(word)
    while place >= 0:
        before, after = place - 1, place + len(word)
        around = (content[max(before, 0) : place], content[after : after + 1])
        if not any(letter.isalnum() or letter == b"_" for letter in around):
            return True
        place = content.find(word, place + 1)
    return False


def _secrets(path: str, content: bytes) -> Iterator[tuple[int, str]]:
    from lpack.facts.secret_files import is_credential, kind_of_file  # noqa: PLC0415 - new files only

    if is_credential(path):
        kind = kind_of_file(path, content)
        if kind is not None:
            yield 0, kind
            return
    if b"\0" not in content[:_BINARY]:
        from lpack.facts.secret_patterns import secrets_in  # noqa: PLC0415 - new files only

        yield from secrets_in(content.decode("utf-8", "replace"))
