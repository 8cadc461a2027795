"""Knowing at once that nothing has changed: the stamps of every file that a build depended on.

Read on the way to an unchanged build, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from lpack import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = "stamps-1"
# File systems note times in steps of up to 10 ms; a file that is younger than a build's start
# less this may have been written after it was read.
_STEP = 20_000_000

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
    try:
        with open(_file(cache, key), encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 16 ms
            remembered = json.load(file)
        for path, stamp in remembered["stamps"]:
            if stamp_of(path) != stamp:
                return None
        for path, stamp in remembered["folders"]:
            if folder_stamp(path) != stamp:
                return None
        return remembered["result"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


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
        with open(temporary, "w", encoding="utf-8") as file:  # noqa: PTH123 - see above
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


def _remove_leftovers(path: str) -> None:
    """Remove what killed builds have left; one that is being written is only forgotten."""
    folder, name = os.path.split(path)
    for one in os.listdir(folder):  # noqa: PTH208 - see above
        if one.startswith(f"{name}.") and one.endswith(".tmp"):
            os.remove(os.path.join(folder, one))  # noqa: PTH107, PTH118 - see above


def _file(cache: str, key: str) -> str:
    return os.path.join(cache, VERSION, key[:2], f"{key}.json")  # noqa: PTH118 - see above
