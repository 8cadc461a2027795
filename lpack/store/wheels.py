"""Admitted wheels by digest: what is found is verified, what is broken is a miss."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from typing import TYPE_CHECKING, TypeVar

from lpack.errors import BuildError
from lpack.model import LockedPackage, LockedWheel, StoredWheel, Where
from lpack.publish import temporary
from lpack.stamps import stamp_of
from lpack.store.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lpack.model import Container
    from lpack.store.parts import Arrival

# Changes when the rules of admission or the layout change, so that no old object is trusted.
VERSION = "wheels-1"
_CHUNK = 1 << 20
_DAY = 86_400
_TRIES = 4

_T = TypeVar("_T")


class WheelStore:
    """The store's folder of wheels: `wheels-1/ab/abcd…/name.whl`, shared by many processes."""

    def __init__(self, cache: Path) -> None:
        """Name the folder; it is created when something is stored."""
        self.root = cache / VERSION
        self._segments = Segments(cache)

    def find(self, package: LockedPackage) -> StoredWheel | None:
        """Give the wheel if it is there with the locked digest.

        One that has the stamp that it had when it was last hashed is not hashed again. A broken
        one stays until a whole one replaces it: another process may have done so by now.
        """
        wheel = package.wheels[0]
        path = self._path(wheel)
        stamp = _stamp(path)
        is_hashed = stamp is None or not self._segments.has_verified(wheel.sha256, stamp)
        if stamp is not None and not is_hashed:
            size = stamp[0]
        else:
            try:
                size, sha256 = digest_of(path)
            except OSError:
                return None
            if sha256 != wheel.sha256:
                return None
            self._segments.note_verified(sha256, stamp)
        _mark_used(path.parent)
        return StoredWheel(
            package.name,
            package.version,
            wheel.filename,
            path,
            wheel.sha256,
            size,
            stamp,
            is_hashed,
        )

    @contextlib.contextmanager
    def incoming(self) -> Iterator[Path]:
        """Give a new file in the store, removed in the end if still there.

        Raises BuildError LP210 when the store cannot be written.
        """
        with self._writing(), self._temporary() as path:
            yield path

    @contextlib.contextmanager
    def arriving(self, sha256: str | None) -> Iterator[Arrival]:
        """Let a wheel arrive; what an earlier run has of one with this digest is its beginning.

        What has arrived stays when it is not published. Without a digest, and where another
        process is at the same wheel, nothing is there and nothing stays. Raises BuildError LP210.
        """
        from lpack.store.parts import arriving, resumed  # noqa: PLC0415 - only for what is new

        with self._writing(), contextlib.ExitStack() as opened:
            arrival = None
            if sha256 is not None:
                arrival = opened.enter_context(resumed(self._incoming(), sha256))
            if arrival is None:
                arrival = opened.enter_context(arriving(opened.enter_context(self._temporary())))
            yield arrival

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._cannot_write(error) from error

    @contextlib.contextmanager
    def _temporary(self) -> Iterator[Path]:
        with contextlib.ExitStack() as opened:
            yield _despite_cleaning(lambda: opened.enter_context(temporary(self._incoming())))

    def _incoming(self) -> Path:
        folder = self.root / "incoming"
        _make_folder(folder)
        return folder

    def publish(self, arrived: Path, package: LockedPackage) -> StoredWheel:
        """Admit a verified download and move it to its place; raises BuildError LP204."""
        from lpack.wheels.admission import admit  # noqa: PLC0415 - only for what is new

        wheel = package.wheels[0]
        admit(arrived, filename=wheel.filename, name=package.name, version=package.version)
        path = self._path(wheel)
        arrived.chmod(0o644)
        size = arrived.stat().st_size
        _despite_cleaning(lambda: self._move(arrived, path))
        return StoredWheel(
            package.name,
            package.version,
            wheel.filename,
            path,
            wheel.sha256,
            size,
            _stamp(path),
            is_hashed=True,
        )

    def _move(self, arrived: Path, path: Path) -> None:
        _make_folder(path.parent)
        try:
            arrived.replace(path)
        except IsADirectoryError:
            self._put_aside(path)
            arrived.replace(path)

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


def has_stamp(one: StoredWheel | Container) -> bool:
    """Tell whether a wheel, or what was made of it, looks as it did when it was verified."""
    return _stamp(one.path) == one.stamp


def is_unchanged(one: StoredWheel | Container) -> bool:
    """Tell whether a wheel, or what was made of it, is still what was verified."""
    if has_stamp(one):
        return True
    with contextlib.suppress(OSError):
        return digest_of(one.path)[1] == one.sha256
    return False


def _despite_cleaning(action: Callable[[], _T]) -> _T:
    """Do it again when a folder was cleaned away between its making and its use."""
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            return action()
    return action()


def _mark_used(folder: Path) -> None:
    """Let `lpack cache prune` know, at most once a day, that a wheel is still wanted.

    On the folder of the digest, because the stamp of the wheel itself must not change.
    """
    with contextlib.suppress(OSError):  # a cache that may not be written serves all the same
        if folder.stat().st_mtime < time.time() - _DAY:
            os.utime(folder)


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
