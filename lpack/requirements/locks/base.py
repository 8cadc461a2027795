"""What a lock of another tool says, and what reads one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, parse_toml, read_text
from lpack.errors import BuildError
from lpack.model import IndexOptions, LockedPackage, Requirement, Target, Where
from lpack.values import dataclass, field, replace
from lpack.wheels.refusal import shown as safely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized

_SEPARATORS = re.compile(r"[-_.]+")
# https://packaging.python.org/en/latest/specifications/name-normalization/#name-format
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# Beyond what any project has, and what the walk through a lock can take without hanging.
_MOST_PACKAGES = 20_000
_MOST_OF_A_NAME = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """What a function wants of a lock."""

    extras: tuple[str, ...] = ()
    """Of the project itself."""
    groups: tuple[str, ...] = ()
    """Of dependencies, which ship only because they are named here."""
    roots: tuple[Requirement, ...] | None = ()
    """What the function declares: PEP 508, with those that the extras and groups add. None for
    what the lock says that its project needs, which uv.lock does also where it is dynamic."""
    folder: Path | None = None
    """Of the project that declares it, if that is not the lock's own: a member of a workspace."""


@dataclass(frozen=True, slots=True)
class Pins:
    """The versions and digests of one lock that hold on one target."""

    constraints: tuple[Requirement, ...]
    """`name==version`, one for each distribution."""
    hashes: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Normalised name to the `sha256:…` of its files."""
    unpublished: frozenset[str]
    """Normalised names of what is locked to a folder, an address or a repository."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What a lock answers to a selection on one target."""

    packages: tuple[LockedPackage, ...] | None
    """All that ships, by name, with every wheel that the lock lists, whatever machine it is for,
    and with its source where it has one; None when the lock does not know all that is wanted.
    A location is empty where the lock states digests only, and so is a file name."""
    pins: Pins
    """The same for a resolver: of what ships, or of the whole lock when `packages` is None."""
    missing: tuple[str, ...] = ()
    """What the lock does not have as it is wanted, in words to print."""
    index: IndexOptions = field(default_factory=IndexOptions)
    """Where the lock says that its packages come from, where it does not state each address."""
    overridden: frozenset[str] = frozenset()
    """Normalised names whose versions need not be what anybody requires of them."""
    is_closed: bool = True
    """Whether the lock states what each package needs, so that nothing can be missing unseen."""


LockReader = Callable[[Path, str, Target, Selection], Locked]
"""`(file, the name to show, target, selection) → what it answers`."""


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


def hashed(pins: Pins, packages: Iterable[LockedPackage]) -> Pins:
    """Add the digests of files that the lock states none of, because they are on this machine."""
    hashes = {
        package.name: tuple(f"sha256:{one}" for one in _digests(package)) for package in packages
    }
    return replace(pins, hashes={**pins.hashes, **hashes})


def _digests(package: LockedPackage) -> Iterator[str]:
    yield from (wheel.sha256 for wheel in package.wheels)
    if package.source is not None and package.source.kind == "sdist":
        yield package.source.digest


def nothing_declared(shown: str) -> BuildError:
    """Make the failure for a lock that does not say what its project itself needs."""
    return BuildError(
        "LP104",
        f"`{shown}` does not tell what the project itself needs, and its dependencies are dynamic",
        where=Where(shown),
        hint='name a requirements file: `requirements = "requirements.txt"`',
    )


def answer(packages: Iterable[LockedPackage], shown: str) -> tuple[LockedPackage, ...]:
    """Sort what ships by name; raises BuildError LP110 when a name is there in two versions."""
    found: dict[str, LockedPackage] = {}
    for package in packages:
        known = found.setdefault(package.name, package)
        if known != package:
            reason = f"`{package.name}` is wanted as {known.version} and as {package.version}"
            raise malformed(shown, reason)
    return tuple(found[name] for name in sorted(found))


def normalised(name: str) -> str:
    """Write a distribution's name as PEP 503 does."""
    return _SEPARATORS.sub("-", name).lower()


def is_name(name: str) -> bool:
    """Whether it is a name that a distribution may have."""
    return _NAME.fullmatch(name) is not None


def sha256_of(files: Iterable[Any]) -> tuple[str, ...]:
    """Take the sha256 digests out of tables that have a `hash`, as `sha256:…`."""
    hashes = (str(file.get("hash", "")) for file in files if isinstance(file, dict))
    return tuple(value for value in hashes if value.startswith("sha256:"))


def read_document(path: Path, shown: str) -> dict[str, Any]:
    """Parse a lock in TOML, once for all functions and targets; raises UsageError LP004, LP005."""
    return _parsed(read_text(path, shown, LOCK_BYTES), shown)


@lru_cache(maxsize=2)
def _parsed(content: str, shown: str) -> dict[str, Any]:
    return parse_toml(content, shown)


def malformed(shown: str, reason: str) -> BuildError:
    """Make the failure for a lock that is not what its tool writes."""
    return BuildError(
        "LP110",
        f"`{shown}` cannot be read as a lock: {reason}",
        where=Where(shown),
        hint="write it anew with the tool that it belongs to",
    )


def quoted(value: object) -> str:
    """Write a value of a lock for a message."""
    return f"`{safely(str(value))}`"


def table(document: Mapping[str, Any], key: str, shown: str) -> dict[str, Any]:
    """Give a table, empty where there is none, or raise BuildError LP110."""
    found = document.get(key, {})
    if not isinstance(found, dict):
        raise malformed(shown, f"`{key}` is no table")
    return found


def tables(document: Mapping[str, Any], key: str, shown: str) -> list[dict[str, Any]]:
    """Give the tables of a list, or raise BuildError LP110."""
    found = document.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise malformed(shown, f"`{key}` is no list of tables")
    return found


def text(table: Mapping[str, Any], key: str, shown: str) -> str:
    """Give a string of a table, or raise BuildError LP110."""
    value = table.get(key)
    if not isinstance(value, str) or not value.isprintable():
        raise malformed(shown, f"a package has no `{key}`")
    return value


def strings(value: object, what: str, shown: str) -> tuple[str, ...]:
    """Give a list of strings, none where there is no list, or raise BuildError LP110."""
    found = [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise malformed(shown, f"{what} is no list of strings")
    return tuple(found)


def by_name(packages: Sequence[Mapping[str, Any]], shown: str) -> dict[str, list[int]]:
    """Find packages by their normalised names: the places at which each one stands."""
    found: dict[str, list[int]] = {}
    refuse_too_many(packages, shown)
    for place, package in enumerate(packages):
        name = text(package, "name", shown)
        if not is_name(name):
            raise malformed(shown, f"{quoted(name)} is no name of a package")
        places = found.setdefault(normalised(name), [])
        places.append(place)
        if len(places) > _MOST_OF_A_NAME:
            raise malformed(shown, f"it has `{name}` more than {_MOST_OF_A_NAME} times")
    return found


def refuse_too_many(packages: Sized, shown: str) -> None:
    """Raise BuildError LP110 for a lock that no project has."""
    if len(packages) > _MOST_PACKAGES:
        raise malformed(shown, f"it has more than {_MOST_PACKAGES:,} packages")
