"""A value that is decided elsewhere, and not known here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in the settings of a function for what only the deployment will know."""

    why: str
    """In words, such as ``parameter `Memory` has no default``."""
    text: str = ""
    """What is known of it: a text with `${…}` for the rest; empty where nothing is."""


def unknowns(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Unknown]]:
    """Give all that is not known in a value, with its path."""
    if isinstance(value, Unknown):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from unknowns(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unknowns(one, (*path, place))
