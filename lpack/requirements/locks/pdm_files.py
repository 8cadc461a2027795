"""The files of one package of a pdm.lock, whatever source it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import LockedPackage
from lpack.requirements.locks.base import malformed, normalised, quoted, tables, text
from lpack.requirements.locks.digests import Place, package_with_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.requirements.locks.files import LockFolder

UNPUBLISHED = ("git", "hg", "svn", "bzr", "path", "url", "editable")
_OTHER_REPOSITORIES = ("hg", "svn", "bzr")


def package_of(package: Mapping[str, Any], folder: LockFolder) -> LockedPackage:
    """Give a package with all of its files; those of an index may have no addresses.

    Raises BuildError LP110, LP112 (no file has a sha256) or LP201 (a local file is gone).
    """
    name, version = (text(package, key, folder.shown) for key in ("name", "version"))
    for kind in _OTHER_REPOSITORIES:
        if kind in package:
            raise malformed(folder.shown, f"{quoted(name)} is from a repository of kind `{kind}`")
    below = package.get("subdirectory")
    if "git" in package:
        built = folder.repository(package["git"], package.get("revision"), below)
        return LockedPackage(normalised(name), version, (), built)
    location = ""
    if "path" in package:
        path = folder.path(package["path"])
        if not path.is_file():
            return LockedPackage(normalised(name), version, (), folder.project(package["path"]))
        location = path.as_uri()
    elif "url" in package:
        location = folder.url(package["url"])
    files = tables(package, "files", folder.shown)
    return package_with_files(name, version, files, folder, Place(location, below))
