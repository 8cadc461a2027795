"""What `Globals` of a SAM template says of all functions, put under what each says itself.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Where
from lpack.templates.naming import function_of
from lpack.templates.tree import Items, Table
from lpack.toml_lines import KeyPath, dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST = 5
"""Keys that a message points to, one below the other."""


class Placed:
    """Properties with the place of each in the file."""

    def __init__(self, file: str, values: Mapping[str, Any], places: dict[KeyPath, Where]) -> None:
        self.file = file
        self.values = values
        self.places = places

    def where(self, *path: str | int) -> Where:
        """Give the place of a property, or of what is nearest above it."""
        above = (path[:length] for length in range(len(path), -1, -1))
        return next(self.places[one] for one in above if one in self.places)

    def below(self, *path: str | int) -> dict[KeyPath, Where]:
        """Give the places of a property and of all that is in it, by the path from there."""
        length = len(path)
        return {
            one[length:]: where for one, where in self.places.items() if one[:length] == path
        } or {(): self.where(*path)}


def placed(file: str, value: Any, path: KeyPath, line: int | None) -> Placed:
    """Find the places of properties that stand at `path` of the file."""
    places: dict[KeyPath, Where] = {(): Where(file, line, dotted(path))}
    _add_places(places, file, value, path, ())
    return Placed(file, value if isinstance(value, dict) else {}, places)


def _add_places(
    places: dict[KeyPath, Where], file: str, value: Any, above: KeyPath, path: KeyPath
) -> None:
    if len(path) == _DEEPEST:
        return
    pairs: list[tuple[str | int, Any, int | None]] = []
    if isinstance(value, Table):
        pairs = [(key, one, value.lines[key]) for key, one in value.items()]
    elif isinstance(value, Items):
        pairs = [(place, one, value.lines[place]) for place, one in enumerate(value)]
    elif isinstance(value, dict):
        pairs = [(key, one, None) for key, one in value.items()]
    elif isinstance(value, list):
        pairs = [(place, one, None) for place, one in enumerate(value)]
    for key, one, line in pairs:
        here = (*path, key)
        other = getattr(value, "file", "") or file
        places[here] = Where(other, line or None, dotted((*above, *here)))
        _add_places(places, file, one, above, here)


def merged(general: Placed, own: Placed) -> Placed:
    """Let a function's own properties win; maps are joined, and lists follow each other."""
    places: dict[KeyPath, Where] = {(): own.places[()]}
    values = _merged(general.values, own.values, (general, (), own, ()), places, ())
    return Placed(own.file, values, places)


def _merged(
    general: Mapping[str, Any],
    own: Mapping[str, Any],
    sides: tuple[Placed, KeyPath, Placed, KeyPath],
    places: dict[KeyPath, Where],
    path: KeyPath,
) -> Table:
    general_side, general_path, own_side, own_path = sides
    made = Table(getattr(own, "line", 0))
    for key in dict.fromkeys((*general, *own)):
        left, right = (*general_path, key), (*own_path, key)
        here = (*path, key)
        places[here] = (own_side if key in own else general_side).where(
            *(right if key in own else left)
        )
        made.lines[key] = places[here].line or 0
        if key not in own or key not in general:
            side, at = (own_side, right) if key in own else (general_side, left)
            made[key] = own[key] if key in own else general[key]
            places.update({(*here, *one): where for one, where in side.below(*at).items()})
        elif _is_map(general[key]) and _is_map(own[key]):
            inner = (general_side, left, own_side, right)
            made[key] = _merged(general[key], own[key], inner, places, here)
        elif isinstance(general[key], list) and isinstance(own[key], list):
            made[key] = [*general[key], *own[key]]
            _place_items(places, here, general_side.below(*left), 0)
            _place_items(places, here, own_side.below(*right), len(general[key]))
        else:
            made[key] = own[key]
            places.update({(*here, *one): where for one, where in own_side.below(*right).items()})
    return made


def _place_items(
    places: dict[KeyPath, Where], here: KeyPath, below: Mapping[KeyPath, Where], shift: int
) -> None:
    for path, where in below.items():
        if path and isinstance(path[0], int):
            places[(*here, path[0] + shift, *path[1:])] = where


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and function_of(value) is None
