"""`poetry.lock`: what its packages need, and the digests of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import IndexOptions, Where
from lpack.requirements.locks.base import (
    Locked,
    Pin,
    Pins,
    answer,
    by_name,
    hashed,
    malformed,
    normalised,
    nothing_declared,
    pins_of,
    quoted,
    read_document,
    sha256_of,
    strings,
    table,
    tables,
    text,
)
from lpack.requirements.locks.closure import Asked, Choice, closure, newest, settled
from lpack.requirements.locks.conditions import Conditions, refuse_other_python
from lpack.requirements.locks.files import LockFolder
from lpack.requirements.locks.poetry_files import files_of, kind_of, package_of, revision_of
from lpack.requirements.locks.poetry_needs import needs_of
from lpack.requirements.locks.poetry_versions import allows
from lpack.requirements.locks.roots import Root, comes_from, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lpack.model import Target
    from lpack.requirements.locks.base import Selection
    from lpack.requirements.locks.poetry_needs import Need

_MAIN = "main"


def read_poetry_lock(path: Path, shown: str, target: Target, selection: Selection) -> Locked:
    """Read what ships on the target.

    Raises BuildError LP110, LP111 or LP201 (a local file is gone), UsageError LP004 or LP005.
    """
    document = read_document(path, shown)
    _refuse_other_python(document, shown, target)
    lock = _PoetryLock(document, path, shown, target, selection)
    reached = settled(lock.walk, lock.choice)
    if reached is None or lock.missing:
        here = [place for place in range(len(lock.packages)) if lock.is_here(place)]
        return Locked(None, lock.pins(here), tuple(lock.missing))
    found = (package_of(lock.packages[one], document, lock.folder) for one in reached)
    packages = answer(found, shown)
    pins = hashed(lock.pins(reached), packages)
    return Locked(packages, pins, index=lock.index(reached))


def _refuse_other_python(document: dict[str, Any], shown: str, target: Target) -> None:
    wanted = table(document, "metadata", shown).get("python-versions")
    if not isinstance(wanted, str):
        return
    where = Where(shown, key="python-versions")
    try:
        refuse_other_python(wanted, lambda version: allows(wanted, version), target, where)
    except ValueError as error:
        raise malformed(shown, f"`python-versions` is {quoted(wanted)}") from error


class _PoetryLock:
    """The graph of one lock, as it is on the target."""

    def __init__(
        self, document: dict[str, Any], path: Path, shown: str, target: Target, selection: Selection
    ) -> None:
        self.shown = shown
        self.conditions = Conditions(target, shown)
        self.folder = LockFolder(path.parent.resolve(), shown)
        self.packages = tables(document, "package", shown)
        if selection.roots is None:
            raise nothing_declared(shown)
        self.choice = Choice()
        self.missing: list[str] = []
        self._roots = roots_of(selection.roots, self.conditions)
        self._document = document
        self._python = "{}.{}".format(*target.runtime.python)
        self._places = by_name(self.packages, shown)
        self._groups = (_MAIN, *map(normalised, selection.groups))
        self._extras = frozenset(map(normalised, selection.extras))

    def is_here(self, place: int) -> bool:
        """Whether a package holds on the target; Poetry 2 writes a marker for each group."""
        markers = self.packages[place].get("markers")
        if isinstance(markers, dict):
            wanted = [markers[one] for one in self._groups if one in markers]
            # A group without a marker of its own is wanted everywhere.
            groups = strings(self.packages[place].get("groups"), "`groups`", self.shown)
            if any(one in groups and one not in markers for one in self._groups):
                return True
            return any(
                self.conditions.hold(one, self._extras) for one in wanted or markers.values()
            )
        return self.conditions.hold(markers, self._extras)

    def walk(self) -> dict[int, set[str]]:
        """Give every package that is needed, with its extras; `missing` tells what is not there."""
        self.missing.clear()
        return closure([one for root in self._roots for one in self._asked_by(root)], self._needs)

    def _asked_by(self, root: Root) -> Iterator[Asked]:
        fitting = [
            place
            for place in self._candidates(root.name)
            if root.allows(self._version(place)) and self._is_from(root, place)
        ]
        left = self.choice.among(root.name, fitting)
        if not left or (len(left) > 1 and not root.specifier):
            self.missing.append(quoted(root.text))
        if left:
            yield Asked(newest(left, self._version, self.shown), root.extras)

    def _needs(self, place: int, extra: str) -> Iterator[Asked]:
        package = self.packages[place]
        for need in needs_of(package, extra, self.conditions):
            if need.name == normalised(package["name"]):
                yield Asked(place, need.extras)
                continue
            fitting = self._fitting(need)
            if fitting is None:
                self.missing.append(f"{quoted(need.name)}, which `{package['name']}` needs")
            else:
                yield Asked(fitting, need.extras)

    def pins(self, places: Iterable[int]) -> Pins:
        """Give versions and digests for a resolver."""
        return pins_of(map(self._pin, places), self.shown)

    def index(self, places: Iterable[int]) -> IndexOptions:
        """Give the indexes that packages are locked to."""
        assigned = []
        for place in places:
            package = self.packages[place]
            if kind_of(package, self.shown) == "legacy":
                url = self.folder.url(package["source"].get("url"))
                assigned.append((normalised(package["name"]), url))
        return IndexOptions(assigned=tuple(sorted(assigned)))

    def _pin(self, place: int) -> Pin:
        package = self.packages[place]
        return Pin(
            text(package, "name", self.shown),
            self._version(place),
            sha256_of(files_of(package, self._document, self.shown)),
            published=kind_of(package, self.shown) in ("", "legacy"),
        )

    def _version(self, place: int) -> str:
        return text(self.packages[place], "version", self.shown)

    def _candidates(self, name: str) -> list[int]:
        """Give the places of a name on the target; one that needs another Python counts last."""
        places = [one for one in self._places.get(name, []) if self.is_here(one)]
        return [one for one in places if self._runs(one)] if len(places) > 1 else places

    def _runs(self, place: int) -> bool:
        constraint = str(self.packages[place].get("python-versions", "*"))
        # Those that ask for a patch release of their own minor version are few.
        return any(self._allows(constraint, f"{self._python}.{patch}") for patch in (0, 20))

    def _fitting(self, need: Need) -> int | None:
        places = self._candidates(need.name)
        if len(places) > 1:
            places = [one for one in places if self._allows(need.constraint, self._version(one))]
        left = self.choice.among(need.name, places)
        return newest(left, self._version, self.shown) if left else None

    def _allows(self, constraint: str, version: str) -> bool:
        try:
            return allows(constraint, version)
        except ValueError as error:
            raise malformed(self.shown, f"{quoted(constraint)} is no constraint") from error

    def _is_from(self, root: Root, place: int) -> bool:
        package = self.packages[place]
        return not root.url or comes_from(
            root, package_of(package, self._document, self.folder), revision_of(package)
        )
