"""Bounds what a function writes and starts where the system gives it no room of its own.

Without namespaces, a folder of temporary files is as large as its disk, and processes are counted
with all others of the user. Here both are looked at again and again, and whoever has reached a
bound has its limits lowered, so that writing and forking fail within the function, as they do on
Lambda, and not outside of it. What happens between two looks is not prevented.
https://man7.org/linux/man-pages/man2/getrlimit.2.html
"""

from __future__ import annotations

import contextlib
import os
import time

try:
    import resource
except ImportError:  # another system than Linux or macOS
    resource = None  # type: ignore[assignment]

_BLOCK = 512
_SHARE = 20
"""How much longer than a look at all files took it is not looked at them again."""


class Bounds:
    """The files and processes of one function."""

    def __init__(self, folder: str, size: int, processes: int) -> None:
        """Say where its files are, how many bytes they may have, and how many processes it may."""
        self.folder = folder
        self.size = size
        self.processes = processes
        self.is_full = False
        """Whether there is no room for more files, as of the last look."""
        self._is_crowded = False
        self._next = 0.0

    def look(self, there: list[int], tasks: int) -> None:
        """Lower the limits of the processes that there are, or raise them again."""
        began = time.monotonic()
        if began >= self._next:
            was_full, self.is_full = self.is_full, self._used() >= self.size
            if self.is_full or was_full:
                _limit(there, "RLIMIT_FSIZE", 0 if self.is_full else self.size)
            self._next = began + _SHARE * (time.monotonic() - began)
        was_crowded, self._is_crowded = self._is_crowded, tasks >= self.processes
        if self._is_crowded or was_crowded:
            _limit(there, "RLIMIT_NPROC", 0 if self._is_crowded else None)

    def _used(self) -> int:
        """Give the bytes that the files have on their disk, up to what is enough to know."""
        used, folders = 0, [self.folder]
        while folders and used < self.size:
            with contextlib.suppress(OSError), os.scandir(folders.pop()) as found:
                for one in found:
                    with contextlib.suppress(OSError):
                        used += one.stat(follow_symlinks=False).st_blocks * _BLOCK
                        if one.is_dir(follow_symlinks=False):
                            folders.append(one.path)
        return used


def _limit(processes: list[int], name: str, most: int | None) -> None:
    """Set the lower of the two limits of each process; None raises it to the upper one."""
    if not hasattr(resource, "prlimit"):
        return
    number = getattr(resource, name)
    for process in processes:
        with contextlib.suppress(OSError, ValueError):  # it has ended
            upper = resource.prlimit(process, number)[1]
            resource.prlimit(process, number, (upper if most is None else most, upper))
