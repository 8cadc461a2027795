"""Bytes of a wheel on their way into the store; what has come is kept for another try."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX = ".part"
_CHUNK = 1 << 20


class Arrival:
    """A file that grows as its bytes arrive, and the digest of what it holds."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """Take up a file, which may hold the beginning of what is to come."""
        self.path = path
        self.size = 0
        self.is_pieced = False
        """Whether its bytes came with more than one answer, which may not belong together."""
        self.validator = ""
        """What the server calls this state of the file."""
        self._file = file
        self._digest = hashlib.sha256()
        while piece := file.read(_CHUNK):
            self._count(piece)
        self.is_pieced = self.size > 0

    @property
    def sha256(self) -> str:
        """The digest of all that has arrived, hexadecimal."""
        return self._digest.hexdigest()

    def take(self, piece: bytes) -> None:
        """Add what has arrived; raises OSError with the file's name when the disk refuses it."""
        with self._naming():
            self._file.write(piece)
        self._count(piece)

    def start_over(self) -> None:
        """Forget all that has arrived; raises OSError."""
        with self._naming():
            self._file.seek(0)
            self._file.truncate()
        self.size, self.is_pieced, self.validator = 0, False, ""
        self._digest = hashlib.sha256()

    def flush(self) -> None:
        """Let all of it be read under its path; raises OSError with the file's name."""
        with self._naming():
            self._file.flush()

    def _count(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.size += len(piece)

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        """Name the file in what the disk refuses: an error without a name is the network's."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno or errno.EIO, error.strerror, str(self.path)) from error


@contextlib.contextmanager
def arriving(path: Path) -> Iterator[Arrival]:
    """Let bytes arrive in a file that is there; raises OSError."""
    with path.open("r+b") as file:
        arrival = Arrival(path, file)
        try:
            yield arrival
        finally:
            # What could not be written has been told; closing would tell it again.
            with contextlib.suppress(OSError):
                file.close()


@contextlib.contextmanager
def resumed(folder: Path, sha256: str) -> Iterator[Arrival | None]:
    """Go on with what an earlier run has of a file; None when another process is at it.

    It is locked as long as it is open, and stays afterwards, with its bytes, unless it was moved
    away or is empty. Raises OSError.
    """
    path = folder / f"{sha256}{SUFFIX}"
    handle = _locked(path)
    if handle is None:
        yield None
        return
    file = os.fdopen(handle, "r+b", _CHUNK)
    try:
        arrival = Arrival(path, file)
        try:
            yield arrival
        finally:
            if not arrival.size:
                _remove(path, handle)
    finally:
        with contextlib.suppress(OSError):
            file.close()


def _locked(path: Path) -> int | None:
    """Open a part and lock it, or give None when it cannot be had for oneself."""
    for _ in range(3):
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
        except OSError:
            return None
        if lock(handle) and _is_at(path, handle):
            return handle
        os.close(handle)
    return None


def lock(handle: int) -> bool:
    """Lock an open file without waiting; False where that cannot be had."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none; nothing is resumed there

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def _is_at(path: Path, handle: int) -> bool:
    """Whether an open file is a regular one, and has this name and no other."""
    try:
        here, there = os.fstat(handle), path.lstat()
    except OSError:
        return False
    is_own = stat.S_ISREG(here.st_mode) and here.st_nlink == 1
    return is_own and (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _remove(path: Path, handle: int) -> None:
    """Remove a part of one's own: another process may have begun a new one under its name."""
    if _is_at(path, handle):
        path.unlink(missing_ok=True)
