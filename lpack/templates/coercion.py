"""CloudFormation's leniency: a number may be written as a text, and a text as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Unknown
from lpack.templates.declared import whole
from lpack.templates.tree import written

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOOLEANS = {"true": True, "false": False}


def coerced(value: Any, schema: Mapping[str, Any]) -> Any:
    """Give a value as a schema wants it, where CloudFormation would convert it."""
    kind = schema.get("type")
    if isinstance(value, Unknown) or value is None:
        return value
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        others = schema.get("additionalProperties")
        others = others if isinstance(others, dict) else {}
        return {key: coerced(one, inner.get(key, others)) for key, one in value.items()}
    if isinstance(value, list):
        return [coerced(one, schema.get("items", {})) for one in value]
    if kind == "integer":
        number = whole(value)
        return value if number is None else number
    if kind == "boolean" and isinstance(value, str):
        return _BOOLEANS.get(value.lower(), value)
    return written(value) if kind == "string" else value
