"""The locks of other tools in pylock.toml (PEP 751): what holds on a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import BuiltFrom, LockedPackage, LockedWheel
from lpack.platforms import marker_environment, wheel_tags

if TYPE_CHECKING:
    from packaging.pylock import (
        Package,
        PackageArchive,
        PackageDirectory,
        PackageSdist,
        PackageVcs,
        PackageWheel,
    )

    from lpack.errors import BuildError
    from lpack.lockfile.reading import LockFile
    from lpack.model import Target

_ANEW = "run `lpack lock`"
_WHEEL = ".whl"


def packages_for(lock: LockFile, target: Target) -> tuple[LockedPackage, ...]:
    """Give what the lock allows on the target, the best wheel of each package first.

    Raises BuildError LP104 (not supported), LP107 (no wheel), LP110 (invalid), LP111 (another
    target) or LP112 (no sha256).
    """
    from packaging import pylock  # noqa: PLC0415 - 100 ms that an unchanged build does not pay

    try:
        parsed = pylock.Pylock.from_dict(lock.document)
    except pylock.PylockValidationError as error:
        message = f"`{lock.shown}` is not a valid lock: {error}"
        raise lock.error("LP110", message, _ANEW) from error
    environment = marker_environment(target)
    try:
        chosen = tuple(
            parsed.select(
                environment=environment,  # type: ignore[arg-type]  # a TypedDict by another name
                tags=wheel_tags(target),
            )
        )
    except pylock.PylockSelectError as error:
        raise _not_for(lock, target, str(error)) from error
    return tuple(_package(lock, package, file) for package, file in chosen)


def _package(lock: LockFile, package: Package, file: object) -> LockedPackage:
    from packaging.pylock import (  # noqa: PLC0415 - see above
        PackageArchive,
        PackageDirectory,
        PackageSdist,
        PackageVcs,
        PackageWheel,
    )

    version = str(package.version or "")
    if isinstance(file, PackageWheel) and package.version is not None:
        return LockedPackage(package.name, version, (_wheel(lock, package, file),))
    if isinstance(file, PackageSdist):
        return LockedPackage(package.name, version, (), _sdist(lock, package, file))
    if isinstance(file, PackageDirectory):
        return LockedPackage(package.name, version, (), _folder(lock, file))
    if isinstance(file, PackageVcs) and file.type == "git" and not file.path:
        return LockedPackage(package.name, version, (), _git(file))
    if isinstance(file, PackageArchive):
        return _archive(lock, package, file)
    raise lock.error(
        "LP104",
        f"`{package.name}` is locked in a way that cannot be packaged",
        "lock a version that is published as a wheel",
    )


def _wheel(lock: LockFile, package: Package, wheel: PackageWheel) -> LockedWheel:
    sha256 = lock.digest_of(package.name, {"hashes": wheel.hashes})
    location = lock.location(wheel.path, wheel.url)
    if not wheel.filename.isprintable() or (wheel.size or 0) < 0:
        message = f"`{lock.shown}` is not a valid lock: a wheel of `{package.name}`"
        raise lock.error("LP110", message, _ANEW)
    return LockedWheel(wheel.filename, location, sha256, wheel.size)


def _sdist(lock: LockFile, package: Package, sdist: PackageSdist) -> BuiltFrom:
    sha256 = lock.digest_of(package.name, {"hashes": sdist.hashes})
    return BuiltFrom("sdist", lock.location(sdist.path, sdist.url), sha256, sdist.size)


def _folder(lock: LockFile, directory: PackageDirectory) -> BuiltFrom:
    location = lock.location(directory.path, None)
    return BuiltFrom("folder", location, subdirectory=directory.subdirectory or "")


def _git(vcs: PackageVcs) -> BuiltFrom:
    return BuiltFrom("git", str(vcs.url), vcs.commit_id, subdirectory=vcs.subdirectory or "")


def _archive(lock: LockFile, package: Package, archive: PackageArchive) -> LockedPackage:
    """Take a file that a URL named directly: uv writes such wheels as archives."""
    sha256 = lock.digest_of(package.name, {"hashes": archive.hashes})
    location = lock.location(archive.path, archive.url)
    filename = location.partition("?")[0].rpartition("/")[2]
    version = str(package.version or "")
    if filename.endswith(_WHEEL) and version:
        wheel = LockedWheel(filename, location, sha256, archive.size)
        return LockedPackage(package.name, version, (wheel,))
    source = BuiltFrom(
        "sdist", location, sha256, archive.size, subdirectory=archive.subdirectory or ""
    )
    return LockedPackage(package.name, version, (), source)


def _not_for(lock: LockFile, target: Target, reason: str) -> BuildError:
    if reason.startswith("No wheel found"):
        return lock.error("LP107", f"the lock has no wheel for {target}: {reason}", _ANEW)
    return lock.error("LP111", f"`{lock.shown}` was not locked for {target}: {reason}", _ANEW)
