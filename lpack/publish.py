"""Writing files so that a reader sees the whole old one or the whole new one, never a part."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFIX, _SUFFIX = ".lpack-", ".tmp"
_RANDOM_BYTES = 8
_PIECE = 1 << 20


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a new file in the same folder, which is gone in the end unless it was renamed.

    Raises BuildError LP230 when the disk refuses it, or what is done inside.
    """
    with refusals(path):
        make_folder(path.parent)
        with temporary(path.parent) as new:
            yield new


def make_folder(path: Path) -> None:
    """Make a folder unless it is there; raises BuildError LP230."""
    with refusals(path):
        path.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def made_folder(path: Path) -> Iterator[None]:
    """Make a folder unless it is there, and take it away again if nothing comes into it.

    Raises BuildError LP230.
    """
    is_new = not path.exists()
    make_folder(path)
    try:
        yield
    finally:
        if is_new:
            with contextlib.suppress(OSError):
                path.rmdir()


@contextlib.contextmanager
def temporary(folder: Path, *, is_folder: bool = False) -> Iterator[Path]:
    """Give a new file, or folder, in a folder that is there; remove it if it stays.

    What processes that were killed have left there goes first. Raises OSError.
    """
    _reclaim(folder)
    made = _Temporary()
    try:
        yield _created(made, folder, is_folder=is_folder)
    finally:
        try:
            made.remove()
        finally:
            made.remove()  # once more: an interrupt may have come in between


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other lpack publishes in a folder, and keep others waiting.

    Raises OSError when the folder is not there.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


def named(handle: int, path: Path) -> bool:
    """Let an open file without a name take the place of a temporary one; tell whether it could.

    https://man7.org/linux/man-pages/man2/open.2.html, O_TMPFILE.
    """
    new = path.with_name(f"{path.name.removesuffix(_SUFFIX)}-2{_SUFFIX}")
    if not _lock(handle, wait=True):  # as `temporary` does, or others would take it away
        return False
    try:
        # Only with a folder's handle does Python let the kernel follow the link.
        os.link(f"/proc/self/fd/{handle}", new, src_dir_fd=handle, follow_symlinks=True)
        new.replace(path)
    except OSError:  # another file system, or one without `/proc`
        return False
    return True


def is_temporary(name: str) -> bool:
    """Tell whether a name is one that `temporary` gives: such files are never packaged."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once, or write to a device or pipe; raises BuildError LP230."""
    if _is_special(path):
        with refusals(path), path.open("ab") as stream:
            stream.write(content)
        return
    with written_beside(path, content) as new:
        new.replace(path)


def _is_special(path: Path) -> bool:
    """Tell whether others read there, as of `/dev/stdout`: a new file would cut them off."""
    if not path.exists() or path.is_dir():
        return False
    return not path.is_file() or (path.is_symlink() and path.parts[1:2] in (("dev",), ("proc",)))


@contextlib.contextmanager
def written_beside(path: Path, content: bytes | str) -> Iterator[Path]:
    """Give a file with the content, safe on the disk, that is to be renamed to `path`.

    Raises BuildError LP230.
    """
    with beside(path) as new:
        with new.open("wb") as file:
            # A manifest of many files is long: it is not there a second time, as bytes.
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                file.write(piece.encode() if isinstance(piece, str) else piece)
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


class _Temporary:
    """What there is to remove, whenever an interrupt comes: known before it is on the disk."""

    path: Path | None = None
    handle: int | None = None

    def remove(self) -> None:
        if self.path is not None:
            _remove(self.path)
        handle, self.handle = self.handle, None
        if handle is not None:
            os.close(handle)


def _created(made: _Temporary, folder: Path, *, is_folder: bool) -> Path:
    """Make a file or folder, and lock it: the lock tells others that this process lives."""
    while True:
        path = made.path = folder / f"{_PREFIX}{os.urandom(_RANDOM_BYTES).hex()}{_SUFFIX}"
        if is_folder:
            path.mkdir()
            made.handle = os.open(path, os.O_RDONLY)
        else:
            made.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        _lock(made.handle, wait=True)
        # Another process may have taken it for a leftover before it was locked.
        if path.exists():
            return path
        made.remove()


def _reclaim(folder: Path) -> None:
    """Remove what nobody has locked: a killed process cannot hold a lock, whatever its host."""
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for one in listing:
            if is_temporary(one.name):
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
        import shutil  # noqa: PLC0415 - hardly ever a folder

        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()
