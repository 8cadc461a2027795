"""A pyproject.toml with the line of each of its keys, narrowed to the types that are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import parse_toml
from lpack.errors import BuildError
from lpack.model import Where
from lpack.toml_lines import dotted, key_lines
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.projects.sources import Sources
    from lpack.toml_lines import KeyPath


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file."""

    content: Mapping[str, Any]
    name: str
    """Path for messages."""
    lines: Mapping[KeyPath, int]

    def has(self, *keys: str) -> bool:
        """Whether a key is there, whatever its value."""
        table: Any = self.content
        for key in keys:
            if not isinstance(table, dict) or key not in table:
                return False
            table = table[key]
        return True

    def value(self, *keys: str) -> Any:
        """Give the value of a key, or None."""
        return self.table(*keys[:-1]).get(keys[-1])

    def table(self, *keys: str) -> dict[str, Any]:
        """Give a table, empty where there is none; raises BuildError LP120 for another type."""
        table: Any = self.content
        for length, key in enumerate(keys, 1):
            table = table.get(key, {})
            if not isinstance(table, dict):
                raise self.wrong("must be a table", *keys[:length])
        return dict(table)

    def text(self, *keys: str) -> str | None:
        """Give a text, or None where there is none; raises BuildError LP120 for another type."""
        value = self.value(*keys)
        if value is not None and not isinstance(value, str):
            raise self.wrong("must be a string", *keys)
        return value

    def flag(self, *keys: str, default: bool) -> bool:
        """Give true or false; raises BuildError LP120 for another type."""
        value = self.value(*keys)
        if value is not None and not isinstance(value, bool):
            raise self.wrong("must be true or false", *keys)
        return default if value is None else value

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Give a list of texts, empty where there is none; raises BuildError LP120."""
        value = self.value(*keys)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong("must be a list of strings", *keys)
        return tuple(value)

    def text_table(self, *keys: str) -> dict[str, str]:
        """Give a table of texts, empty where there is none; raises BuildError LP120."""
        table = self.table(*keys)
        for key, value in table.items():
            if not isinstance(value, str):
                raise self.wrong("must be a string", *keys, key)
        return table

    def where(self, *keys: str | int) -> Where:
        """Give the place of a key, or of the nearest table above it that is there."""
        known = (keys[:length] for length in range(len(keys), 0, -1))
        line = next((self.lines[path] for path in known if path in self.lines), None)
        return Where(self.name, line, dotted(keys))

    def wrong(self, reason: str, *keys: str | int) -> BuildError:
        """Make the error LP120 about a key."""
        return BuildError("LP120", f"`{dotted(keys)}` {reason}", where=self.where(*keys))


def read_document(sources: Sources) -> Document | None:
    """Read a folder's pyproject.toml, if it has one.

    Raises UsageError LP004 (cannot be read) or LP005 (no TOML).
    """
    if not sources.is_file("pyproject.toml"):
        return None
    name = sources.shown("pyproject.toml")
    text = sources.text("pyproject.toml")
    return Document(parse_toml(text, name), name, key_lines(text))
