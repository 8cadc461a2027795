"""A TOML document that declares requirements, and the line of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import parse_toml, read_text
from lpack.errors import BuildError
from lpack.lazily import pattern
from lpack.model import Requirement, Where
from lpack.printed import path_in_project
from lpack.toml_lines import KeyPath, dotted, key_lines
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SEPARATORS = pattern(r"[-_.]+")
_NAME = pattern(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")


def normalised(name: str) -> str:
    """Write a distribution's name as PEP 503 does."""
    return _SEPARATORS.sub("-", name).lower()


def name_of(requirement: str) -> str:
    """Give the normalised name that a requirement begins with, or nothing when there is none."""
    found = _NAME.match(requirement)
    return normalised(found[1]) if found else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed TOML document."""

    path: Path
    root: Path
    """The project's folder."""
    content: Mapping[str, Any]
    lines: Mapping[KeyPath, int]
    offset: int = 0
    """Lines of the file before the document begins."""

    @property
    def shown(self) -> str:
        """The file as the user would type it."""
        return path_in_project(self.path, self.root)

    def table(self, *keys: str) -> dict[str, Any]:
        """Give a table, empty where there is none; raises BuildError LP101."""
        table: Any = self.content
        for length, key in enumerate(keys, 1):
            table = table.get(key, {})
            if not isinstance(table, dict):
                raise self.wrong("must be a table", *keys[:length])
        return dict(table)

    def tables(self, *keys: str) -> list[dict[str, Any]]:
        """Give a list of tables, empty where there is none; raises BuildError LP101."""
        found = self.table(*keys[:-1]).get(keys[-1], [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong("must be a list of tables", *keys)
        return found

    def strings(self, *keys: str) -> list[str]:
        """Give a list of strings, empty where there is none; raises BuildError LP101."""
        found = self.table(*keys[:-1]).get(keys[-1], [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong("must be a list of strings", *keys)
        return found

    def extras(self, details: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
        """Give the `extras` of a dependency that is a table; raises BuildError LP101."""
        extras = details.get("extras", [])
        if not isinstance(extras, list) or not all(isinstance(one, str) for one in extras):
            raise self.wrong("must have a list of strings as its extras", *keys)
        return tuple(extras)

    def requirements(self, *keys: str) -> tuple[Requirement, ...]:
        """Give a list of requirements, each with its line; raises BuildError LP101."""
        return tuple(
            Requirement(text.strip(), self.where(*keys, place))
            for place, text in enumerate(self.strings(*keys))
        )

    def where(self, *keys: str | int) -> Where:
        """Give the place of a key, with the line of what is nearest above it."""
        above = (keys[:length] for length in range(len(keys), 0, -1))
        line = next((self.lines[part] for part in above if part in self.lines), None)
        shown = dotted(tuple(key for key in keys if isinstance(key, str)))
        return Where(self.shown, None if line is None else line + self.offset, shown or None)

    def wrong(self, reason: str, *keys: str) -> BuildError:
        """Make the failure of a key whose value has the wrong form."""
        return BuildError("LP101", f"`{dotted(keys)}` {reason}", where=self.where(*keys))


def read_document(path: Path, root: Path) -> Document:
    """Read a TOML file; raises UsageError LP004 or LP005."""
    return parse_document(read_text(path, path_in_project(path, root)), path, root)


def parse_document(text: str, path: Path, root: Path, offset: int = 0) -> Document:
    """Read a TOML document that begins after `offset` lines of a file; raises UsageError LP005."""
    content = parse_toml(text, path_in_project(path, root))
    return Document(path, root, content, key_lines(text), offset)
