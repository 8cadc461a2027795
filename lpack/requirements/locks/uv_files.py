"""The files of one package of a uv.lock, whatever source it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from lpack.model import BuiltFrom, LockedPackage, LockedWheel
from lpack.requirements.locks.base import malformed, normalised, quoted, table, tables, text
from lpack.requirements.locks.digests import no_digest
from lpack.requirements.locks.files import filename_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.requirements.locks.files import LockFolder

_FOLDERS = ("directory", "editable", "virtual")
_FILES = ("registry", "url", "path")
_REVISIONS = ("rev", "tag", "branch")


def package_of(package: Mapping[str, Any], folder: LockFolder) -> LockedPackage:
    """Give a package with all of its wheels, and with its source if it has one.

    Raises BuildError LP110, LP112 (no wheel has a sha256) or LP201 (a local file is gone).
    """
    name = text(package, "name", folder.shown)
    version = text(package, "version", folder.shown) if "version" in package else ""
    source = table(package, "source", folder.shown)
    for kind in _FOLDERS:
        if kind in source:
            return LockedPackage(normalised(name), version, (), folder.project(source[kind]))
    if "git" in source:
        built = folder.repository_in(source["git"])
        return LockedPackage(normalised(name), version, (), built)
    if not any(kind in source for kind in _FILES):
        raise malformed(folder.shown, f"{quoted(name)} has a source that is not known")
    wheels = tuple(_wheels(package, source, folder))
    hashed = tuple(wheel for wheel in wheels if wheel.sha256)
    if wheels and not hashed:
        raise no_digest(name, folder.shown)
    return LockedPackage(normalised(name), version, hashed, _sdist(package, source, folder))


def revision_of(package: Mapping[str, Any]) -> str:
    """Give the branch, tag or commit that was asked for of a repository."""
    source = package.get("source")
    url = source.get("git") if isinstance(source, dict) else None
    query = parse_qs(urlsplit(url).query) if isinstance(url, str) else {}
    return next((query[key][0] for key in _REVISIONS if key in query), "")


def _wheels(
    package: Mapping[str, Any], source: dict[str, Any], folder: LockFolder
) -> Iterator[LockedWheel]:
    for wheel in tables(package, "wheels", folder.shown):
        location = _location(wheel, source, folder)
        filename = wheel.get("filename") or filename_of(location)
        yield folder.wheel(str(filename), location, wheel.get("hash"), wheel.get("size"))


def _sdist(
    package: Mapping[str, Any], source: dict[str, Any], folder: LockFolder
) -> BuiltFrom | None:
    if "sdist" not in package:
        return None
    stated = table(package, "sdist", folder.shown)
    location = _location(stated, source, folder)
    sdist = folder.sdist(
        location, stated.get("hash"), stated.get("size"), source.get("subdirectory")
    )
    # Without a digest nobody could tell that it is the one that was locked.
    return sdist if sdist.digest else None


def _location(stated: dict[str, Any], source: dict[str, Any], folder: LockFolder) -> str:
    """Give the address of a file: its own, one in a local index, or that of its source."""
    if "url" in stated:
        return folder.url(stated["url"])
    if "path" in stated:
        registry = source.get("registry")
        below = None if registry is None else folder.path(registry)
        return folder.path(stated["path"], below).as_uri()
    if "url" in source:
        return folder.url(source["url"])
    if "path" in source:
        return folder.path(source["path"]).as_uri()
    raise malformed(folder.shown, "a file has neither `url` nor `path`")
