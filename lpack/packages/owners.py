"""Which distribution brings each file of a package that no manifest describes.

The folders `*.dist-info` tell, as an installer leaves them:
https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import csv
import posixpath
import re
from typing import TYPE_CHECKING

from lpack.facts.contents import Contents
from lpack.lazily import pattern
from lpack.model import StoredWheel
from lpack.packages.stripped import stripped
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Bundle

_SUFFIX = ".dist-info"
_NAME = pattern(r"([A-Za-z0-9._-]*?[A-Za-z0-9])-([^-/]+)\.dist-info")
_HEADER = pattern(rb"(?mi)^(Name|Version|Tag):[ \t]*([^\r\n]+)")
_HEADERS_BYTES = 64 << 10
_RECORD_BYTES = 32 << 20
_MOST = 2_000
_TAG = pattern(r"[A-Za-z0-9_.]+-[A-Za-z0-9_.]+-[A-Za-z0-9_.]+")
_CACHE = "/__pycache__/"


@dataclass(frozen=True, slots=True)
class _Installed:
    """A distribution that lies in a package."""

    folder: str
    """Its `.dist-info`."""
    wheel: StoredWheel


def with_owners(bundle: Bundle, path: Path) -> Bundle:
    """Find the distributions of a bundle that was read from `path`, and whose files are whose."""
    if bundle.is_broken:
        return bundle
    contents = Contents.of(bundle)
    owners: dict[str, str] = {}
    wheels: dict[str, StoredWheel] = {}
    for folder in _folders(contents):
        if f"{folder}/METADATA" in owners or "/_vendor/" in folder:
            continue  # it lies in another one, which has a copy of it for itself
        installed = _installed(folder, contents, path)
        if installed is not None and installed.wheel.name not in wheels:
            wheels[installed.wheel.name] = installed.wheel
        if installed is not None:
            for name in (*_listed(folder, contents), *_inside(folder)):
                owners.setdefault(name, installed.wheel.name)
    for name, paths in stripped(contents.paths, owners).items():
        wheels.setdefault(name, StoredWheel(name, "", name, path, "", 0))
        owners.update(dict.fromkeys(paths, name))
    entries = tuple(
        entry._replace(owner=owners.get(entry.path) or _of_bytecode(entry.path, owners))
        for entry in bundle.entries
    )
    return replace(bundle, entries=entries, wheels=tuple(wheels[name] for name in sorted(wheels)))


def _folders(contents: Contents) -> list[str]:
    """Give the `.dist-info` folders, those nearest to the root first."""
    found = {
        folder
        for path in contents.paths
        if _SUFFIX in path and (folder := path.rpartition("/")[0]).endswith(_SUFFIX)
    }
    return sorted(found, key=lambda folder: (folder.count("/"), folder))[:_MOST]


def _installed(folder: str, contents: Contents, path: Path) -> _Installed | None:
    match = _NAME.fullmatch(posixpath.basename(folder))
    if match is None:
        return None
    headers = dict(_headers(f"{folder}/METADATA", contents))
    name = headers.get("name", match[1])
    version = headers.get("version", match[2])
    tags = [value for key, value in _headers(f"{folder}/WHEEL", contents) if key == "tag"]
    stem = f"{match[1]}-{match[2]}"
    filename = f"{stem}-{_joined(tags)}.whl" if all(map(_TAG.fullmatch, tags)) and tags else stem
    normalised = re.sub(r"[-_.]+", "-", name).lower()
    return _Installed(folder, StoredWheel(normalised, version, filename, path, "", 0))


def _headers(path: str, contents: Contents) -> Iterator[tuple[str, str]]:
    """Give the headers that matter of METADATA or WHEEL, each by its name in small letters."""
    if path not in contents.paths:
        return
    head = re.split(rb"\r?\n\r?\n", contents.read(path, _HEADERS_BYTES), maxsplit=1)[0]
    for match in _HEADER.finditer(head):
        text = match[2].decode("utf-8", "replace").strip()
        if text.isprintable() and len(text) < 256:  # noqa: PLR2004 - a file name ends there, too
            yield match[1].decode().lower(), text


def _joined(tags: list[str]) -> str:
    """Write tags as the name of a wheel does, which stands for each combination of its parts."""
    parts = zip(*(tag.split("-") for tag in tags), strict=True)
    return "-".join(".".join(dict.fromkeys(part)) for part in parts)


def _listed(folder: str, contents: Contents) -> Iterator[str]:
    """Give the files that a RECORD lists; what lies above the root was moved below it."""
    path = f"{folder}/RECORD"
    if path not in contents.paths:
        return
    lines = contents.read(path, _RECORD_BYTES).decode("utf-8", "replace").splitlines()
    root = posixpath.dirname(folder)
    try:
        for row in csv.reader(lines):
            if row:
                yield _placed(root, row[0])
    except csv.Error:
        return


def _placed(root: str, name: str) -> str:
    if "../" not in name and "./" not in name:
        return f"{root}/{name}" if root else name
    place = posixpath.normpath(name)
    while place.startswith("../"):
        place = place.removeprefix("../")
    return f"{root}/{place}" if root else place


def _inside(folder: str) -> Iterator[str]:
    names = ("METADATA", "WHEEL", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
    return (f"{folder}/{name}" for name in names)


def _of_bytecode(path: str, owners: dict[str, str]) -> str:
    """Give whose module bytecode is made of; empty where that is the function's own."""
    if _CACHE not in path or not path.endswith(".pyc"):
        return ""
    folder, _, name = path.rpartition(_CACHE)
    return owners.get(f"{folder}/{name.partition('.')[0]}.py", "")
