"""`uv.lock`: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import Where
from lpack.requirements.locks.base import (
    Locked,
    Pin,
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
from lpack.requirements.locks.closure import Asked, closure
from lpack.requirements.locks.conditions import Conditions, refuse_other_python
from lpack.requirements.locks.files import LockFolder
from lpack.requirements.locks.roots import Root, comes_from, roots_of
from lpack.requirements.locks.uv_files import package_of, revision_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lpack.model import Target
    from lpack.requirements.locks.base import Pins, Selection

_VERSION = 1
_LOCAL = ("editable", "virtual", "directory")


def read_uv_lock(path: Path, shown: str, target: Target, selection: Selection) -> Locked:
    """Read what ships on the target.

    Raises BuildError LP110, LP111 or LP201 (a local file is gone), UsageError LP004 or LP005.
    """
    document = read_document(path, shown)
    _refuse_other_format(document, shown)
    _refuse_other_target(document, shown, target)
    lock = _UvLock(document, path, shown, target, selection)
    roots = roots_of(selection.roots, lock.conditions) if selection.roots is not None else None
    reached = lock.reached(roots)
    if lock.missing:
        return Locked(None, lock.pins(lock.published()), tuple(lock.missing))
    ships = [place for place in reached if lock.ships(place)]
    packages = answer((package_of(lock.packages[one], lock.folder) for one in ships), shown)
    pins = hashed(lock.pins(ships), packages)
    return Locked(packages, pins, overridden=frozenset(lock.overridden))


def _refuse_other_format(document: dict[str, Any], shown: str) -> None:
    stated = document.get("version")
    if stated == _VERSION and not isinstance(stated, bool):
        return
    if not isinstance(stated, int):
        raise malformed(shown, "it does not state the `version` of its format")
    raise BuildError(
        "LP110",
        f"`{shown}` has format version {stated}, and lpack reads version {_VERSION}",
        where=Where(shown, key="version"),
        hint="update lpack, or lock with a uv that writes that version",
    )


def _refuse_other_target(document: dict[str, Any], shown: str, target: Target) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - 20 ms

    wanted = document.get("requires-python")
    if isinstance(wanted, str):
        try:
            specifier = SpecifierSet(wanted)
        except InvalidSpecifier as error:
            raise malformed(shown, f"`requires-python` is {quoted(wanted)}") from error
        where = Where(shown, key="requires-python")
        refuse_other_python(wanted, specifier.contains, target, where)
    supported = strings(document.get("supported-markers"), "`supported-markers`", shown)
    conditions = Conditions(target, shown)
    if supported and not any(conditions.hold(marker) for marker in supported):
        raise BuildError(
            "LP111",
            f"`{shown}` is for other machines than {target}",
            where=Where(shown, key="supported-markers"),
            hint="add the target to `environments` of `[tool.uv]`, and lock again",
        )


class _UvLock:
    """The graph of one lock, as it is on the target."""

    def __init__(
        self, document: dict[str, Any], path: Path, shown: str, target: Target, selection: Selection
    ) -> None:
        self.shown = shown
        self.conditions = Conditions(target, shown)
        self.folder = LockFolder(path.parent.resolve(), shown)
        self.packages = tables(document, "package", shown)
        self.missing: list[str] = []
        self._places = by_name(self.packages, shown)
        self._conflicts = bool(document.get("conflicts"))
        overrides = tables(table(document, "manifest", shown), "overrides", shown)
        self.overridden = {normalised(str(one.get("name"))) for one in overrides}
        self._root = self._find_root((selection.folder or path.parent).resolve())
        self._selection = selection
        self._active = frozenset(self._selected())
        self._own: dict[str, list[dict[str, Any]]] = {}
        for one in self._own_dependencies():
            self._own.setdefault(normalised(one["name"]), []).append(one)

    def reached(self, roots: Iterable[Root] | None) -> dict[int, set[str]]:
        """Give every package that is needed, with its extras; `missing` tells what was not found.

        Without roots, the project needs what the lock says.

        uv locks extras that exclude each other as conditions on what is wanted elsewhere, so they
        are gathered in a first walk.
        """
        if roots is None and self._root is None:
            raise nothing_declared(self.shown)
        if roots is None:
            first = [asked for own in self._own.values() for asked in self._steps(own)]
        else:
            first = [asked for root in roots for asked in self._asked_by(root)]
        if self._conflicts:
            closure(first, self._needs_and_activates)
        return closure(first, self._needs)

    def ships(self, place: int) -> bool:
        """Whether a package is more than a list of others; the project itself comes otherwise."""
        return place != self._root and "virtual" not in self._source(place)

    def is_here(self, place: int) -> bool:
        """Whether the fork of the lock that a package belongs to holds on the target."""
        package = self.packages[place]
        markers = strings(package.get("resolution-markers"), "`resolution-markers`", self.shown)
        return not markers or any(self.conditions.hold(one, self._active) for one in markers)

    def published(self) -> list[int]:
        """Give every package on the target but the lock's own project."""
        return [
            place
            for place in range(len(self.packages))
            if self.is_here(place) and "." not in map(self._source(place).get, _LOCAL)
        ]

    def pins(self, places: Iterable[int]) -> Pins:
        """Give versions and digests for a resolver."""
        return pins_of(map(self._pin, places), self.shown)

    def _pin(self, place: int) -> Pin:
        package = self.packages[place]
        files = (*tables(package, "wheels", self.shown), package.get("sdist", {}))
        return Pin(
            text(package, "name", self.shown),
            str(package.get("version", "0")),
            sha256_of(files),
            published="registry" in self._source(place),
        )

    def _source(self, place: int) -> dict[str, Any]:
        return table(self.packages[place], "source", self.shown)

    def _find_root(self, folder: Path) -> int | None:
        for place, package in enumerate(self.packages):
            source = table(package, "source", self.shown)
            stated = next((source[kind] for kind in _LOCAL if kind in source), None)
            if stated is not None and self.folder.path(stated) == folder:
                return place
        return None

    def _selected(self) -> Iterator[str]:
        """Name what is wanted as uv does in the markers of a lock with conflicts."""
        if self._root is not None:
            name = normalised(self.packages[self._root]["name"])
            yield f"project-{len(name)}-{name}"
            yield from (_extra(name, extra) for extra in self._selection.extras)
            for group in self._selection.groups:
                yield f"group-{len(name)}-{name}-{normalised(group)}"

    def _asked_by(self, root: Root) -> Iterator[Asked]:
        own = self._own.get(root.name)
        if own:
            held = [one for one in own if self.conditions.hold(one.get("marker"), self._active)]
            places = [self._place_of(one) for one in held]
            locked = {extra for one in own for extra in self._extras(one)}
        else:
            places = [one for one in self._places.get(root.name, []) if self.is_here(one)]
            places, locked = places if len(places) == 1 else [], set()
        if not places or not all(self._agrees(root, one, locked) for one in places):
            self.missing.append(quoted(root.text))
            return
        yield from (Asked(place, root.extras) for place in places)

    def _agrees(self, root: Root, place: int, locked_extras: set[str]) -> bool:
        """Whether the lock was made for this requirement, or for one that it satisfies."""
        package = self.packages[place]
        optional = table(package, "optional-dependencies", self.shown)
        known = locked_extras | set(optional)
        if not known.issuperset(root.extras):
            return False
        if root.name not in self.overridden and not root.allows(str(package.get("version", ""))):
            return False
        return (
            place == self._root
            or not root.url
            or comes_from(root, package_of(package, self.folder), revision_of(package))
        )

    def _own_dependencies(self) -> Iterator[dict[str, Any]]:
        if self._root is None:
            return
        own = self.packages[self._root]
        optional = table(own, "optional-dependencies", self.shown)
        groups = table(own, "dev-dependencies", self.shown)
        lists = [self._entries(own, "dependencies")]
        lists += [self._entries(optional, normalised(one)) for one in self._selection.extras]
        lists += [self._entries(groups, normalised(one)) for one in self._selection.groups]
        yield from (one for found in lists for one in found)

    def _entries(self, owner: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = tables(owner, key, self.shown)
        for one in found:
            text(one, "name", self.shown)
        return found

    def _needs(self, place: int, extra: str) -> Iterator[Asked]:
        package = self.packages[place]
        owner = table(package, "optional-dependencies", self.shown) if extra else package
        yield from self._steps(self._entries(owner, extra or "dependencies"))

    def _steps(self, entries: Iterable[dict[str, Any]]) -> Iterator[Asked]:
        for entry in entries:
            if self.conditions.hold(entry.get("marker"), self._active):
                yield Asked(self._place_of(entry), self._extras(entry))

    def _needs_and_activates(self, place: int, extra: str) -> Iterator[Asked]:
        package = self.packages[place]
        owner = table(package, "optional-dependencies", self.shown) if extra else package
        for entry in self._entries(owner, extra or "dependencies"):
            extras = self._extras(entry)
            brought = {_extra(normalised(entry["name"]), one) for one in extras}
            if self.conditions.hold(entry.get("marker"), self._active | brought):
                self._active |= brought
                yield Asked(self._place_of(entry), extras)

    def _extras(self, entry: dict[str, Any]) -> tuple[str, ...]:
        return strings(entry.get("extra"), "`extra`", self.shown)

    def _place_of(self, entry: dict[str, Any]) -> int:
        """Find the package that a dependency names, with version and source where names repeat."""
        places = self._places.get(normalised(entry["name"]), [])
        for key in ("version", "source"):
            if key in entry:
                places = [one for one in places if self.packages[one].get(key) == entry[key]]
        if len(places) > 1:
            places = [one for one in places if self.is_here(one)]
        if len(places) != 1:
            found = "is not in it" if not places else "is in it several times"
            raise malformed(self.shown, f"{quoted(entry['name'])}, which is needed, {found}")
        return places[0]


def _extra(name: str, extra: str) -> str:
    return f"extra-{len(name)}-{name}-{normalised(extra)}"
