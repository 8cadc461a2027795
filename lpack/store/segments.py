"""What one build keeps for the next, and why that can be believed.

A wheel is believed because the lock has its digest, whoever wrote it. No lock has a digest of what
is made of a wheel here: its list of files, its part of an archive. It is believed where nobody but
this user, on this machine, can have written it:

- Each object is a folder with a seal, which states size, times and inode of the other files in it.
  The kernel sets the time of change and the inode. So a folder that was unpacked, copied or
  restored from somewhere, as caches of CI are, has a seal that is not true, and is made anew.
- Seal and files belong to this user, and nobody else may write them. The seal also states what it
  is about and for which user, so that another true seal cannot be put in its place.

Whoever gets past this already runs as the user. The seal has digests besides, so that a disk's
mistakes are noticed. What is damaged or not to be believed is made anew from the verified wheel.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
import time
from typing import IO, TYPE_CHECKING, Any

from lpack import __version__
from lpack.publish import temporary
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpack.stamps import Stamp

# Changes when the layout changes; what is made of a wheel may change with every version of lpack.
VERSION = "segments-1"
SEAL = "seal"
_INCOMING = "incoming"
_LARGEST_SEAL = 1 << 16
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_DAY = 86_400
_TRIES = 9
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)
# A file system notes times in steps; what is younger may have changed after it was looked at.
_STEP = 20_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of an earlier build, with a seal that is true."""

    folder: str
    facts: Mapping[str, Any]
    """What was noted of it: parsed JSON, of the shape that its maker gave it."""
    stamps: Mapping[str, Stamp]

    def open(self, name: str) -> int:
        """Open one of its files; raises OSError unless it is the one that was sealed."""
        handle, status = _open_own(f"{self.folder}/{name}")
        if _stamp(status) != self.stamps.get(name):
            os.close(handle)
            raise OSError(errno.ESTALE, "not what was sealed", f"{self.folder}/{name}")
        return handle

    def read(self, name: str) -> bytes:
        """Read one of its files; raises OSError unless it is the one that was sealed."""
        with open(self.open(name), "rb") as file:  # noqa: PTH123 - pathlib opens no handle
            return file.read()

    def discard(self) -> None:
        """Let nobody use it again, where the cache can be written."""
        discard_object(self.folder)


class Segments:
    """The cache's folder of what was kept: `segments-1/ab/abcd…/`, shared by many processes."""

    def __init__(self, cache: Path) -> None:
        """Name the folder; it is created when something is kept."""
        self.root = cache / VERSION
        self._shards = str(self.root)

    def find(self, kind: str, *about: str) -> Kept | None:
        """Give what was kept of this kind about these things, if it can be believed."""
        key = _key(kind, about)
        folder = f"{self._shards}/{key[:2]}/{key}"
        try:
            handle, _ = _open_own(f"{folder}/{SEAL}")
            with open(handle, "rb") as file:  # noqa: PTH123 - see above
                seal = json.loads(file.read(_LARGEST_SEAL))
            if seal["key"] != key:
                return None
            kept = Kept(folder, dict(seal["facts"]), dict(seal["files"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        _mark_used(folder)
        return kept

    @contextlib.contextmanager
    def new(self) -> Iterator[Path]:
        """Give a new folder to fill; it is gone in the end unless it was kept. Raises OSError."""
        with contextlib.ExitStack() as opened:
            yield self._new(opened)

    def keep(self, folder: Path, facts: Mapping[str, Any], kind: str, *about: str) -> Kept:
        """Seal a folder that `new` gave, and put it in its place; raises OSError."""
        key = _key(kind, about)
        stamps = {path.name: _stamp(path.lstat()) for path in sorted(folder.iterdir())}
        seal = json.dumps({"key": key, "facts": facts, "files": stamps})
        with open_new(folder / SEAL) as file:
            file.write(seal.encode())
        place = self.root / key[:2] / key
        self._move(folder, place)
        return Kept(str(place), facts, stamps)

    def note(self, facts: Mapping[str, Any], kind: str, *about: str) -> None:
        """Keep facts without files; a cache that cannot be written forgets them."""
        with contextlib.suppress(OSError), self.new() as folder:
            self.keep(folder, facts, kind, *about)

    def has_verified(self, sha256: str, stamp: tuple[int, ...] | None) -> bool:
        """Tell whether the wheel that has this stamp was found to have this digest before."""
        kept = self.find("wheel", sha256)
        return kept is not None and stamp is not None and kept.facts.get("stamp") == list(stamp)

    def note_verified(self, sha256: str, stamp: tuple[int, ...] | None) -> None:
        """Remember that the wheel with this stamp has this digest, unless it is too young."""
        if stamp is not None and max(stamp[1:3]) < time.time_ns() - _STEP:
            self.note({"stamp": list(stamp)}, "wheel", sha256)

    def forget_verified(self, sha256: str) -> None:
        """Let the wheel be hashed again."""
        kept = self.find("wheel", sha256)
        if kept is not None:
            kept.discard()

    def _new(self, opened: contextlib.ExitStack) -> Path:
        incoming = self.root / _INCOMING
        for _ in range(_TRIES):
            incoming.mkdir(parents=True, exist_ok=True)
            # Another process clears away what nobody has locked yet.
            with contextlib.suppress(FileNotFoundError):
                return opened.enter_context(temporary(incoming, is_folder=True))
        return opened.enter_context(temporary(incoming, is_folder=True))

    def _move(self, folder: Path, place: Path) -> None:
        """Put a folder in its place, unless others go on putting theirs there, of the same."""
        for _ in range(_TRIES):
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(place)
            except FileNotFoundError:  # the shard was cleaned away, or the folder
                continue
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                self._make_room(place)
            else:
                return

    def _make_room(self, place: Path) -> None:
        """Take away what has the name: it is not to be believed, or the same again."""
        with self.new() as aside, contextlib.suppress(FileNotFoundError):
            taken = place if place.parent.is_dir() else place.parent
            taken.rename(aside / place.name)


def discard_object(folder: str | Path) -> None:
    """Let nobody use an object again, where the cache can be written."""
    with contextlib.suppress(OSError):
        os.unlink(f"{folder}/{SEAL}")  # noqa: PTH108 - most folders are no Path


@contextlib.contextmanager
def open_new(path: Path) -> Iterator[IO[bytes]]:
    """Make a file of an object, which nobody else may write whatever the umask; raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with open(handle, "wb") as file:  # noqa: PTH123 - see above
        yield file


def _key(kind: str, about: tuple[str, ...]) -> str:
    text = json.dumps([VERSION, __version__, os.geteuid(), kind, *about])
    return hashlib.sha256(text.encode()).hexdigest()


def _open_own(path: str) -> tuple[int, os.stat_result]:
    """Open a regular file that nobody but this user can have written; raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    status = os.fstat(handle)
    is_own = status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_MAY_WRITE
    if not stat.S_ISREG(status.st_mode) or not is_own:
        os.close(handle)
        raise OSError(errno.EACCES, "not this user's own file", path)
    return handle, status


def _stamp(status: os.stat_result) -> Stamp:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _mark_used(folder: str) -> None:
    """Let `lpack cache prune` know, at most once a day, that an object is still wanted."""
    with contextlib.suppress(OSError):  # a cache that may not be written serves all the same
        if os.stat(folder).st_mtime < time.time() - _DAY:  # noqa: PTH116 - see above
            os.utime(folder)
