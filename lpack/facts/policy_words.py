"""Says which fact a policy does not allow, and what it wants instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.validation.wording import kind_of, listed, shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from lpack.toml_lines import KeyPath

_CALLED_BY = ("name", "path", "module", "owner", "rule", "code")
"""Keys by which an item of a list is known."""
_WANTED = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} keys",
    "maxProperties": "at most {} keys",
    "pattern": "a match of `{}`",
    "const": "`{}`",
    "uniqueItems": "no item twice",
    "contains": "an item that it describes",
    "anyOf": "one of the forms that it describes",
    "oneOf": "exactly one of the forms that it describes",
    "not": "something else",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A fact that a policy does not allow."""

    path: KeyPath
    """Where the fact is in the document."""
    keyword: str
    """What of the policy does not allow it, such as `minimum`."""
    message: str
    hint: str | None
    """The policy's own words, if it has any for that."""


def violation(error: ValidationError, file: str, document: dict[str, Any]) -> Violation:
    """Put into words what jsonschema found."""
    path = tuple(error.absolute_path)
    fact, keyword, limit = in_words(path, document), str(error.validator), error.validator_value
    wants = f"and policy `{file}` wants"
    if keyword == "required" and isinstance(limit, list) and isinstance(error.instance, dict):
        missing = [name for name in limit if name not in error.instance]
        message = f"{fact} has no {listed(missing)}, {wants} it"
    elif keyword in ("additionalProperties", "unevaluatedProperties", "propertyNames"):
        message = f"{fact} has a key that policy `{file}` does not allow: {_keys(error)}"
    else:
        message = f"{fact} is {_value(error.instance)}, {wants} {_wanted(keyword, limit)}"
    return Violation(path, keyword, message, _own_words(error))


def in_words(path: KeyPath, document: Any) -> str:
    """Name a fact from the inside out: `` `version` of `numpy` in `distributions` ``."""
    if not path:
        return "the document"
    words = ""
    for part in path:
        document = document[part]
        if isinstance(part, str):
            words = f"`{shown(part)}`" + (f" of {words}" if words else "")
        else:
            words = f"{_item(part, document)} in {words}"
    return words


def _item(place: int, item: Any) -> str:
    known = (item.get(key) for key in _CALLED_BY) if isinstance(item, dict) else ()
    name = next((one for one in known if isinstance(one, str) and one), None)
    return f"item {place + 1}" if name is None else f"`{shown(name)}`"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, dict):
        return "a table"
    return "`null`" if value is None else f"`{shown(value)}`"


def _wanted(keyword: str, limit: Any) -> str:
    if keyword == "enum" and isinstance(limit, list):
        return f"one of {listed(limit)}"
    if keyword == "type":
        return " or ".join([limit] if isinstance(limit, str) else map(str, limit))
    template = _WANTED.get(keyword, "none" if keyword == "None" else f"what its `{keyword}` says")
    if isinstance(limit, int | float) and not isinstance(limit, bool):
        return template.format(f"{limit:,}")
    return template.format(shown(limit if isinstance(limit, str) else json.dumps(limit)))


def _keys(error: ValidationError) -> str:
    if error.validator == "propertyNames" or not isinstance(error.instance, dict):
        return (
            f"`{shown(error.instance)}`"
            if isinstance(error.instance, str)
            else kind_of(error.instance)
        )
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    return listed([key for key in error.instance if key not in known])


def _own_words(error: ValidationError) -> str | None:
    """Give what the policy says for people, where it failed."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    for key in ("$comment", "description", "title"):
        said = schema.get(key)
        if isinstance(said, str) and said.strip():
            return shown_long(said)
    return None


def shown_long(text: str) -> str:
    """Put a sentence on one line, without what a terminal would obey."""
    return "".join(one if one.isprintable() else " " for one in text[:300]).strip()
