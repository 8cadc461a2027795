"""Knowing at once that nothing has changed: the stamps of every file that a build depended on.

Read on the way to an unchanged build, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from itertools import islice
from time import gmtime, strftime

from lpack import __version__

try:
    # What `hashlib` has, without OpenSSL, whose loading takes long.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    Evidence = dict[str, dict[str, list[Any]]]
    """What a result rests on: `files` and `folders`, each path with stamp and digest; `outputs`;
    `days`, each the first one and the first one after the last, as `2026-11-30 2027-01-01`."""

VERSION = "stamps-3"
# File systems note times in steps of up to 10 ms; a file that is younger than a build's start
# less this may have been written after it was read.
_STEP = 20_000_000
_LONGEST = 1 << 26
_LARGEST = 1 << 26
"""Bytes of a file that is read to see whether only its stamp moved."""
_PIECE = 1 << 20
_ROWS = 1_000

Stamp = list[int] | None
"""Size, modification time, change time (nanoseconds) and inode; None for what is not there."""


def key_of(arguments: Iterable[str], folder: str, environ: Mapping[str, str]) -> str:
    """Name the state of one command in one folder: another option or variable is another state."""
    counted = sorted(
        (name, value)
        for name, value in environ.items()
        if name.startswith("LPACK_") or name == "SOURCE_DATE_EPOCH"
    )
    content = json.dumps([__version__, list(arguments), folder, counted])
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def recall(cache: str, key: str) -> Any:
    """Give what was remembered, if everything that it rests on is the same; otherwise None.

    What has another stamp and the same content is noted with that, so that it is read once only.
    """
    remembered = read(cache, key)
    still = standing(remembered, Seen())
    if still is None:
        return None
    if still is not remembered["evidence"]:
        keep(cache, key, still, remembered["result"])
    return remembered["result"]


def is_kept(cache: str, key: str) -> bool:
    """Whether there is a memory, be it still true or not."""
    return os.path.exists(_file(cache, key))  # noqa: PTH110 - see below


def can_be_recalled(path: str) -> bool:
    """Whether the memory in a file can serve again."""
    return standing(_read(path), Seen()) is not None


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
    """Remember a result with what it rests on, unless an input is too young to be sure."""
    found = gathered(inputs, folders, outputs, started)
    if found is not None:
        keep(cache, key, found, result)


def gathered(  # noqa: PLR0913 - what was built from, and when
    inputs: Iterable[Path],
    folders: Iterable[tuple[Path, Stamp]],
    outputs: Iterable[Path],
    started: int,
    before: Evidence | None = None,
    days: tuple[str, str] | None = None,
) -> Evidence | None:
    """Give what a result rests on, or None if an input is too young to be sure.

    It holds on `days`, from the first one until before the second, as `2026-11-30`.

    `folders` come with their stamps from before they were listed. `started` is a time before the
    first input was read, in nanoseconds since the epoch: a younger one may have changed since.
    `outputs` were written by this build, so they may be young. What has the stamp that it had
    `before` is not read again.
    """
    known = before["files"] if before else {}
    files: dict[str, list[Any]] = {}
    for path in map(str, inputs):
        old = known.get(path)
        if path in files:
            continue
        # First the content, then the stamp: if that is old enough, it is of what was built.
        digest = old[1] if old and stamp_of(path) == old[0] else digest_of(path)
        stamp = stamp_of(path)
        if _is_young(stamp, started):
            return None
        files[path] = [stamp, digest]
    listed: dict[str, list[Any]] = {}
    for path, stamp in ((str(folder), stamp) for folder, stamp in folders):
        names = names_in(path)
        if listed.get(path, [stamp])[0] != stamp:
            return None  # it changed between two functions that both listed it
        listed[path] = [stamp, names if folder_stamp(path) == stamp else None]
    published = {str(path): [stamp_of(str(path)), None] for path in outputs}
    held: dict[str, list[Any]] = {" ".join(days): [None, None]} if days else {}
    return {"files": files, "folders": listed, "outputs": published, "days": held}


def joined(parts: Iterable[Evidence]) -> Evidence | None:
    """Give what several results rest on together, or None if they have seen different files."""
    whole: Evidence = {"files": {}, "folders": {}, "outputs": {}, "days": {}}
    for part in parts:
        for kind, found in part.items():
            for path, seen in found.items():
                if whole[kind].setdefault(path, seen)[0] != seen[0]:
                    return None
    return whole


class Seen:
    """The stamps that were looked at in one moment, each once."""

    def __init__(self) -> None:
        # In UTC: deadlines of runtimes make some answers depend on the day.
        self.today = strftime("%Y-%m-%d", gmtime())
        self._now = 0
        self._files: dict[str, Stamp] = {}
        self._folders: dict[str, Stamp] = {}

    def is_same(self, kind: str, path: str, stamp: Stamp, digest: str | None) -> list[Any] | None:
        """Give stamp and digest of what is still the same, be it by its content; else None."""
        found = self._folder(path) if kind == "folders" else self._file(path)
        if found == stamp:
            return [stamp, digest]
        if digest is None or found is None or stamp is None:
            return None
        started = self._time()
        if kind == "folders":
            same = found[1] == stamp[1] and names_in(path) == digest
            now = folder_stamp(path)
        else:
            same = found[0] == stamp[0] and digest_of(path) == digest
            now = stamp_of(path)
        if not same:
            return None
        # A young stamp could be that of a later change too.
        return [stamp if now != found or _is_young(now, started) else now, digest]

    def _file(self, path: str) -> Stamp:
        if path not in self._files:
            self._files[path] = stamp_of(path)
        return self._files[path]

    def _folder(self, path: str) -> Stamp:
        if path not in self._folders:
            self._folders[path] = folder_stamp(path)
        return self._folders[path]

    def _time(self) -> int:
        """Give the time of the first look at content, as the file system has it."""
        import time  # noqa: PLC0415 - only when something moved

        self._now = self._now or time.time_ns()
        return self._now


def standing(remembered: Any, seen: Seen) -> Evidence | None:
    """Give what a memory rests on, if it is all the same; with the stamps that it has now."""
    try:
        evidence: Evidence = remembered["evidence"]
        if not all(_holds(seen.today, *days.split()) for days in evidence["days"]):
            return None
        moved: list[tuple[str, str, list[Any]]] = []
        for kind in ("outputs", "folders", "files"):
            for path, (stamp, digest) in evidence[kind].items():
                now = seen.is_same(kind, path, stamp, digest)
                if now is None:
                    return None
                if now[0] != stamp:
                    moved.append((kind, path, now))
        if "result" not in remembered:
            return None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    if not moved:
        return evidence
    renewed = {kind: dict(found) for kind, found in evidence.items()}
    for kind, path, now in moved:
        renewed[kind][path] = now
    return renewed


def _holds(today: str, first: str, end: str) -> bool:
    return first <= today < end


def read(cache: str, key: str) -> Any:
    """Give a memory as it is, whether it still holds or not; None for what is none."""
    return _read(_file(cache, key))


def keep(cache: str, key: str, evidence: Evidence, result: Any) -> None:
    """Write a memory; a cache that cannot be written costs time, never a build."""
    path = _file(cache, key)
    temporary = f"{path}.{os.getpid()}.tmp"
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - see below
        # Made anew: what stands there already may be a pipe, or a link to something precious.
        with open(temporary, "x", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 16 ms
            file.writelines(_text(evidence, result))
        os.replace(temporary, path)  # noqa: PTH105 - see above
        _remove_leftovers(path)


def _text(evidence: Evidence, result: Any) -> Iterator[str]:
    """Give the JSON of a memory, of which there may be megabytes, in pieces."""
    yield f'{{"result": {json.dumps(result)}, "evidence": {{'
    for number, (kind, found) in enumerate(evidence.items()):
        yield f"{', ' if number else ''}{json.dumps(kind)}: {{"
        rows = iter(found.items())
        separator = ""
        while some := dict(islice(rows, _ROWS)):
            yield separator + json.dumps(some)[1:-1]
            separator = ", "
        yield "}"
    yield "}}"


def stamp_of(path: str) -> Stamp:
    """Give the stamp of a file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - see above
    except (OSError, ValueError):
        return None
    return stamp_of_status(status)


def stamp_of_status(status: os.stat_result) -> list[int]:
    """Give the stamp that a file has."""
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def folder_stamp(path: str) -> Stamp:
    """Give the stamp of a folder's list of names."""
    try:
        status = os.stat(path)  # noqa: PTH116 - see above
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_ino]


def digest_of(path: str) -> str | None:
    """Give a digest of a file's content, and of where a link leads; None for too large a file."""
    try:
        real = os.path.realpath(path) if os.path.islink(path) else ""  # noqa: PTH114 - see above
        handle = os.open(real or path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:  # noqa: PTH123 - see above
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                return None
            content = blake2b(os.fsencode(real), digest_size=16)
            content.update(b"\0")
            for _ in range(0, _LARGEST + 1, _PIECE):
                content.update(file.read(_PIECE))
            return content.hexdigest()
    except OSError:
        return None


def names_in(folder: str) -> str | None:
    """Give a digest of the names in a folder, and of what is a folder or a link among them."""
    try:
        with os.scandir(folder) as listing:
            names = sorted(
                (os.fsencode(one.name), one.is_symlink(), one.is_dir()) for one in listing
            )
    except OSError:
        return None
    return blake2b(repr(names).encode(), digest_size=16).hexdigest()


def _is_young(stamp: Stamp, started: int) -> bool:
    if stamp is None:
        return False
    modified, changed = stamp[-3:-1] if len(stamp) > 2 else (stamp[0], 0)  # noqa: PLR2004 - a folder's
    return max(modified, changed) > started - _STEP


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


def _remove_leftovers(path: str) -> None:
    """Remove what killed builds have left; one that is being written is only forgotten."""
    folder, name = os.path.split(path)
    for one in os.listdir(folder):  # noqa: PTH208 - see above
        if one.startswith(f"{name}.") and one.endswith(".tmp"):
            os.remove(os.path.join(folder, one))  # noqa: PTH107, PTH118 - see above


def _file(cache: str, key: str) -> str:
    return os.path.join(cache, VERSION, key[:2], f"{key}.json")  # noqa: PTH118 - see above
