"""Fills a template of the catalogue: JSON whose strings may refer to values.

- `${name}` is the value of an option or of one of the template's `values`; `${name|filter:other}`
  is what a filter of `filters.py` makes of it. A string that is nothing else becomes the value
  itself, of any type; among other text, it becomes text.
- `{"$if": condition, "$then": one, "$else": other}` is one of the two; without `$else`, nothing.
- `{"$records": item}` is a list with an item for each record that was asked for.
- What becomes nothing is left out of the object or list that it stands in.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lpack.events.filters import ABSENT, FILTERS
from lpack.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.events.catalogue import Source

    Sample = Callable[[str, Mapping[str, Any]], Any]

    _Token = tuple[str, str, str]
    """A text in quotes, a word, or a mark; the other two are empty."""

_REFERENCE = pattern(r"\$\{((?:'[^']*'|[^{}'])*)\}")
_TOKEN = pattern(r"'([^']*)'|([\w-]+)|([|:])")
_RECORDS = "records"


class Scope:
    """What the names in a template mean, for one record; what is computed is kept."""

    def __init__(
        self, source: Source, given: Mapping[str, Any], other: Sample, index: int = 0
    ) -> None:
        """Take what was chosen, by the names of the options, and who makes other events."""
        self.source = source
        self.given = given
        self.other = other
        self.index = index
        self._known: dict[str, Any] = {}

    def value(self, name: str) -> Any:
        """Give what a name means."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Any:
        if name == "index":
            return self.index
        option = self.source.options.get(name)
        if option is None:
            return filled(self.source.values[name], self)
        if name not in self.given:
            default = filled(option.default, self)
            return default.encode() if option.kind == "bytes" and default else default
        given = self.given[name]
        return given[self.index % len(given)] if option.repeats else given

    def records(self) -> tuple[Scope, ...]:
        """Give a scope for each record: as many as were asked for, or as there are values."""
        repeated = [len(self.given[name]) for name in self.given if self._repeats(name)]
        number = max(self.value(_RECORDS), *repeated, 1)
        return tuple(Scope(self.source, self.given, self.other, index) for index in range(number))

    def _repeats(self, name: str) -> bool:
        return self.source.options[name].repeats

    def principal(self, prefix: str, count: int) -> bytes:
        """Give bytes that are the same in all events of an account."""
        seed = json.dumps([prefix, self.value("account")])
        return hashlib.shake_256(seed.encode()).digest(count)

    def random(self, purpose: str, count: int) -> bytes:
        """Give bytes that nobody would guess, and that are the same for the same event."""
        chosen = json.dumps(self.given, sort_keys=True, default=repr)
        seed = json.dumps([self.source.full_name, purpose, self.index, chosen])
        return hashlib.shake_256(seed.encode()).digest(count)


def filled(template: Any, scope: Scope) -> Any:
    """Give what a template stands for; ABSENT for nothing."""
    if isinstance(template, str):
        return _text(template, scope)
    if isinstance(template, list):
        items = (filled(item, scope) for item in template)
        return [item for item in items if item is not ABSENT]
    if not isinstance(template, dict):
        return template
    if "$records" in template:
        return [filled(template["$records"], record) for record in scope.records()]
    if "$if" in template:
        branch = "$then" if filled(template["$if"], scope) else "$else"
        return filled(template.get(branch, ABSENT), scope)
    members = ((filled(key, scope), filled(value, scope)) for key, value in template.items())
    return {key: value for key, value in members if value is not ABSENT}


def _text(text: str, scope: Scope) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole:
        return _evaluated(whole[1], scope)
    return _REFERENCE.sub(lambda found: str(_evaluated(found[1], scope)), text)


def _evaluated(expression: str, scope: Scope) -> Any:
    """Give the value of `name|filter:argument|…`; a name in quotes is a text of its own."""
    first, *filters = _split(_TOKEN.findall(expression), "|")
    value = _meant(first[0], scope)
    for (_, name, _), *rest in filters:
        arguments = [_meant(token, scope) for token in rest if token[2] != ":"]
        value = FILTERS[name](scope, value, *arguments)
    return value


def _split(tokens: list[_Token], mark: str) -> list[list[_Token]]:
    parts: list[list[_Token]] = [[]]
    for token in tokens:
        if token[2] == mark:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _meant(token: _Token, scope: Scope) -> Any:
    quoted, word, _ = token
    if word.isdigit():
        return int(word)
    return scope.value(word) if word else quoted
