"""Packages unpacked as Lambda unpacks them: each once, read-only, and never trusted afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.publish import temporary
from lpack.unpacked import FILES, MARK, is_whole, stamps
from lpack.wheels.content import member_pieces
from lpack.wheels.package import read_package

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.wheels.package import PackageEntry

VERSION = "unpacked-1"
_DAY = 86_400
_MODULE = ".py"
# Modification times that tell contents apart, because Python believes them of its bytecode. They
# lie between 2001 and 2017, where no file system and no build has anything against them.
_FIRST_TIME, _TIMES = 1_000_000_000, 500_000_000


def unpacked(archives: Iterable[Path], cache: Path) -> Path:
    """Give the folder that archives come to, later ones over earlier ones, as layers do.

    It is found in the cache or made there, and holds exactly what the archives do. Raises
    BuildError LP204 for what is no archive, and LP210 when the cache cannot be written.
    """
    files = tuple(archives)
    digest = hashlib.sha256()
    for file in files:
        digest.update(_digest(file))
    folder = cache / VERSION / digest.hexdigest()[:2] / digest.hexdigest()
    if is_whole(str(folder)):
        _mark_used(folder)
    else:
        try:
            _make(folder, files)
        except OSError as error:
            raise BuildError(
                "LP210",
                f"the cache cannot be written: {error.strerror or type(error).__name__}",
                hint="free some space, or choose another folder with LPACK_CACHE_DIR",
            ) from error
    return folder / FILES


def _mark_used(folder: Path) -> None:
    """Let `lpack cache prune` know, at most once a day, that a package is still wanted."""
    with contextlib.suppress(OSError):  # a cache that may not be written serves all the same
        if folder.stat().st_mtime < time.time() - _DAY:
            os.utime(folder)


def _digest(file: Path) -> bytes:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def _make(folder: Path, archives: tuple[Path, ...]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with temporary(folder.parent, is_folder=True) as new:
        files = new / FILES
        files.mkdir()
        for archive in archives:
            _unpack(archive, files)
        for parent, _, _ in os.walk(files):
            Path(parent).chmod(0o555)  # as /var/task, nobody writes here
        (new / MARK).write_text(json.dumps(stamps(str(files))))
        try:
            _put_in_place(new, folder)
        finally:
            if new.exists():
                remove(new)


def _put_in_place(new: Path, folder: Path) -> None:
    """Take the place of what is there, unless another lpack has just put the same there."""
    with contextlib.suppress(OSError):
        new.rename(folder)
        return
    if not is_whole(str(folder)):
        remove(folder)
        new.rename(folder)


def remove(folder: Path) -> None:
    """Remove a folder that nobody may write to."""
    for parent, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            Path(parent).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def _unpack(archive: Path, folder: Path) -> None:
    with archive.open("rb") as file:
        if not archive.stat().st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            package = read_package(data)
    for entry in package.entries:
        path = _place(entry, folder)
        if entry.is_folder:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        _write(entry, archive, path)


def _place(entry: PackageEntry, folder: Path) -> Path:
    """Give the path of an entry, which may not lead out of the folder."""
    parts = entry.path.rstrip("/").split("/")
    if entry.path.startswith("/") or ".." in parts or "\\" in entry.path or "\0" in entry.path:
        raise BuildError("LP204", f"the archive has an entry that leads out of it: {entry.path!r}")
    return folder.joinpath(*parts)


def _write(entry: PackageEntry, archive: Path, path: Path) -> None:
    with path.open("wb") as file:
        for piece in member_pieces(archive, entry.stream):
            file.write(piece)
    path.chmod(0o444 | ((entry.mode or 0) & 0o111))
    moment = entry.moment
    if entry.path.endswith(_MODULE):
        seconds = _FIRST_TIME + entry.stream.crc % _TIMES
    else:
        seconds = _seconds(moment.date, moment.time)
    os.utime(path, (seconds, seconds))


def _seconds(date: int, clock: int) -> int:
    """Turn a date of ZIP's into seconds since the epoch."""
    import calendar  # noqa: PLC0415 - only where something is unpacked

    day = (1980 + (date >> 9), max(1, date >> 5 & 15), max(1, date & 31))
    return calendar.timegm((*day, clock >> 11, clock >> 5 & 63, (clock & 31) * 2))
