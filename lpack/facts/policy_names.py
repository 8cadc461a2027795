"""Finds what a policy says of properties that no fact has: it would hold whatever it says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from lpack.data import own_json
from lpack.validation.wording import did_you_mean, listed, shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.toml_lines import KeyPath

# Of these, the schemas in a list, in a table, and alone, are about the same value.
_LISTS = ("allOf", "anyOf", "oneOf")
_TABLES = ("dependentSchemas",)
_ALONE = ("not", "if", "then", "else")
_ITEMS = ("items", "contains", "unevaluatedItems")
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A property of a policy that no fact has."""

    path: KeyPath
    """Where in the document it would be; a star stands for each item of a list."""
    hint: str


def unknown_facts(policy: Any) -> tuple[UnknownFact, ...]:
    """Give the properties of a policy that no facts document can have, each once."""
    search = _Search(policy)
    return tuple({one.path: one for one in search.at(policy, _document(), ())}.values())


class _Search:
    """Walks a policy and the schema of the facts side by side."""

    def __init__(self, policy: Any) -> None:
        self.policy = policy
        self.seen: set[tuple[int, int]] = set()

    def at(self, schema: Any, facts: Any, path: KeyPath) -> Iterator[UnknownFact]:
        """Look at a schema for what stands at a path of the document."""
        if not isinstance(schema, dict) or (id(schema), id(facts)) in self.seen:
            return
        self.seen.add((id(schema), id(facts)))
        for inner in self._about_the_same(schema):
            yield from self.at(inner, facts, path)
        known = _properties(facts)
        if known is not None:
            yield from self._of_table(schema, known, path)
        if isinstance(facts.get("items"), dict):
            for keyword in _ITEMS:
                yield from self.at(schema.get(keyword), facts["items"], (*path, "*"))

    def _of_table(self, schema: Any, known: dict[str, Any], path: KeyPath) -> Iterator[UnknownFact]:
        stated = schema.get("properties")
        stated = stated if isinstance(stated, dict) else {}
        required = schema.get("required")
        required = required if isinstance(required, list) else []
        names = (one for one in (*stated, *required) if isinstance(one, str))
        for name in names:
            if name not in known:
                yield UnknownFact((*path, name), _hint(name, known, path))
            elif name in stated:
                yield from self.at(stated[name], known[name], (*path, name))

    def _about_the_same(self, schema: dict[str, Any]) -> Iterator[Any]:
        for keyword in _LISTS:
            found = schema.get(keyword)
            yield from found if isinstance(found, list) else ()
        for keyword in _TABLES:
            found = schema.get(keyword)
            yield from found.values() if isinstance(found, dict) else ()
        for keyword in _ALONE:
            yield schema.get(keyword)
        yield self._referred(schema.get("$ref"))

    def _referred(self, reference: Any) -> Any:
        """Follow a reference by its path in the policy; others are left to the validator."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        found = self.policy
        for part in reference.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found


def _hint(name: str, known: dict[str, Any], path: KeyPath) -> str:
    """Suggest a near name, or the place in the document that has this one."""
    near = did_you_mean(name, known)
    if near:
        return near
    elsewhere = next((one for one in _paths(_document(), ()) if one[-1:] == (name,)), None)
    if elsewhere:
        return f"did you mean `{name}` of `{'.'.join(map(str, elsewhere[:-1]))}`?"
    place = f"`{shown('.'.join(map(str, path)))}`" if path else "the document"
    more = ", …" if len(known) > _MOST_NAMED else ""
    return f"{place} has {listed(sorted(known)[:_MOST_NAMED])}{more}"


def _paths(facts: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Give the paths of all properties that are known, those of tables first."""
    known = _properties(facts) or {}
    yield from ((*path, name) for name in known)
    for name, inner in known.items():
        yield from _paths(inner, (*path, name))


def _properties(facts: Any) -> dict[str, Any] | None:
    """Give the properties of a table that can have no others; None for any other value."""
    found = facts.get("properties") if isinstance(facts, dict) else None
    return found if found and facts.get("additionalProperties") is False else None


@cache
def _document() -> dict[str, Any]:
    """Give the schema of the facts, with that of the request to Lambda in its place."""
    facts: dict[str, Any] = own_json("schemas", "facts.schema.json")
    request = own_json("schemas", "settings.schema.json")
    return {**facts, "properties": {**facts["properties"], "request": request}}
