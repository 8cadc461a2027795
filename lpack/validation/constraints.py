"""Holds a value against the few keywords that the constraints of an API need.

jsonschema could do it too, and takes longer to load than a whole check.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.model import Unknown
from lpack.toml_lines import KeyPath, dotted
from lpack.validation.problems import Problem
from lpack.validation.wording import nearest, shown, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "minItems": lambda value, limit: len(value) >= limit,
    "maxItems": lambda value, limit: len(value) <= limit,
    "enum": lambda value, limit: value in limit,
    # The schema's patterns name their ends, and `$` alone would take a line's end too.
    "pattern": lambda value, limit: re.fullmatch(limit, value) is not None,
}
KEYWORDS = {"type", "required", "properties", "additionalProperties", "propertyNames", "items"}
KEYWORDS |= _ORDERED.keys()


def broken(value: Any, schema: Mapping[str, Any], path: KeyPath = ()) -> Iterator[Problem]:
    """Give everything that is wrong with a value, by a schema of these keywords and no others.

    What is not known may be right.
    """
    if isinstance(value, Unknown):
        return
    if not _is_a(value, schema["type"]):
        yield _problem(path, "type", value, schema["type"])
        return
    for keyword, fits in _ORDERED.items():
        if keyword in schema and not fits(value, schema[keyword]):
            yield _problem(path, keyword, value, schema[keyword])
    if isinstance(value, dict):
        yield from _members(value, schema, path)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from broken(item, schema["items"], (*path, place))


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _members(value: dict[str, Any], schema: Mapping[str, Any], path: KeyPath) -> Iterator[Problem]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            message = f"`{dotted(path)}` has no `{name}`"
            yield Problem(path, "required", message, f"add the key `{name}`")
    for name, item in value.items():
        if "propertyNames" in schema:
            yield from broken(name, schema["propertyNames"], (*path, name))
        inner = known.get(name, schema["additionalProperties"])
        if inner is False:
            hint = nearest(name, known)
            message = f"Lambda knows no setting `{shown(dotted((*path, name)))}`"
            yield Problem((*path, name), "additionalProperties", message, hint)
        elif inner is not True:
            yield from broken(item, inner, (*path, name))


def _problem(path: KeyPath, keyword: str, value: Any, limit: Any) -> Problem:
    message, hint = worded(keyword, f"`{shown(dotted(path))}`", value, limit)
    return Problem(path, keyword, message, hint)
