"""Knowing at once that nothing has changed: the stamps of every file that a build depended on.

Read on the way to an unchanged build, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from typing import TYPE_CHECKING, Any

from lpack import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = "stamps-1"
# File systems note times in steps of up to 10 ms; a file that is younger than a build's start
# less this may have been written after it was read.
_STEP = 20_000_000
_DAY = 86_400
_LONGEST = 1 << 26

Stamp = list[int] | None
"""Size, modification time, change time (nanoseconds) and inode; None for what is not there."""


def key_of(arguments: Iterable[str], folder: str, environ: Mapping[str, str], today: str) -> str:
    """Name the state of one command in one folder: another option or variable is another state."""
    counted = sorted(
        (name, value)
        for name, value in environ.items()
        if name.startswith("LPACK_") or name == "SOURCE_DATE_EPOCH"
    )
    content = json.dumps([__version__, list(arguments), folder, counted, today])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def recall(cache: str, key: str) -> Any:
    """Give what was remembered, if every stamp is still the same; otherwise None."""
    remembered = _read(_file(cache, key))
    return remembered["result"] if _holds(remembered) else None


def can_be_recalled(path: str, now: float) -> bool:
    """Whether the memory in a file can serve again.

    The day is part of its key, so yesterday's is never asked for; and one whose stamps do not
    hold cannot hold again, because nobody sets the time at which a file was changed.
    """
    try:
        is_old = os.lstat(path).st_mtime < now - _DAY
    except OSError:
        return False
    return not is_old and _holds(_read(path))


def remember(  # noqa: PLR0913 - the files of a build, by what their stamps mean
    cache: str,
    key: str,
    *,
    inputs: Iterable[Path],
    folders: Iterable[tuple[Path, Stamp]],
    outputs: Iterable[Path],
    started: int,
    result: Any,
) -> None:
    """Remember a result with the stamps it rests on, unless an input is too young to be sure.

    `folders` come with their stamps from before they were listed. `started` is a time before the
    first input was read, in nanoseconds since the epoch: a younger one may have changed since.
    `outputs` were written by this build, so they may be young.
    """
    stamps = {str(path): stamp_of(str(path)) for path in inputs}
    if any(stamp and max(stamp[1], stamp[2]) > started - _STEP for stamp in stamps.values()):
        return
    listed: dict[str, Stamp] = {}
    for folder, stamp in folders:
        if listed.setdefault(str(folder), stamp) != stamp:
            return  # it changed between two functions that both listed it
    stamps |= {str(path): stamp_of(str(path)) for path in outputs}
    content = {
        "stamps": sorted(stamps.items()),
        "folders": sorted(listed.items()),
        "result": result,
    }
    path = _file(cache, key)
    temporary = f"{path}.{os.getpid()}.tmp"
    # A cache that cannot be written costs time, never a build.
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - see above
        # Made anew: what stands there already may be a pipe, or a link to something precious.
        with open(temporary, "x", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 16 ms
            json.dump(content, file)
        os.replace(temporary, path)  # noqa: PTH105 - see above
        _remove_leftovers(path)


def stamp_of(path: str) -> Stamp:
    """Give the stamp of a file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - see above
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def folder_stamp(path: str) -> Stamp:
    """Give the stamp of a folder's list of names."""
    try:
        status = os.stat(path)  # noqa: PTH116 - see above
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_ino]


def _read(path: str) -> Any:
    """Read a memory; None for what is none, be it a link, a pipe or too long."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 - see above
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST:
                return None
            return json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None


def _holds(remembered: Any) -> bool:
    try:
        return (
            "result" in remembered
            and all(stamp_of(path) == stamp for path, stamp in remembered["stamps"])
            and all(folder_stamp(path) == stamp for path, stamp in remembered["folders"])
        )
    except (ValueError, KeyError, TypeError):
        return False


def _remove_leftovers(path: str) -> None:
    """Remove what killed builds have left; one that is being written is only forgotten."""
    folder, name = os.path.split(path)
    for one in os.listdir(folder):  # noqa: PTH208 - see above
        if one.startswith(f"{name}.") and one.endswith(".tmp"):
            os.remove(os.path.join(folder, one))  # noqa: PTH107, PTH118 - see above


def _file(cache: str, key: str) -> str:
    return os.path.join(cache, VERSION, key[:2], f"{key}.json")  # noqa: PTH118 - see above
