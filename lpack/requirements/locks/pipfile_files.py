"""The files of one package of a Pipfile.lock, whatever source it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import LockedPackage
from lpack.requirements.locks.base import malformed, normalised, quoted, strings
from lpack.requirements.locks.digests import Place, no_digest, package_with_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.requirements.locks.files import LockFolder

_REPOSITORIES = ("git", "hg", "svn", "bzr")


def is_published(package: Mapping[str, Any]) -> bool:
    """Whether a package is from an index."""
    return not any(key in package for key in (*_REPOSITORIES, "path", "file"))


def version_of(package: Mapping[str, Any]) -> str:
    """Give the version; empty for what is from a folder, an address or a repository."""
    return str(package.get("version", "")).removeprefix("==")


def package_of(name: str, package: Mapping[str, Any], folder: LockFolder) -> LockedPackage:
    """Give a package; of an index's files the digests are all that is known.

    Raises BuildError LP110, LP112 (no file has a sha256) or LP201 (a local file is gone).
    """
    version = version_of(package)
    folder.check(version, version.isprintable())
    kind = next((one for one in _REPOSITORIES if one in package), None)
    if kind is not None:
        if kind != "git":
            raise malformed(folder.shown, f"{quoted(name)} is from a repository of kind `{kind}`")
        built = folder.repository(package["git"], package.get("ref"), package.get("subdirectory"))
        return LockedPackage(normalised(name), version, (), built)
    if not is_published(package):
        return _local(name, version, package, folder)
    hashes = strings(package.get("hashes"), "`hashes`", folder.shown)
    wheels = tuple(wheel for one in hashes if (wheel := folder.wheel("", "", one, None)).sha256)
    if not wheels:
        raise no_digest(name, folder.shown)
    return LockedPackage(normalised(name), version, wheels)


def _local(
    name: str, version: str, package: Mapping[str, Any], folder: LockFolder
) -> LockedPackage:
    stated = package["path"] if "path" in package else package["file"]
    hashes = strings(package.get("hashes"), "`hashes`", folder.shown)
    files = [{"hash": one} for one in hashes[:1]]
    if isinstance(stated, str) and stated.startswith(("https://", "http://")):
        place = Place(folder.url(stated), package.get("subdirectory"))
        return package_with_files(name, version, files, folder, place)
    path = folder.path(stated)
    if not path.is_file():
        return LockedPackage(normalised(name), version, (), folder.project(stated))
    return package_with_files(name, version, files, folder, Place(path.as_uri()))
