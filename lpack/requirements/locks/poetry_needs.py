"""What one package of a poetry.lock needs: its dependencies, by extra."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.requirements.locks.base import malformed, normalised, quoted, strings, table
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.requirements.locks.conditions import Conditions

_NAME = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Need:
    """One dependency that holds."""

    name: str
    """Normalised."""
    constraint: str
    """As Poetry writes it; `*` for any version."""
    extras: tuple[str, ...]
    """Normalised."""


def needs_of(package: Mapping[str, Any], extra: str, conditions: Conditions) -> Iterator[Need]:
    """Give what a package always needs, or what one of its extras adds; raises BuildError LP110."""
    added = _added_by(package, extra, conditions.shown) if extra else {}
    for name, stated in table(package, "dependencies", conditions.shown).items():
        for one in stated if isinstance(stated, list) else [stated]:
            details = {"version": one} if isinstance(one, str) else one
            if not isinstance(details, dict):
                raise malformed(conditions.shown, f"{quoted(name)} is no dependency")
            if _holds(details, normalised(name), extra, added, conditions):
                yield _need(name, details, conditions.shown)
    own = normalised(str(package["name"]))
    if own in added:
        yield Need(own, "*", added[own])


def _holds(
    details: Mapping[str, Any],
    name: str,
    extra: str,
    added: Mapping[str, tuple[str, ...]],
    conditions: Conditions,
) -> bool:
    marker, optional = details.get("markers"), bool(details.get("optional"))
    if not extra:
        return not optional and conditions.hold(marker)
    # Older versions of Poetry name an extra's packages in the table of extras only.
    is_added = "extra" in str(marker) or (optional and name in added)
    return is_added and conditions.hold(marker, frozenset({extra}))


def _added_by(package: Mapping[str, Any], extra: str, shown: str) -> dict[str, tuple[str, ...]]:
    """Read a line of the table of extras: names, each with the extras that are wanted of it."""
    added: dict[str, tuple[str, ...]] = {}
    for key, stated in table(package, "extras", shown).items():
        for line in strings(stated, "an extra", shown) if normalised(key) == extra else ():
            found = _NAME.match(line)
            if found:
                extras = (one.strip() for one in (found["extras"] or "").split(","))
                name = normalised(found["name"])
                wanted = tuple(normalised(one) for one in extras if one)
                added[name] = (*added.get(name, ()), *wanted)
    return added


def _need(name: str, details: Mapping[str, Any], shown: str) -> Need:
    extras = strings(details.get("extras"), "`extras`", shown)
    constraint = str(details.get("version") or "*")
    return Need(normalised(name), constraint, tuple(map(normalised, extras)))
