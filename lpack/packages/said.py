"""What is said of the function that a package is for, on the command line or in a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from lpack.data import CONFIG_BYTES, own_json, read_text
from lpack.errors import UsageError
from lpack.model import ARCHITECTURES, Where
from lpack.validation.wording import kind_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Said = dict[str, tuple[Any, Where]]
"""By the key of lpack's configuration, the value and where it stands."""

_INLINE = "--settings"
# What GetFunctionConfiguration answers and CreateFunction does not take, inside of what both know.
# https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
_ANSWERED = {"VpcConfig": ("VpcId",), "SnapStart": ("OptimizationStatus",)}
_ANSWER = "FunctionArn"
"""Only answers have it."""
CODE_SHA256 = "CodeSha256"


def read_settings(text: str, path: Path) -> Said:
    """Read settings in the shape of CreateFunction, or of an answer of GetFunctionConfiguration.

    `text` is JSON itself, or else `path` is that of a file. Of an answer, what only answers have is
    passed over. Raises UsageError LP004 or LP025.
    """
    is_inline = text.lstrip().startswith("{")
    place = "command line" if is_inline else str(path)
    where = Where(place, key=_INLINE if is_inline else None)
    document = _parsed(text if is_inline else read_text(path, text, CONFIG_BYTES), where)
    if isinstance(document.get("Configuration"), dict):  # of GetFunction
        document = document["Configuration"]
    document = {key: value for key, value in document.items() if value is not None}
    # Lambda's default: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    default: Said = {"architecture": (ARCHITECTURES[0], where)}
    return {**default, **_own(document, where), **_others(document, where)}


def _parsed(text: str, where: Where) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = Where(where.file, None if where.key else error.lineno, where.key)
        raise _invalid(f"the settings are no JSON: {error.msg}", place) from error
    except (ValueError, RecursionError) as error:
        raise _invalid("the settings are no JSON that anybody could read", where) from error
    if not isinstance(document, dict):
        raise _invalid(f"the settings are {kind_of(document)}, not an object", where)
    return document


def _own(document: Mapping[str, Any], where: Where) -> Said:
    """Take the members for which lpack has a key of its own."""
    found: Said = {}
    for member, (key, read) in _KEYS.items():
        if member in document:
            value = read(document[member])
            if value is None:
                what = kind_of(document[member])
                raise _invalid(f"`{member}` of the settings is {what}, of another form", where)
            found[key] = (value, where)
    return found


def _others(document: Mapping[str, Any], where: Where) -> Said:
    """Take the members that have no key, as the rules hold them against the API."""
    others = {key: one for key, one in document.items() if key not in (*_KEYS, "Code", "Publish")}
    digest = others.pop(CODE_SHA256, None)
    if _ANSWER in document:
        known = own_json("schemas", "settings.schema.json")["properties"]
        others = {key: _asked(key, one) for key, one in others.items() if key in known}
        others = {key: one for key, one in others.items() if one is not None}
    said: Said = {"settings": (others, where)} if others else {}
    return {**said, **({CODE_SHA256: (digest, where)} if isinstance(digest, str) else {})}


def _asked(member: str, value: Any) -> Any:
    """Leave out of an answer what cannot be asked for; None for what is switched off."""
    if not isinstance(value, dict) or member not in _ANSWERED:
        return value
    left = {key: one for key, one in value.items() if key not in _ANSWERED[member]}
    return left if any(left.values()) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _storage(value: Any) -> int | None:
    return _number(value.get("Size")) if isinstance(value, dict) else None


def _variables(value: Any) -> dict[str, str] | None:
    variables = value.get("Variables", {}) if isinstance(value, dict) else None
    if not isinstance(variables, dict) or not all(map(_is_text, variables.values())):
        return None
    return cast("dict[str, str]", variables)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _layers(value: Any) -> tuple[str, ...] | None:
    """Read ARNs as CreateFunction takes them, or the objects of an answer."""
    if not isinstance(value, list):
        return None
    found = [one.get("Arn") if isinstance(one, dict) else one for one in value]
    texts = tuple(one for one in found if isinstance(one, str))
    return texts if len(texts) == len(found) else None


def _first(value: Any) -> str | None:
    return _text(value[0]) if isinstance(value, list) and len(value) == 1 else None


_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "FunctionName": ("name", _text),
    "Runtime": ("runtime", _text),
    "Handler": ("handler", _text),
    "Architectures": ("architecture", _first),
    "MemorySize": ("memory", _number),
    "Timeout": ("timeout", _number),
    "EphemeralStorage": ("ephemeral_storage", _storage),
    "Environment": ("environment", _variables),
    "Layers": ("layers", _layers),
    "Description": ("description", _text),
}


def read_environment(path: Path, given: str) -> dict[str, str]:
    """Read a file of lines `NAME=VALUE`, as `docker run --env-file` does; raises LP004 or LP025."""
    found: dict[str, str] = {}
    for number, line in enumerate(read_text(path, given, CONFIG_BYTES).splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.removeprefix("export ").partition("=")
        if not equals or not name.strip():
            raise _invalid(f"`{shown(text)}` is not NAME=VALUE", Where(given, number))
        found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _invalid(message: str, where: Where) -> UsageError:
    hint = "give what `aws lambda get-function-configuration` prints, or CreateFunction takes"
    return UsageError("LP025", message, where=where, hint=hint)
