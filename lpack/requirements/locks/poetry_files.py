"""The files of one package of a poetry.lock, whatever source it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import LockedPackage
from lpack.requirements.locks.base import malformed, normalised, quoted, table, tables, text
from lpack.requirements.locks.digests import Place, package_with_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.requirements.locks.files import LockFolder

_KINDS = ("", "legacy", "directory", "file", "git", "url")


def kind_of(package: Mapping[str, Any], shown: str) -> str:
    """Give the kind of a package's source; empty for the index that Poetry asks by default."""
    return str(table(package, "source", shown).get("type", ""))


def revision_of(package: Mapping[str, Any]) -> str:
    """Give the branch, tag or commit that was asked for of a repository."""
    source = package.get("source")
    return str(source.get("reference", "")) if isinstance(source, dict) else ""


def files_of(
    package: Mapping[str, Any], document: Mapping[str, Any], shown: str
) -> list[dict[str, Any]]:
    """Give the tables of a package's files, which Poetry kept apart before 1.3."""
    if "files" in package:
        return tables(package, "files", shown)
    files = table(table(document, "metadata", shown), "files", shown)
    own = {normalised(name): name for name in files}.get(normalised(text(package, "name", shown)))
    return [] if own is None else tables(files, own, shown)


def package_of(
    package: Mapping[str, Any], document: Mapping[str, Any], folder: LockFolder
) -> LockedPackage:
    """Give a package with all of its files; those of an index have no addresses.

    Raises BuildError LP110, LP112 (no file has a sha256) or LP201 (a local file is gone).
    """
    name, version = (text(package, key, folder.shown) for key in ("name", "version"))
    source = table(package, "source", folder.shown)
    kind, url = kind_of(package, folder.shown), source.get("url")
    if kind not in _KINDS:
        raise malformed(folder.shown, f"{quoted(name)} is from {quoted(kind)}")
    if kind == "directory":
        return LockedPackage(normalised(name), version, (), folder.project(url))
    if kind == "git":
        commit = source.get("resolved_reference")
        built = folder.repository(url, commit, source.get("subdirectory"))
        return LockedPackage(normalised(name), version, (), built)
    files = files_of(package, document, folder.shown)
    location = ""
    if kind in ("file", "url"):
        location = folder.url(url) if kind == "url" else folder.path(url).as_uri()
    place = Place(location, source.get("subdirectory"))
    return package_with_files(name, version, files, folder, place)
