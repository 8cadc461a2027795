"""Beginning an archive before anything else is known: most builds copy what the last one did.

What is begun is believed for nothing. It is taken only where the build finds the same parts, in
the same order, with the stamps that their seals state; and what was copied has to have the digest
that was noted, as always. Until then it has no name, so that nothing is left of it whatever comes.

Read on the way to every build, so it imports the little that Python loads quickly.
"""

from __future__ import annotations

import contextlib
import os
import stat

from lpack.cache import known_cache_folder
from lpack.copying import Copying, Range
from lpack.stamps import keep, key_of, read, stamp_of_status

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.stamps import Evidence, Stamp

    Part = tuple[str, int, Stamp]
    """A file that has the part, the bytes at its beginning that are it, and its stamp."""

_NOTHING: Evidence = {"files": {}, "folders": {}, "outputs": {}, "days": {}}
_MOST = 1 << 30
"""Bytes; what has more takes so long that a beginning is nothing."""


class Ahead:
    """An archive that has been begun."""

    def __init__(self, parts: tuple[Part, ...], copying: Copying, sources: list[int]) -> None:
        self._parts = parts
        self._copying: Copying | None = copying
        self._sources = sources
        self._process = os.getpid()

    def taken(self, parts: tuple[Part, ...], path: Path) -> Copying | None:
        """Give what was begun, if it is this, as a file of that name; the caller closes it."""
        copying, self._copying = self._copying, None
        if copying is None or os.getpid() != self._process:
            return None  # a copy of the process has no threads of the first one
        if parts == self._parts:
            from lpack.publish import named  # noqa: PLC0415 - loaded by then

            if named(copying.target, path):
                return copying
        self._stop(copying)
        return None

    def close(self) -> None:
        """Let go of what nobody took."""
        copying, self._copying = self._copying, None
        if os.getpid() == self._process:
            if copying is not None:
                self._stop(copying)
            while self._sources:
                os.close(self._sources.pop())

    def _stop(self, copying: Copying) -> None:
        copying.failed = True
        copying.join()
        os.close(copying.target)


def begin(words: list[str], environ: Mapping[str, str]) -> Ahead | None:
    """Begin what the last run of this command line wrote, if that is known and can be."""
    cache = known_cache_folder(environ)
    if cache is None or not hasattr(os, "O_TMPFILE"):
        return None
    with contextlib.suppress(OSError, TypeError, ValueError, KeyError):
        noted = read(cache, _key(words, environ))["result"]
        parts = tuple((str(path), int(size), stamp) for path, size, stamp in noted["parts"])
        return _begun(str(noted["folder"]), parts)
    return None


def note(
    words: list[str], environ: Mapping[str, str], folder: str, parts: tuple[Part, ...]
) -> None:
    """Remember what this command line copied into an archive of a folder."""
    cache = known_cache_folder(environ)
    if cache is None or not parts or sum(size for _, size, _ in parts) > _MOST:
        return
    with contextlib.suppress(FileNotFoundError):  # the current folder is gone
        key, noted = _key(words, environ), {"folder": folder, "parts": [list(one) for one in parts]}
        if (read(cache, key) or {}).get("result") != noted:
            keep(cache, key, _NOTHING, noted)


def _key(words: list[str], environ: Mapping[str, str]) -> str:
    return key_of([*words, "ahead"], os.getcwd(), environ)  # noqa: PTH109 - speed


def _begun(folder: str, parts: tuple[Part, ...]) -> Ahead | None:
    """Copy into a file without a name, in the folder or, where that is not there, beside it."""
    with contextlib.ExitStack() as opened:
        sources = [_opened(part, opened) for part in parts]
        place = folder if os.path.isdir(folder) else os.path.dirname(folder)  # noqa: PTH112, PTH120
        target = os.open(place, os.O_TMPFILE | os.O_RDWR, 0o666)
        opened.callback(os.close, target)
        copying = Copying(target)
        ranges, start = [], 0
        for source, (_, size, _) in zip(sources, parts, strict=True):
            ranges.append(Range(source, start, size))
            start += size
        copying.start(ranges)
        opened.pop_all()
    return Ahead(parts, copying, sources)


def _opened(part: Part, opened: contextlib.ExitStack) -> int:
    path, size, stamp = part
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    opened.callback(os.close, handle)
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or stamp_of_status(status) != stamp:
        raise ValueError(path)
    if not 0 <= size <= status.st_size:
        raise ValueError(path)
    return handle
