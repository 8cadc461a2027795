"""Admitted wheels by digest: what is found is verified, what is broken is a miss."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel, StoredWheel, Where
from lpack.publish import temporary
from lpack.stamps import stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Changes when the rules of admission or the layout change, so that no old object is trusted.
VERSION = "wheels-1"
_CHUNK = 1 << 20


class WheelStore:
    """The store's folder of wheels: `wheels-1/ab/abcd…/name.whl`, shared by many processes."""

    def __init__(self, cache: Path) -> None:
        """Name the folder; it is created when something is stored."""
        self.root = cache / VERSION

    def find(self, package: LockedPackage) -> StoredWheel | None:
        """Give the wheel if it is there with the locked digest.

        A broken one stays until a whole one replaces it: another process may have done so by now.
        """
        wheel = package.wheels[0]
        path = self._path(wheel)
        stamp = _stamp(path)
        try:
            size, sha256 = digest_of(path)
        except OSError:
            return None
        if sha256 != wheel.sha256:
            return None
        return StoredWheel(package.name, package.version, wheel.filename, path, sha256, size, stamp)

    @contextlib.contextmanager
    def incoming(self) -> Iterator[Path]:
        """Give a new file in the store, removed in the end if still there.

        Raises BuildError LP210 when the store cannot be written.
        """
        folder = self.root / "incoming"
        try:
            _make_folder(folder)
            with temporary(folder) as path:
                yield path
        except OSError as error:
            raise self._cannot_write(error) from error

    def publish(self, arrived: Path, package: LockedPackage) -> StoredWheel:
        """Admit a verified download and move it to its place; raises BuildError LP204."""
        from lpack.wheels.admission import admit  # noqa: PLC0415 - only for what is new

        wheel = package.wheels[0]
        admit(arrived, filename=wheel.filename, name=package.name, version=package.version)
        path = self._path(wheel)
        _make_folder(path.parent)
        arrived.chmod(0o644)
        size = arrived.stat().st_size
        try:
            arrived.replace(path)
        except IsADirectoryError:
            self._put_aside(path)
            arrived.replace(path)
        return StoredWheel(
            package.name, package.version, wheel.filename, path, wheel.sha256, size, _stamp(path)
        )

    def _put_aside(self, folder: Path) -> None:
        """Take away a folder that stands where a wheel belongs."""
        with temporary(self.root / "incoming", is_folder=True) as aside:
            folder.rename(aside / folder.name)

    def _path(self, wheel: LockedWheel) -> Path:
        # The lock's file name was parsed as a wheel's; a separator in it would leave the store.
        name = wheel.filename.replace("/", "_").replace("\\", "_")
        return self.root / wheel.sha256[:2] / wheel.sha256 / name

    def _cannot_write(self, error: OSError) -> BuildError:
        return BuildError(
            "LP210",
            f"the cache cannot be written: {error.strerror or type(error).__name__}",
            where=Where(str(error.filename or self.root)),
            hint="free some space, or choose another folder with LPACK_CACHE_DIR",
        )


def is_unchanged(wheel: StoredWheel) -> bool:
    """Tell whether a wheel is still the one that was verified."""
    if _stamp(wheel.path) == wheel.stamp:
        return True
    with contextlib.suppress(OSError):
        return digest_of(wheel.path)[1] == wheel.sha256
    return False


def _stamp(path: Path) -> tuple[int, ...] | None:
    stamp = stamp_of(str(path))
    return None if stamp is None else tuple(stamp)


def _make_folder(path: Path) -> None:
    """Make a folder of the store, also where a file or a dead link has its name."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        for place in (path.parent, path):
            if not place.is_dir():
                place.unlink(missing_ok=True)
        path.mkdir(parents=True, exist_ok=True)


def digest_of(path: Path) -> tuple[int, str]:
    """Give a regular file's size in bytes and its sha256; raises OSError.

    A link is not followed, and what is no regular file is not read: it may have no end.
    """
    digest = hashlib.sha256()
    size = 0
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        while chunk := os.read(handle, _CHUNK):
            digest.update(chunk)
            size += len(chunk)
    finally:
        os.close(handle)
    return size, digest.hexdigest()
