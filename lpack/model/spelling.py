"""How the file that declares a function writes what lpack calls by names of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words of one kind of file, so that a message says what there is to be changed."""

    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By lpack's key, the name in the file; others are called the same."""
    assigns: str = "{name} = {value}"
    quotes: bool = True
    """Whether a text is written in quotes."""

    def called(self, key: str) -> str:
        """Name a key as the file does."""
        return self.names.get(key, key)

    def written(self, key: str, value: str | int) -> str:
        """Write a key with a value, as the file would have it."""
        text = f'"{value}"' if self.quotes and isinstance(value, str) else str(value)
        return self.assigns.format(name=self.called(key), value=text)
