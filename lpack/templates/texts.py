"""Turns the text of a template, YAML or JSON, into a tree."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.lazily import pattern
from lpack.model import Where
from lpack.templates.tree import Composer, Event, Twice

if TYPE_CHECKING:
    from collections.abc import Iterator

# https://yaml.org/spec/1.1/#id865585, and the types of https://yaml.org/type/ that templates use.
_BOOLEANS = {
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NULLS = ("", "~", "null", "Null", "NULL")
_INTEGER = pattern(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_FLOAT = pattern(r"[-+]?(?:[0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][-+]?[0-9]{1,3})?")
_JSON_ENDINGS = (".json", ".template")
_STANDARD_TAG = "tag:yaml.org,2002:"
_JSON = pattern(r'"(?:[^"\\]|\\.)*"|[][{}:,]|[^][{}:,"\s]+|\n|[^\S\n]+', re.DOTALL)


def parse_text(text: str, shown: str) -> tuple[Any, list[Twice]]:
    """Give the document and the keys that stand in it twice.

    Raises UsageError LP027 when it cannot be read, and LP029 when it is out of bounds.
    """
    _refuse_broken_json(text, shown)
    composer = Composer(shown)
    events = _json_events(text, shown) if _is_json(text) else _yaml_events(text, shown)
    return composer.compose(events), composer.twice


def _refuse_broken_json(text: str, shown: str) -> None:
    """Tell what is wrong in what is meant to be JSON, whose words differ from those of YAML."""
    if not shown.endswith(_JSON_ENDINGS) or not text.lstrip().startswith("{"):
        return
    try:
        json.loads(text)
    except RecursionError:
        return
    except json.JSONDecodeError as error:
        message = f"`{shown}` is not valid JSON: {error.msg}"
        where = Where(shown, error.lineno)
        raise UsageError("LP027", message, where=where, hint="correct the line") from error
    except ValueError as error:  # numbers may be too long for Python
        raise UsageError("LP027", f"`{shown}` is not valid JSON", where=Where(shown)) from error


def _is_json(text: str) -> bool:
    """Tell JSON from YAML in braces, which has no quotes around its keys."""
    return re.match(r'\s*(?:\{\s*(?:"|\})|\[)', text) is not None and _parses(text)


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except RecursionError:
        return True  # the bounds of trees have a better word for it
    except ValueError:
        return False
    return True


def _json_events(text: str, shown: str) -> Iterator[Event]:
    """Cut a text that is known to be JSON, or too deep to be known, into its pieces."""
    del shown
    line = 1
    for piece in (found.group() for found in _JSON.finditer(text)):
        first = piece[0]
        if first in "{[":
            yield Event("map" if first == "{" else "list", line)
        elif first in "}]":
            yield Event("end", line)
        elif first not in ":," and not piece.isspace():
            yield Event("value", line, _json_value(piece))
        line += piece.count("\n")


def _json_value(piece: str) -> Any:
    try:
        return json.loads(piece)
    except ValueError:  # only in what is too deep to be read at all
        return piece


def _yaml_events(text: str, shown: str) -> Iterator[Event]:
    import yaml  # noqa: PLC0415 - only those who have a template pay for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise UsageError(
                    "LP027", f"`{shown}` holds several documents", where=Where(shown)
                )
            found = _event(event)
            if found is not None:
                yield found
    except yaml.YAMLError as error:
        raise _broken(error, shown) from error


def _event(event: Any) -> Event | None:
    kind = type(event).__name__
    line: int = event.start_mark.line + 1
    if kind == "ScalarEvent":
        tag, plain = _tag(event.tag), not event.style
        value = event.value
        if plain and tag is None:
            value = _typed(value)
        return Event("value", line, value, event.anchor, tag, is_plain=plain)
    if kind == "AliasEvent":
        return Event("alias", line, event.anchor)
    if kind in ("MappingStartEvent", "SequenceStartEvent"):
        what = "map" if kind.startswith("M") else "list"
        return Event(what, line, None, event.anchor, _tag(event.tag))
    return Event("end", line) if kind in ("MappingEndEvent", "SequenceEndEvent") else None


def _tag(tag: str | None) -> str | None:
    """Give a tag of CloudFormation; those of YAML itself say nothing that matters here."""
    return None if tag is None or tag == "!" or tag.startswith(_STANDARD_TAG) else tag


def _typed(text: str) -> Any:
    """Read a value without quotes; dates stay texts, as CloudFormation takes them."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text in _NULLS:
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _broken(error: Exception, shown: str) -> UsageError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is no YAML"
    line = None if mark is None else mark.line + 1
    message = f"`{shown}` is not valid YAML: {problem}"
    return UsageError("LP027", message, where=Where(shown, line), hint="correct the line")
