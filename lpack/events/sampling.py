"""Makes one event of the catalogue from what was chosen for it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.events.catalogue import find, names
from lpack.events.choices import chosen
from lpack.events.filling import Scope, filled
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Json


def sample(
    text: str,
    options: Mapping[str, Any] | None = None,
    place: Mapping[str, str] | None = None,
) -> Json:
    """Give the event `SOURCE[:KIND]`, as JSON has it; the same arguments give the same event.

    `place` has options, such as `region`, for events that know them and where nobody chooses any.

    An option is given as its text, or as the value that TOML or JSON has for it; one that repeats
    takes a list as well.

    Raises UsageError LP430 for an event that is not there, LP431 for an option that is not.
    """
    source = find(text)
    implied = {name: value for name, value in (place or {}).items() if name in source.options}
    given = chosen(source, {**implied, **(options or {})})
    event: Json = filled(source.event, Scope(source, given, sample))
    return event


def is_named(text: str) -> bool:
    """Whether a text asks for an event of the catalogue, and is neither JSON nor a file."""
    first = text.partition(" ")[0]
    return first.partition(":")[0] in names()


def named(text: str, place: Mapping[str, str] | None = None) -> Json:
    """Give the event that `SOURCE[:KIND] [--option VALUE …]` asks for, all in one text.

    `place` is that of `sample`.

    Raises UsageError LP430 or LP431.
    """
    try:
        name, *words = shlex.split(text)
    except ValueError as error:
        raise UsageError("LP431", f"`{shown(text)}` cannot be read: {error}") from error
    return sample(name, _options(words, find(name).options), place)


def _options(words: list[str], known: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            message = f"`{shown(word)}` is not an option"
            raise UsageError("LP431", message, hint="write `--option VALUE`")
        if name in known and known[name].kind == "boolean":
            options[name] = True
        elif equals or name not in known:
            options.setdefault(name, []).append(value)
        else:
            options.setdefault(name, []).append(_next(rest, name))
    return {
        name: value if _is_several(known, name) else _last(value) for name, value in options.items()
    }


def _is_several(known: Mapping[str, Any], name: str) -> bool:
    return name in known and (known[name].repeats or known[name].kind == "pairs")


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) else value


def _next(words: Any, name: str) -> str:
    for word in words:
        return str(word)
    raise UsageError("LP431", f"the option `{shown(name)}` has no value")
