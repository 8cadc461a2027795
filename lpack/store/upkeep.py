"""Looking after the cache: how large it is, what is damaged, what may go.

Nothing waits for builds that run meanwhile. What is taken from under one costs it a download, or
ends it with a plain error: it verifies all that it uses.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from lpack import stamps
from lpack.errors import BuildError, UsageError
from lpack.model import Where
from lpack.publish import is_temporary, temporary
from lpack.stamps import can_be_recalled
from lpack.store import segments, wheels
from lpack.store.parts import lock
from lpack.store.wheels import digest_of
from lpack.values import NamedTuple, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KINDS = {
    "wheels": wheels.VERSION,
    "stamps": stamps.VERSION,
    "valid": "valid-1",
    "index": "index-v1",
    "imports": "imports-2",
    "notes": "notes-1",
    "segments": segments.VERSION,
    "unpacked": "unpacked-1",
    "bytecode": "bytecode-1",
}
"""Each family of folders with the name of its present layout; their writers lie higher up."""
INCOMING = "incoming"
_FAMILY = re.compile(r"([a-z]+)-v?(\d{1,9})", re.ASCII)
# The objects of every layout lie two levels deep, in folders of these names.
_SHARD = re.compile(r"[0-9a-f]{2}|metadata|pages", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_THREADS = 8
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Count:
    """How many objects, and how many bytes they have."""

    objects: int = 0
    bytes: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.objects + other.objects, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Verified:
    """What the store holds, and what of it was not what its name says."""

    whole: Count
    damaged: tuple[Path, ...]
    """These were removed."""


class _Object(NamedTuple):
    """Something that is kept or goes as one: a folder of a digest, or a file."""

    path: Path
    status: os.stat_result
    is_folder: bool


def sizes(cache: Path) -> dict[str, Count]:
    """Count what is in the cache, by kind."""
    found = {kind: _counted(_objects(cache / name)) for kind, name in KINDS.items()}
    found["incoming"] = _counted(_listed(cache / KINDS["wheels"] / INCOMING))
    old = (one for folder in _layouts(cache, old=True) for one in _files(folder))
    found["old"] = _counted(old)
    return found


def prune(cache: Path, seconds: float, now: float) -> Count:
    """Remove what nobody has used for so long, and what nobody can use; raises BuildError LP210."""
    since = now - seconds
    with _removing(cache):
        gone = Count()
        for folder in _layouts(cache, old=True):
            gone += _remove_layout(folder)
        store = cache / KINDS["wheels"]
        gone += _remove(store, _unused(store, since))
        gone += _remove_unlocked(store / INCOMING, since)
        memory = cache / KINDS["stamps"]
        stale = (one for one in _objects(memory) if not can_be_recalled(str(one.path)))
        gone += _remove(memory, stale)
        for kind in KINDS.keys() - {"wheels", "stamps"}:
            folder = cache / KINDS[kind]
            gone += _remove(folder, _unused(folder, since))
    return gone


def clean(cache: Path) -> Count:
    """Remove all that lpack has put there, and the folder if it is empty then.

    What a running process has locked stays, and so does what is not lpack's. Raises UsageError
    LP016 when nothing is, and BuildError LP210 when the disk refuses it.
    """
    with _removing(cache):
        layouts = list(_layouts(cache))
        links = [path for _, _, path in _named_as_ours(cache) if path.is_symlink()]
        if not layouts and not links and any(True for _ in _listed(cache)):
            raise UsageError(
                "LP016",
                "the folder is not lpack's cache: nothing in it is lpack's",
                where=Where(str(cache)),
                hint="correct LPACK_CACHE_DIR",
            )
        gone = Count()
        for folder in layouts:
            gone += _remove_layout(folder)
        for link in links:
            link.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            cache.rmdir()
    return gone


def verify(cache: Path) -> Verified:
    """Hash every wheel, and remove what is not what its name says; raises BuildError LP210."""
    store = cache / KINDS["wheels"]
    entries = [entry for one in _objects(store) for entry in _parts_of(one)]
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        try:
            verdicts = list(pool.map(_is_whole, entries))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    judged = list(zip(entries, verdicts, strict=True))
    damaged = [entry for entry, is_whole in judged if is_whole is False]
    with _removing(cache):
        for entry in damaged:
            # Healed meanwhile, perhaps, by a build that ran into it.
            if _is_whole(entry) is False:
                _remove(store, [entry])
    return Verified(
        _counted(entry for entry, is_whole in judged if is_whole),
        tuple(entry.path for entry in damaged),
    )


def _is_whole(entry: _Object) -> bool | None:
    """Whether a file of the store has the digest of its folder; None when it is gone."""
    try:
        return digest_of(entry.path)[1] == entry.path.parent.name
    except FileNotFoundError:
        return None
    except OSError:
        return False


def _parts_of(one: _Object) -> Iterable[_Object]:
    """Give the files of a digest's folder, or what stands in its place."""
    is_digest = _DIGEST.fullmatch(one.path.name) and one.path.name[:2] == one.path.parent.name
    return _listed(one.path) if one.is_folder and is_digest else [one]


def _layouts(cache: Path, *, old: bool = False) -> Iterator[Path]:
    """Give lpack's folders in the cache: all, or those of older layouts. No links."""
    present = {family: version for family, version, _ in map(_parsed, KINDS.values())}
    for family, version, path in _named_as_ours(cache):
        if (not old or version < present[family]) and path.is_dir() and not path.is_symlink():
            yield path


def _named_as_ours(cache: Path) -> Iterator[tuple[str, int, Path]]:
    for one in _listed(cache):
        family, version, _ = _parsed(one.path.name)
        if family in KINDS:
            yield family, version, one.path


def _parsed(name: str) -> tuple[str, int, str]:
    found = _FAMILY.fullmatch(name)
    return (found[1], int(found[2]), name) if found else ("", 0, name)


def _unused(folder: Path, since: float) -> Iterator[_Object]:
    return (one for one in _objects(folder) if one.status.st_mtime < since)


def _objects(folder: Path) -> Iterator[_Object]:
    """Give the objects of one layout."""
    for shard in _listed(folder):
        if shard.is_folder and _SHARD.fullmatch(shard.path.name):
            yield from _listed(shard.path)


def _listed(folder: Path) -> Iterator[_Object]:
    """List a folder that may change meanwhile; a link is what it is, not where it leads."""
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            yield _Object(Path(entry.path), status, entry.is_dir(follow_symlinks=False))


def _files(folder: Path) -> Iterator[_Object]:
    for one in _listed(folder):
        yield from _files(one.path) if one.is_folder else [one]


def _counted(objects: Iterable[_Object]) -> Count:
    total = Count()
    for one in objects:
        inside = sum(file.status.st_size for file in _files(one.path)) if one.is_folder else 0
        total += Count(1, inside or one.status.st_size * (not one.is_folder))
    return total


def _remove(layout: Path, objects: Iterable[_Object]) -> Count:
    """Remove objects, so that a reader sees each whole or not at all, and folders left empty."""
    gone = Count()
    doomed = list(objects)
    with contextlib.ExitStack() as opened:
        aside = None
        for number, one in enumerate(doomed):
            size = _counted([one])
            with contextlib.suppress(FileNotFoundError):
                if one.is_folder:
                    _unlock(one.path)
                    aside = aside or opened.enter_context(_aside(layout))
                    one.path.rename(aside / str(number))
                else:
                    one.path.unlink()
                gone += size
    for folder in {one.path.parent for one in doomed}:
        _remove_empty(folder, layout)
    return gone


@contextlib.contextmanager
def _aside(layout: Path) -> Iterator[Path]:
    """Give a folder for what is to go; if this process dies, another one clears it away."""
    folder = layout / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    with temporary(folder, is_folder=True) as aside:
        yield aside


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _remove_unlocked(folder: Path, since: float) -> Count:
    """Remove what dead processes have left, and what nobody has gone on with since a time."""
    gone = Count()
    for one in _listed(folder):
        if is_temporary(one.path.name) or one.status.st_mtime < since:
            gone += _remove_if_unlocked(one)
    return gone


def _remove_if_unlocked(one: _Object) -> Count:
    try:
        handle = os.open(one.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return Count()
    except OSError:  # a link, or a socket: nobody can have locked it
        handle = None
    try:
        if handle is not None and not lock(handle):
            return Count()
        size = _counted([one])
        _delete(one)
    finally:
        if handle is not None:
            os.close(handle)
    return size


def _delete(one: _Object) -> None:
    """Remove a file, or a folder that others may be writing to."""
    for _ in range(_TRIES):
        try:
            if one.is_folder:
                _unlock(one.path)
                shutil.rmtree(one.path)
            else:
                one.path.unlink()
        except FileNotFoundError:
            if not one.path.exists():
                return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return


def _unlock(folder: Path) -> None:
    """Let what nobody may write to be removed, as unpacked packages are."""
    for parent, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            Path(parent).chmod(0o755)


def _remove_layout(folder: Path) -> Count:
    """Remove what a layout has, but for what a running process has locked in it."""
    gone = _remove_unlocked(folder / INCOMING, float("inf"))
    for one in _listed(folder):
        if _SHARD.fullmatch(one.path.name):
            gone += _counted(_listed(one.path)) if one.is_folder else Count()
            _delete(one)
    _remove_empty(folder / INCOMING, folder)
    with contextlib.suppress(OSError):
        folder.rmdir()
    return gone


@contextlib.contextmanager
def _removing(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BuildError(
            "LP210",
            f"the cache cannot be changed: {error.strerror or type(error).__name__}",
            where=Where(str(error.filename or cache)),
            hint="see whose it is, or choose another folder with LPACK_CACHE_DIR",
        ) from error
