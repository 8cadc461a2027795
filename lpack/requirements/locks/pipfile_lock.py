"""`Pipfile.lock`: https://github.com/pypa/pipfile ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack.data import LOCK_BYTES, read_text
from lpack.model import IndexOptions, LockedPackage
from lpack.requirements.locks.base import (
    Locked,
    Pin,
    answer,
    is_name,
    malformed,
    normalised,
    pins_of,
    quoted,
    refuse_too_many,
    strings,
    table,
    tables,
    text,
)
from lpack.requirements.locks.conditions import Conditions
from lpack.requirements.locks.files import LockFolder
from lpack.requirements.locks.pipfile_files import is_published, package_of, version_of
from lpack.requirements.locks.roots import Root, comes_from, roots_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.model import Target
    from lpack.requirements.locks.base import Selection

_DEFAULT = "default"
_INDEX = "index"


def read_pipfile_lock(path: Path, shown: str, target: Target, selection: Selection) -> Locked:
    """Read what ships on the target.

    The lock does not say what a package needs, and Pipenv fills it for the machine that it runs
    on: a whole category ships, and where it was locked for another Python a resolver has to look.
    Categories besides `default`, the one for development among them, count when they are asked
    for as groups. Raises BuildError LP110 or LP201 (a local file is gone), or UsageError LP004.
    """
    lock = _PipfileLock(_document(path, shown), path, shown, target, selection)
    missing = [quoted(one.text) for one in lock.roots if not lock.has(one)]
    missing += lock.other_python(target)
    pins = pins_of(map(lock.pin, lock.rows), shown)
    if missing:
        return Locked(None, pins, tuple(missing), is_closed=False)
    found = (package_of(name, lock.rows[name], lock.folder) for name in lock.rows)
    ships = [one for one in found if not lock.is_project(one)]
    return Locked(answer(ships, shown), pins, index=lock.index(), is_closed=False)


def _document(path: Path, shown: str) -> dict[str, Any]:
    try:
        document = json.loads(read_text(path, shown, LOCK_BYTES))
    except (ValueError, RecursionError) as error:
        raise malformed(shown, str(error).partition(";")[0]) from error
    if not isinstance(document, dict) or not isinstance(document.get(_DEFAULT), dict):
        raise malformed(shown, "it has no section `default`")
    return document


class _PipfileLock:
    """The sections of one lock that are wanted, as they are on the target."""

    def __init__(
        self, document: dict[str, Any], path: Path, shown: str, target: Target, selection: Selection
    ) -> None:
        self.shown = shown
        self.folder = LockFolder(path.parent.resolve(), shown)
        self._conditions = Conditions(target, shown)
        self._meta = table(document, "_meta", shown)
        self.rows = self._read(document, (_DEFAULT, *selection.groups))
        """Normalised name to what is locked of it."""
        self.roots = roots_of(selection.roots or (), self._conditions)

    def has(self, root: Root) -> bool:
        """Whether the lock has what is wanted, as it is wanted."""
        row = self.rows.get(root.name)
        if row is None or not root.allows(version_of(row)):
            return False
        # Another extra needs other packages, and nothing tells which.
        extras = strings(row.get("extras"), "`extras`", self.shown)
        if not set(map(normalised, extras)).issuperset(root.extras):
            return False
        return not root.url or comes_from(
            root, package_of(root.name, row, self.folder), str(row.get("ref", ""))
        )

    def other_python(self, target: Target) -> list[str]:
        """Say that the lock is for another Python, so that it may lack what the target needs."""
        requires = table(self._meta, "requires", self.shown)
        stated = str(requires.get("python_full_version") or requires.get("python_version") or "")
        minor = "{}.{}".format(*target.runtime.python)
        if not stated or stated == "*" or (stated + ".").startswith(f"{minor}."):
            return []
        return [f"what Python {minor} needs: it is for Python {quoted(stated)[1:-1]}"]

    def is_project(self, package: LockedPackage) -> bool:
        """Whether a package is the lock's own project, which comes otherwise."""
        source = package.source
        return source is not None and source.location == self.folder.folder.as_uri()

    def pin(self, name: str) -> Pin:
        """Give version and digests for a resolver."""
        row = self.rows[name]
        hashes = strings(row.get("hashes"), "`hashes`", self.shown)
        return Pin(name, version_of(row), hashes, published="version" in row and is_published(row))

    def index(self) -> IndexOptions:
        """Give the indexes that the lock names: all of them serve what is assigned to them only.

        The first serves the rest. Addresses that take variables are left to the Pipfile.
        """
        urls = {
            text(one, "name", self.shown): text(one, "url", self.shown)
            for one in tables(self._meta, "sources", self.shown)
            if "$" not in str(one.get("url"))
        }
        first = next(iter(urls.values()), None)
        named = {name: urls.get(str(row.get(_INDEX))) for name, row in self.rows.items()}
        assigned = ((name, url) for name, url in sorted(named.items()) if url not in (None, first))
        return IndexOptions(index_url=first, assigned=tuple(assigned))

    def _read(self, document: dict[str, Any], sections: Iterable[str]) -> dict[str, dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for section in sections:
            stated = table(document, section, self.shown)
            refuse_too_many(stated, self.shown)
            for name, row in stated.items():
                if not isinstance(row, dict) or not is_name(name):
                    raise malformed(self.shown, f"{quoted(name)} is no package")
                if self._conditions.hold(row.get("markers")):
                    rows.setdefault(normalised(name), row)
        return rows
