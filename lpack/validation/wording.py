"""Says in plain words why a value does not fit one keyword of a JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

Words = tuple[str, str | None]
"""Message and hint."""

_SHOWN_LETTERS = 60
_MOST_NAMED = 4
# As spelling goes, `amd64` is close to the wrong one.
_SYNONYMS = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "aarch64": "arm64"}
_SCHEMA_KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "null",
}
_PYTHON_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "an integer"),
    (float, "a number with a fraction"),
    (str, "a string"),
    (list, "a list"),
    (dict, "a table"),
    (type(None), "null"),
)


def worded(keyword: str, name: str, value: Any, limit: Any) -> Words:
    """Say why `value`, called `name`, does not fulfil `keyword` with its `limit`."""
    wording = _WORDINGS.get(keyword)
    if wording is None:
        return f"{name} does not fulfil `{keyword}` of its schema", None
    return wording(name, value, limit)


def kind_of(value: Any) -> str:
    """Name the kind of a value, with its article, as a user of TOML or JSON would."""
    return next((word for kind, word in _PYTHON_KINDS if isinstance(value, kind)), "a date or time")


def shown(value: Any) -> str:
    """Write a scalar for a message: on one line, short, without control characters."""
    text = str(value).lower() if isinstance(value, bool) else str(value)[: _SHOWN_LETTERS + 1]
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= _SHOWN_LETTERS else text[: _SHOWN_LETTERS - 1] + "…"


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """Give the hint ``did you mean `x`?`` when a known word is close to `word`."""
    synonym = _SYNONYMS.get(word.lower())
    if synonym in known:
        return f"did you mean `{synonym}`?"
    by_lower = {name.lower().replace("-", "_"): name for name in known}
    # difflib takes quadratic time, and no known word is nearly as long.
    asked = word[:_SHOWN_LETTERS].lower().replace("-", "_")
    from difflib import get_close_matches  # noqa: PLC0415 - only on failure

    close = get_close_matches(asked, by_lower, n=1, cutoff=0.6)
    return f"did you mean `{by_lower[close[0]]}`?" if close else None


def nearest(word: str, known: Collection[str]) -> str:
    """Give the hint of `did_you_mean`, or else the few names that come nearest."""
    meant = did_you_mean(word, known)
    if meant:
        return meant
    from difflib import get_close_matches  # noqa: PLC0415 - only on failure

    near = get_close_matches(word[:_SHOWN_LETTERS], known, n=_MOST_NAMED, cutoff=0.0)
    rest = len(known) - len(near)
    return f"known keys: {listed(near)}" + (f" and {rest} more" if rest > 0 else "")


def listed(words: Iterable[Any]) -> str:
    """Write words with commas between, each in backticks."""
    return ", ".join(f"`{shown(word)}`" for word in words)


def _wrong_type(name: str, value: Any, limit: Any) -> Words:
    wanted: list[str] = [limit] if isinstance(limit, str) else limit
    kinds = [_SCHEMA_KINDS[kind] for kind in wanted]
    either = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    return f"{name} must be {either}, not {kind_of(value)}", _rewritten(value, wanted)


def _rewritten(value: Any, wanted: list[str]) -> str | None:
    """Say how to write it, without the value itself: it may be a password in `environment`."""
    if "string" in wanted and not isinstance(value, list | dict | None):
        return "put the value in quotes"
    if "integer" in wanted and isinstance(value, str) and value.isdecimal():
        return "remove the quotes"
    if wanted == ["array"] and isinstance(value, str):
        return "put the value in brackets"
    return None


def _not_among(name: str, value: Any, limit: Any) -> Words:
    near = (
        did_you_mean(value, [str(choice) for choice in limit]) if isinstance(value, str) else None
    )
    message = f"{name} is {_value(value)}, which is not one of the choices"
    return message, near or f"choices: {listed(limit)}"


def _value(value: Any) -> str:
    return kind_of(value) if isinstance(value, list | dict) else f"`{shown(value)}`"


def _out_of_bounds(words: str) -> Callable[[str, Any, Any], Words]:
    def wording(name: str, value: Any, limit: Any) -> Words:
        return f"{name} must be {words} {limit}, not {shown(value)}", None

    return wording


def _too_short(name: str, value: Any, limit: Any) -> Words:
    if not value:
        return f"{name} is empty", None
    return f"{name} has fewer than {limit} {_unit(value)}", None


def _too_long(name: str, value: Any, limit: Any) -> Words:
    return f"{name} has more than {limit} {_unit(value)}", None


def _unit(value: Any) -> str:
    return "characters" if isinstance(value, str) else "items"


def _no_match(name: str, value: Any, limit: Any) -> Words:
    return f"{name} is {_value(value)}, which does not match `{limit}`", None


def _not_equal(name: str, value: Any, limit: Any) -> Words:
    return f"{name} must be {_value(limit)}, not {_value(value)}", None


def _forbidden(name: str, value: Any, limit: Any) -> Words:
    del limit
    return f"{name} cannot be {_value(value)}", None


def _repeated(name: str, value: Any, limit: Any) -> Words:
    del limit
    twice = next((item for place, item in enumerate(value) if item in value[:place]), None)
    return f"{name} has {_value(twice)} twice", "remove one of the two"


def _no_form(name: str, value: Any, limit: Any) -> Words:
    del value, limit
    return f"{name} has none of the forms that are allowed", None


_WORDINGS: dict[str, Callable[[str, Any, Any], Words]] = {
    "type": _wrong_type,
    "enum": _not_among,
    "minimum": _out_of_bounds("at least"),
    "maximum": _out_of_bounds("at most"),
    "exclusiveMinimum": _out_of_bounds("more than"),
    "exclusiveMaximum": _out_of_bounds("less than"),
    "minLength": _too_short,
    "minItems": _too_short,
    "minProperties": _too_short,
    "maxLength": _too_long,
    "maxItems": _too_long,
    "maxProperties": _too_long,
    "pattern": _no_match,
    "const": _not_equal,
    "not": _forbidden,
    "uniqueItems": _repeated,
    "anyOf": _no_form,
    "oneOf": _no_form,
}
