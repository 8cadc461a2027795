"""Writing files so that a reader sees the whole old one or the whole new one, never a part."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The walk of a source folder knows these names, so that no leftover is ever packaged.
TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".lpack-", ".tmp"
_RANDOM_BYTES = 8


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a new file in the same folder, which is gone in the end unless it was renamed.

    Raises BuildError LP230 when the disk refuses it, or what is done inside.
    """
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary(path.parent) as new:
            yield new


@contextlib.contextmanager
def temporary(folder: Path, *, is_folder: bool = False) -> Iterator[Path]:
    """Give a new file, or folder, in a folder that is there; remove it if it stays.

    What processes that were killed have left there goes first. Raises OSError.
    """
    _reclaim(folder)
    path, handle = _create(folder, is_folder=is_folder)
    try:
        yield path
    finally:
        _remove(path)
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once; raises BuildError LP230."""
    with written_beside(path, content) as new:
        new.replace(path)


@contextlib.contextmanager
def written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """Give a file with the content, safe on the disk, that is to be renamed to `path`.

    Raises BuildError LP230.
    """
    with beside(path) as new:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield new


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn the disk's refusal to write `path` into BuildError LP230."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BuildError(
            "LP230",
            f"`{path.name}` cannot be written: {reason}",
            where=Where(str(error.filename or path.parent)),
            hint="free some space, or choose another folder with `--output-dir`"
            if error.errno == 28  # noqa: PLR2004 - ENOSPC
            else "choose another folder with `--output-dir`",
        ) from error


def _create(folder: Path, *, is_folder: bool) -> tuple[Path, int]:
    """Make a file or folder, and lock it: the lock tells others that this process lives."""
    while True:
        path = folder / f"{TEMPORARY_PREFIX}{os.urandom(_RANDOM_BYTES).hex()}{TEMPORARY_SUFFIX}"
        if is_folder:
            path.mkdir()
            handle = os.open(path, os.O_RDONLY)
        else:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        _lock(handle, wait=True)
        # Another process may have taken it for a leftover before it was locked.
        if path.exists():
            return path, handle
        os.close(handle)


def _reclaim(folder: Path) -> None:
    """Remove what nobody has locked: a killed process cannot hold a lock, whatever its host."""
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for one in listing:
            if one.name.startswith(TEMPORARY_PREFIX) and one.name.endswith(TEMPORARY_SUFFIX):
                _remove_unlocked(folder / one.name)


def _remove_unlocked(path: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if _lock(handle, wait=False):
                _remove(path)
        finally:
            os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Lock an open file or folder for this process; False where that cannot be had."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none; leftovers stay there

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()
