"""`pdm.lock`: https://pdm-project.org/en/latest/usage/lockfile/ ."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Where
from lpack.platforms import MACHINES
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
from lpack.requirements.locks.pdm_files import UNPUBLISHED, package_of
from lpack.requirements.locks.roots import Root, comes_from, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from packaging.requirements import Requirement as Parsed
    from packaging.specifiers import SpecifierSet

    from lpack.model import Target
    from lpack.requirements.locks.base import Selection


def read_pdm_lock(path: Path, shown: str, target: Target, selection: Selection) -> Locked:
    """Read what ships on the target.

    Raises BuildError LP110, LP111 or LP201 (a local file is gone), UsageError LP004 or LP005.
    """
    document = read_document(path, shown)
    _refuse_other_target(document, shown, target)
    lock = _PdmLock(document, path, shown, target, selection)
    reached = settled(lock.walk, lock.choice)
    if reached is None or lock.missing:
        here = [place for place in range(len(lock.packages)) if lock.is_here(place)]
        return Locked(None, lock.pins(here), tuple(lock.missing))
    ships = [place for place in reached if not lock.is_project(place)]
    packages = answer((package_of(lock.packages[one], lock.folder) for one in ships), shown)
    return Locked(packages, hashed(lock.pins(ships), packages))


def _refuse_other_target(document: dict[str, Any], shown: str, target: Target) -> None:
    targets = tables(table(document, "metadata", shown), "targets", shown)
    fitting = [one for one in targets if _is_for(str(one.get("platform", "")), target)]
    if targets and not fitting:
        raise BuildError(
            "LP111",
            f"`{shown}` is for other machines than {target}",
            where=Where(shown, key="metadata.targets"),
            hint="lock for all machines, or add one with `pdm lock --append --platform`",
        )
    wanted = [str(one.get("requires_python", "*")) for one in fitting]
    if wanted and not any(one in ("*", "") for one in wanted):
        where = Where(shown, key="requires_python")
        specifiers = [_specifier(one, shown) for one in wanted]
        refuse_other_python(
            " or ".join(wanted),
            lambda version: any(one.contains(version) for one in specifiers),
            target,
            where,
        )


def _is_for(platform: str, target: Target) -> bool:
    """Whether what pdm calls a platform may be the target: `linux`, `manylinux_2_28_x86_64`."""
    if not platform.startswith(("linux", "manylinux")):
        return not platform
    others = (machine for machine in MACHINES.values() if platform.endswith(machine))
    return MACHINES[target.architecture] == next(others, MACHINES["x86_64"])


class _PdmLock:
    """The graph of one lock, as it is on the target."""

    def __init__(
        self, document: dict[str, Any], path: Path, shown: str, target: Target, selection: Selection
    ) -> None:
        if selection.roots is None:
            raise nothing_declared(shown)
        self.shown = shown
        self.conditions = Conditions(target, shown)
        self.folder = LockFolder(path.parent.resolve(), shown)
        self.packages = tables(document, "package", shown)
        self.choice = Choice()
        self.missing: list[str] = []
        self._roots = roots_of(selection.roots, self.conditions)
        self._python = "{}.{}".format(*target.runtime.python)
        self._places = by_name(self.packages, shown)

    def is_here(self, place: int) -> bool:
        """Whether a package holds on the target."""
        return self.conditions.hold(self.packages[place].get("marker"))

    def is_project(self, place: int) -> bool:
        """Whether a package is the lock's own project, which comes otherwise."""
        path = self.packages[place].get("path")
        return path is not None and self.folder.path(path) == self.folder.folder

    def walk(self) -> dict[int, set[str]]:
        """Give every package that is needed, with its extras; `missing` tells what is not there."""
        self.missing.clear()
        return closure([one for root in self._roots for one in self._asked_by(root)], self._needs)

    def _asked_by(self, root: Root) -> Iterator[Asked]:
        fitting = [
            place
            for place in self._candidates(root.name)
            if root.allows(self._version(place))
            and self._is_from(root, place)
            and all(self._with_extra(place, extra) is not None for extra in root.extras)
        ]
        left = self.choice.among(root.name, fitting)
        if not left or (len(left) > 1 and not root.specifier):
            self.missing.append(quoted(root.text))
        if left:
            yield Asked(newest(left, self._version, self.shown), root.extras)

    def _needs(self, place: int, extra: str) -> Iterator[Asked]:
        # pdm writes a package with extras a second time, with what they add.
        found = self._with_extra(place, extra) if extra else place
        package = self.packages[place if found is None else found]
        for line in strings(package.get("dependencies"), "`dependencies`", self.shown):
            need = _parsed(line, self.shown)
            if need.marker is not None and not self.conditions.hold(str(need.marker)):
                continue
            fitting = self._fitting(need)
            if fitting is None:
                self.missing.append(f"{quoted(need.name)}, which `{package['name']}` needs")
            else:
                yield Asked(fitting, tuple(sorted(map(normalised, need.extras))))

    def pins(self, places: Iterable[int]) -> Pins:
        """Give versions and digests for a resolver."""
        return pins_of(map(self._pin, places), self.shown)

    def _pin(self, place: int) -> Pin:
        package = self.packages[place]
        return Pin(
            text(package, "name", self.shown),
            text(package, "version", self.shown),
            sha256_of(tables(package, "files", self.shown)),
            published=not any(key in package for key in UNPUBLISHED),
        )

    def _extras(self, place: int) -> set[str]:
        found = strings(self.packages[place].get("extras"), "`extras`", self.shown)
        return set(map(normalised, found))

    def _candidates(self, name: str) -> list[int]:
        """Give the places of a name on the target; one that needs another Python counts last."""
        here = [one for one in self._places.get(name, []) if self.is_here(one)]
        plain = [one for one in here if not self._extras(one)] or here[:1]
        return [one for one in plain if self._runs(one)] if len(plain) > 1 else plain

    def _runs(self, place: int) -> bool:
        specifier = _specifier(str(self.packages[place].get("requires_python", "")), self.shown)
        return any(specifier.contains(f"{self._python}.{patch}") for patch in (0, 20))

    def _with_extra(self, place: int, extra: str) -> int | None:
        """Find the entry of the same version with an extra, and as few others as there are."""
        own = self.packages[place]
        others = [
            one
            for one in self._places[normalised(own["name"])]
            if self.packages[one].get("version") == own.get("version")
            and extra in self._extras(one)
            and self.is_here(one)
        ]
        return min(others, key=lambda one: len(self._extras(one)), default=None)

    def _fitting(self, need: Parsed) -> int | None:
        name = normalised(need.name)
        places = self._candidates(name)
        if len(places) > 1:
            places = [one for one in places if self._suits(need, one)]
        left = self.choice.among(name, places)
        return newest(left, self._version, self.shown) if left else None

    def _suits(self, need: Parsed, place: int) -> bool:
        from packaging.version import InvalidVersion  # noqa: PLC0415 - 20 ms

        try:
            return need.specifier.contains(self._version(place), prereleases=True)
        except InvalidVersion as error:
            raise malformed(self.shown, str(error)) from error

    def _version(self, place: int) -> str:
        return text(self.packages[place], "version", self.shown)

    def _is_from(self, root: Root, place: int) -> bool:
        package = self.packages[place]
        return not root.url or comes_from(
            root, package_of(package, self.folder), str(package.get("ref", ""))
        )


@lru_cache(maxsize=4096)
def _parsed(line: str, shown: str) -> Parsed:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - 50 ms

    try:
        return Requirement(line)
    except (InvalidRequirement, RecursionError) as error:
        raise malformed(shown, f"{quoted(line)} is no requirement") from error


def _specifier(wanted: str, shown: str) -> SpecifierSet:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - 20 ms

    try:
        return SpecifierSet("" if wanted == "*" else wanted)
    except InvalidSpecifier as error:
        raise malformed(shown, f"{quoted(wanted)} is no range of versions") from error
