"""A manifest against its schema: the long list of entries quickly, all the rest thoroughly.

jsonschema takes half a second for the entries of one large package.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from lpack.data import own_json
from lpack.validation import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.validation import Problem

    Fits = Callable[[Any], bool]

NAME = "manifest"
_SEAL = "seal"
_TOLD = 100
"""Entries that do not fit; more would take minutes, and tell no more."""


def schema_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Give what is wrong with a manifest by its schema, and of its entries with the first few.

    The seal is held against the text elsewhere.
    """
    schema, rest = own_json("schemas", f"{NAME}.schema.json"), dict(document)
    if _SEAL not in schema["properties"]:
        rest.pop(_SEAL, None)
    entries = rest.get("entries")
    if isinstance(entries, list):
        fits = _row_check(schema)
        odd = (one for one in entries if fits is None or not fits(one))
        rest["entries"] = list(islice(odd, None if fits is None else _TOLD))
    return problems(rest, NAME)


def _row_check(schema: Mapping[str, Any]) -> Fits | None:
    """Make a check of one entry from its schema; None if that asks for more than is known here.

    It may refuse what the schema allows, never the other way round.
    """
    items = schema["properties"]["entries"]["items"]
    checks = {}
    for name, described in items["properties"].items():
        check = _value_check(described, schema["$defs"])
        if check is None:
            return None
        checks[name] = check
    if set(items) - {"type", "properties", "required", "additionalProperties", "description"}:
        return None
    optional = checks.keys() - set(items["required"])

    def fits(row: Any) -> bool:
        return (
            isinstance(row, dict)
            and checks.keys() - optional <= row.keys() <= checks.keys()
            and all(checks[name](value) for name, value in row.items())
        )

    return fits


def _value_check(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> Fits | None:
    rule = definitions[described["$ref"].rpartition("/")[2]] if "$ref" in described else described
    keywords = {key: value for key, value in rule.items() if key != "description"}
    if set(keywords) == {"enum"}:
        choices = keywords["enum"]
        return lambda value: isinstance(value, str) and value in choices
    if set(keywords) <= {"type", "minimum"} and keywords.get("type") == "integer":
        least = keywords.get("minimum", float("-inf"))
        return lambda value: type(value) is int and value >= least
    if set(keywords) <= {"type", "pattern"} and keywords.get("type") == "string":
        matches = re.compile(keywords.get("pattern", "")).search
        return lambda value: isinstance(value, str) and matches(value) is not None
    return None
