"""What a lock of another tool says, and what reads one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Requirement, Target, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Pins:
    """The versions and digests of one lock that hold on one target."""

    constraints: tuple[Requirement, ...]
    """`name==version`, one for each distribution."""
    hashes: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Normalised name to the `sha256:…` of its files."""
    unpublished: frozenset[str]
    """Normalised names of what is locked to a folder, an address or a repository."""


LockReader = Callable[[Path, str, Target], Pins]
"""`(file, the name to show, target) → what it pins`."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One distribution of a lock."""

    name: str
    version: str
    hashes: tuple[str, ...]
    published: bool


def pins_of(found: Iterable[Pin], shown: str) -> Pins:
    """Gather pins; a name with several versions on the target is held to none of them."""
    by_name: dict[str, list[Pin]] = {}
    for pin in found:
        by_name.setdefault(normalised(pin.name), []).append(pin)
    where = Where(shown)
    return Pins(
        tuple(
            Requirement(f"{name}=={pins[0].version}", where)
            for name, pins in by_name.items()
            if len({pin.version for pin in pins}) == 1 and pins[0].published
        ),
        {
            name: tuple(value for pin in pins for value in pin.hashes)
            for name, pins in by_name.items()
        },
        frozenset(name for name, pins in by_name.items() if not all(p.published for p in pins)),
    )


def normalised(name: str) -> str:
    """Write a distribution's name as PEP 503 does."""
    return _SEPARATORS.sub("-", name).lower()


def sha256_of(files: Iterable[Any]) -> tuple[str, ...]:
    """Take the sha256 digests out of tables that have a `hash`, as `sha256:…`."""
    hashes = (str(file.get("hash", "")) for file in files if isinstance(file, dict))
    return tuple(value for value in hashes if value.startswith("sha256:"))


def holds(marker: object, target: Target, shown: str) -> bool:
    """Evaluate a marker on the target; raises BuildError LP110 when it is none."""
    if not isinstance(marker, str) or not marker:
        return True
    from packaging.markers import InvalidMarker, Marker  # noqa: PLC0415 - only with a marker

    from lpack.platforms import marker_environment  # noqa: PLC0415 - see above

    try:
        return Marker(marker).evaluate({**marker_environment(target), "extra": ""})
    except InvalidMarker as error:
        raise malformed(shown, f"`{marker}` is no marker") from error


def malformed(shown: str, reason: str) -> BuildError:
    """Make the failure for a lock that is not what its tool writes."""
    return BuildError(
        "LP110",
        f"`{shown}` cannot be read as a lock: {reason}",
        where=Where(shown),
        hint="write it anew with the tool that it belongs to",
    )


def tables(document: Any, key: str, shown: str) -> list[dict[str, Any]]:
    """Give the tables of a list, or raise BuildError LP110."""
    found = document.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise malformed(shown, f"`{key}` is no list of tables")
    return found


def text(table: Mapping[str, Any], key: str, shown: str) -> str:
    """Give a string of a table, or raise BuildError LP110."""
    value = table.get(key)
    if not isinstance(value, str):
        raise malformed(shown, f"a package has no `{key}`")
    return value
