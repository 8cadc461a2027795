"""What a template says and nobody can know before it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.toml_lines import KeyPath

ABSENT: Any = Unknown("AWS::NoValue")
"""What `AWS::NoValue` gives: the property is as good as not written."""


def first_unknown(value: Any) -> Unknown | None:
    """Give the first thing in a value that is not known."""
    return next((one for _, one in unknowns(value)), None)


def unknowns(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Unknown]]:
    """Give all that is not known in a value, with its path."""
    if isinstance(value, Unknown):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from unknowns(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unknowns(one, (*path, place))
