"""The catalogue of events: a source is a template in `templates/events/`, and a schema beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import own_json, own_names
from lpack.errors import UsageError
from lpack.validation.wording import did_you_mean, listed, shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENDING = ".json"
_PARTS = "parts"
"""Folder of what several templates include: options and values."""


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen of an event."""

    name: str
    kind: str
    """string, integer, boolean, json, bytes, pairs or time."""
    description: str
    default: Any
    """A value, or a template of one that depends on what else was chosen."""
    schema: Mapping[str, Any]
    """What a value has to fit, as `validation.constraints` has it."""
    repeats: bool
    """Whether it may be given several times, for as many records."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of event of one service."""

    name: str
    """Name of the service, as a trigger has it."""
    kind: str
    """Empty where the service has only one."""
    title: str
    description: str
    """What has happened."""
    options: Mapping[str, Option]
    values: Mapping[str, Any]
    """Templates of what the event's own template refers to."""
    event: Any
    """The template."""

    @property
    def full_name(self) -> str:
        """The name that asks for it."""
        return f"{self.name}:{self.kind}" if self.kind else self.name


def names() -> tuple[str, ...]:
    """Give the names of all sources, without their kinds."""
    files = own_names("templates", "events")
    return tuple(sorted(one.removesuffix(_ENDING) for one in files if one.endswith(_ENDING)))


def sources(name: str) -> tuple[Source, ...]:
    """Give the kinds of event that a source has, the one that is meant without a kind first."""
    template = own_json("templates", "events", f"{name}{_ENDING}")
    kinds = template.get("kinds") or {"": {}}
    return tuple(_source(name, kind, template, own) for kind, own in kinds.items())


def find(text: str) -> Source:
    """Find `SOURCE` or `SOURCE:KIND`; raises UsageError LP430."""
    name, colon, kind = text.partition(":")
    found = {source.full_name: source for source in sources(name)} if name in names() else {}
    if found and not colon:
        return next(iter(found.values()))
    if text in found and kind:
        return found[text]
    near = did_you_mean(text, found or [*names(), *_full_names()])
    hint = near or (f"choose from {listed(found)}" if found else "`lpack event` lists them")
    raise UsageError("LP430", f"there is no event `{shown(text)}`", hint=hint)


def _full_names() -> Iterator[str]:
    return (source.full_name for name in names() for source in sources(name) if source.kind)


def _source(name: str, kind: str, template: Mapping[str, Any], own: Mapping[str, Any]) -> Source:
    included = (
        own_json("templates", "events", _PARTS, f"{part}{_ENDING}")
        for part in template.get("includes", [])
    )
    declared: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for part in (*included, template, own):
        # The more special ones come first where options are listed.
        declared = part.get("options", {}) | {
            name: one for name, one in declared.items() if name not in part.get("options", {})
        }
        values |= part.get("values", {})
    return Source(
        name,
        kind,
        template["title"],
        own.get("description", template["description"]),
        {key: _option(key, value) for key, value in declared.items()},
        values,
        _patched(template["event"], own.get("event", {})),
    )


_TYPES = {"integer": "integer", "boolean": "boolean"}


def _option(name: str, declared: Mapping[str, Any]) -> Option:
    kind = declared["type"]
    constraints = {key: declared[key] for key in ("enum", "minimum", "maximum") if key in declared}
    return Option(
        name,
        kind,
        declared["description"],
        declared.get("default"),
        {"type": _TYPES.get(kind, "string"), **constraints},
        declared.get("repeats", False),
    )


def _patched(event: Any, patch: Any) -> Any:
    """Merge a kind's own members into the template; null takes one away (RFC 7396)."""
    if not (isinstance(event, dict) and isinstance(patch, dict)):
        return patch
    kept = {key: value for key, value in event.items() if patch.get(key, value) is not None}
    for key, value in patch.items():
        if value is not None:
            kept[key] = _patched(event.get(key, {}), value)
    return kept
