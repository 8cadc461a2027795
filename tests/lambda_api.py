"""CreateFunction as botocore's service model has it, and what of that lpack's schema says."""

from __future__ import annotations

import gzip
import json
import re
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# \p{L}, \p{N} and `_` are what Python's \w matches; \p{Z} are the separators of Unicode.
_SEPARATORS = " \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_KINDS = {"double": "number", "structure": "object", "map": "object", "list": "array"}
_LIMITS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "double": ("minimum", "maximum"),
    "list": ("minItems", "maxItems"),
}
# A request has these by other ways than `settings`: keys of lpack, and what a deployment adds.
ELSEWHERE = {
    "FunctionName": "the name of the function's table",
    "Runtime": "`runtime`",
    "Handler": "`handler`",
    "Description": "`description`",
    "Timeout": "`timeout`",
    "MemorySize": "`memory`",
    "Environment": "`environment`",
    "Layers": "`layers`",
    "Architectures": "`architecture`",
    "EphemeralStorage": "`ephemeral_storage`",
    "Code": "",
    "Publish": "",
    "PublishTo": "",
}
Constraint = tuple[str, str, Any]
"""Member, such as `VpcConfig.SubnetIds[]`, keyword of the model, and its value."""


BOTOCORE = "1.44.5"
"""The version whose model is meant; that of the dependency group `api`."""
SHAPES = Path(__file__).parent / "create_function.json"
"""What that model says of CreateFunction, without its prose: botocore itself takes 30 MB."""


def shapes() -> dict[str, Any]:
    """Read the shapes of CreateFunction."""
    found: dict[str, Any] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return found


def has_botocore() -> bool:
    """Whether the model itself is here."""
    try:
        return version("botocore") == BOTOCORE
    except PackageNotFoundError:
        return False


def shapes_of_botocore() -> dict[str, Any]:
    """Read the shapes of CreateFunction from botocore's model of Lambda."""
    file = resources.files("botocore") / "data/lambda/2015-03-31/service-2.json.gz"
    known: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))["shapes"]
    return {name: _bare(known[name]) for name in sorted(_reached(known, "CreateFunctionRequest"))}


def _reached(known: dict[str, Any], name: str) -> set[str]:
    """Give a shape and all that it is made of; none of CreateFunction's holds itself."""
    below = [*known[name].get("members", {}).values()]
    below += [known[name][part] for part in ("member", "key", "value") if part in known[name]]
    return {name}.union(*(_reached(known, one["shape"]) for one in below))


def _bare(shape: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is written for people."""
    return {
        key: _bare(value) if isinstance(value, dict) else value
        for key, value in shape.items()
        if key != "documentation" or isinstance(value, dict)
    }


def constraints(
    known: dict[str, Any], shape: str = "CreateFunctionRequest", path: str = ""
) -> Iterator[Constraint]:
    """Give everything that the model demands of CreateFunction, member by member."""
    here = known[shape]
    for name in here.get("required", ()):
        yield (f"{path}.{name}".lstrip("."), "required", True)
    for keyword in ("min", "max", "pattern", "enum"):
        if keyword in here:
            yield (path, keyword, here[keyword])
    for name, member in here.get("members", {}).items():
        yield from constraints(known, member["shape"], f"{path}.{name}".lstrip("."))
    for part, mark in (("member", "[]"), ("key", "{key}"), ("value", "{value}")):
        if part in here:
            yield from constraints(known, here[part]["shape"], path + mark)


def settings_schema(known: dict[str, Any]) -> dict[str, Any]:
    """Write what the model says of the members that `settings` takes as a JSON Schema."""
    request = _schema(known, "CreateFunctionRequest")
    members = {
        name: schema for name, schema in request["properties"].items() if name not in ELSEWHERE
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://lpack.dev/schemas/settings.schema.json",
        "title": "Settings of a function, by the names of Lambda's API",
        "description": "The table `settings` of a function: the members of CreateFunction for which"
        " lpack has no key of its own, with the constraints of the API. Written from botocore's"
        " model by tests/unit/test_lambda_api.py.",
        "source": "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
        "type": "object",
        "additionalProperties": False,
        "properties": members,
    }


def _schema(known: dict[str, Any], shape: str) -> dict[str, Any]:
    here = known[shape]
    kind = here["type"]
    schema: dict[str, Any] = {"type": _KINDS.get(kind, kind)}
    for keyword, name in zip(("min", "max"), _LIMITS.get(kind, ()), strict=False):
        if keyword in here:
            schema[name] = here[keyword]
    if "pattern" in here:
        schema["pattern"] = translated(here["pattern"])
    if "enum" in here:
        schema["enum"] = here["enum"]
    if kind == "structure":
        schema |= {
            **({"required": here["required"]} if here.get("required") else {}),
            "additionalProperties": False,
            "properties": {
                name: _schema(known, member["shape"]) for name, member in here["members"].items()
            },
        }
    elif kind == "map":
        schema["propertyNames"] = _schema(known, here["key"]["shape"])
        schema["additionalProperties"] = _schema(known, here["value"]["shape"])
    elif kind == "list":
        schema["items"] = _schema(known, here["member"]["shape"])
    return schema


def translated(pattern: str) -> str:
    """Write a pattern of the API, which has to match all, so that other dialects read it too."""
    pattern = pattern.replace(r"\p{L}\p{Z}\p{N}_", r"\w" + _SEPARATORS)
    pattern = pattern.replace(r"\d", "[0-9]")
    # A dash after a range is a dash here, and an error in JavaScript.
    pattern = re.sub(r"(\w-\w)-([_.:]+)\]", r"\1\2-]", pattern)
    return f"^(?:{pattern})$"
