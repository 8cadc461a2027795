"""Packages whose files a lock states by name and digest, and seldom by address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.errors import BuildError
from lpack.model import BuiltFrom, LockedPackage, LockedWheel, Where
from lpack.requirements.locks.base import normalised, quoted
from lpack.requirements.locks.files import filename_of
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lpack.requirements.locks.files import LockFolder

_WHEEL = ".whl"
_SDISTS = (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the one file of a package is, if it is not from an index."""

    location: str = ""
    subdirectory: object = None
    """Inside a source distribution, as it is stated."""


def package_with_files(
    name: str,
    version: str,
    files: Sequence[Mapping[str, Any]],
    folder: LockFolder,
    place: Place,
) -> LockedPackage:
    """Give a package with the files that have a sha256; their locations may be empty.

    Raises BuildError LP110, LP112 (no file has a sha256) or LP201 (a local file is gone).
    """
    found = list(_files(files, folder, place))
    wheels = tuple(one for one in found if isinstance(one, LockedWheel) and one.sha256)
    sdist = next((one for one in found if isinstance(one, BuiltFrom) and one.digest), None)
    if not wheels and sdist is None:
        raise no_digest(name, folder.shown)
    return LockedPackage(normalised(name), version, wheels, sdist)


def no_digest(name: str, shown: str) -> BuildError:
    """Make the failure for a package that nothing could be compared with."""
    return BuildError(
        "LP112",
        f"no file of {quoted(name)} has a sha256 in `{shown}`",
        where=Where(shown),
        hint="take the package from an index that states digests, and lock again",
    )


def _files(
    files: Sequence[Mapping[str, Any]], folder: LockFolder, place: Place
) -> Iterator[LockedWheel | BuiltFrom]:
    # A file of this machine needs no digest in the lock: it is found out.
    for file in files or ([{}] if place.location.startswith("file:") else []):
        stated = file.get("url")
        location = place.location or ("" if stated is None else folder.url(stated))
        filename = str(file.get("file") or filename_of(location))
        if filename.endswith(_WHEEL):
            yield folder.wheel(filename, location, file.get("hash"), file.get("size"))
        elif filename.endswith(_SDISTS):
            digest, size = file.get("hash"), file.get("size")
            yield folder.sdist(location, digest, size, place.subdirectory)
