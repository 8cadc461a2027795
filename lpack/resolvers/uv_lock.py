"""Reading the pylock.toml that uv has written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lpack.data import LOCK_BYTES, read_toml
from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel
from lpack.platforms import marker_environment
from lpack.resolvers import failures
from lpack.resolvers.locations import local_path, plain_url

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.pylock import Package, PackageArchive, PackageWheel

    from lpack.model import Target


def read_packages(path: Path, target: Target) -> tuple[LockedPackage, ...]:
    """Give the packages of uv's lock that the target needs, with every wheel it lists.

    Raises BuildError LP114 when the index states no sha256, LP105 when uv wrote what is no lock.
    """
    from packaging.pylock import Pylock, PylockValidationError  # noqa: PLC0415 - as seldom as uv

    document = read_toml(path, path.name, LOCK_BYTES)
    _complete_digests(document, path.parent)
    try:
        lock = Pylock.from_dict(document)
    except PylockValidationError as error:
        raise failures.broken("uv", f"its lock is not valid: {error}", "update uv") from error
    environment = marker_environment(target)
    return tuple(
        LockedPackage(package.name, str(package.version), _wheels(package, path.parent))
        for package in lock.packages
        if package.marker is None or package.marker.evaluate(environment)
    )


def _complete_digests(document: dict[str, Any], folder: Path) -> None:
    """Compute the digests of local files that some versions of uv leave out."""
    for package in document.get("packages", ()):
        files = [*package.get("wheels", ()), *filter(None, [package.get("archive")])]
        for file in files:
            if "sha256" not in file.get("hashes", {}):
                pin = f"{package.get('name')}=={package.get('version')}"
                file["hashes"] = {"sha256": _digest_of(_location(file, folder), pin)}


def _wheels(package: Package, folder: Path) -> tuple[LockedWheel, ...]:
    # uv writes a wheel that a URL names directly as an archive.
    files: list[PackageWheel | PackageArchive] = list(package.wheels or ())
    if package.archive:
        files.append(package.archive)
    return tuple(_wheel(file, folder) for file in files)


def _wheel(file: PackageWheel | PackageArchive, folder: Path) -> LockedWheel:
    location = _location({"url": file.url, "path": file.path}, folder)
    filename = getattr(file, "name", None) or unquote(urlsplit(location).path).rpartition("/")[2]
    return LockedWheel(str(filename), location, file.hashes["sha256"], file.size)


def _location(file: dict[str, Any], folder: Path) -> str:
    """Give the URL of a file; a path is relative to the lock that names it (PEP 751)."""
    url = file.get("url")
    return plain_url(url) if url else (folder / str(file.get("path"))).resolve().as_uri()


def _digest_of(location: str, pin: str) -> str:
    path = local_path(location)
    if path is None or not path.is_file():
        raise BuildError(
            "LP114",
            f"the index states no sha256 of `{pin}`",
            hint="use an index that does, or `--resolver pip-tools`, which computes it",
        )
    return hashlib.sha256(path.read_bytes()).hexdigest()
