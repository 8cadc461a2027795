"""What the processes of a function use, as Linux counts it; other systems tell nothing."""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_KB = 1024


def children(process: int) -> list[int]:
    """Give the processes that a process has started."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - many times a second
            found += map(int, _read(f"/proc/{process}/task/{thread}/children").split())
    except OSError:
        pass  # it has ended
    return found


def descendants(process: int) -> list[int]:
    """Give the processes that a process has started, and those that they have, and so on."""
    found = children(process)
    for one in found:
        found += [child for child in children(one) if child not in found]
    return found


def resident(processes: list[int]) -> int:
    """Give the bytes of memory that processes use together.

    What several share is counted once, as far as Linux tells.
    """
    if len(processes) == 1:
        return _resident(processes[0])
    return sum(_proportional(one) for one in processes)


def highest(process: int) -> int:
    """Give the most bytes that a process has used at once."""
    return _status(process, b"VmHWM:")


def tasks(processes: list[int]) -> int:
    """Give the number of threads of all processes, each process having one at least."""
    count = 0
    for one in processes:
        try:
            count += len(os.listdir(f"/proc/{one}/task"))  # noqa: PTH208 - see above
        except OSError:
            continue  # it has ended
    return count


def holds(process: int, mark: bytes) -> bool:
    """Whether a process was started with a mark in its environment."""
    try:
        return mark in _read(f"/proc/{process}/environ")
    except OSError:
        return False


def _resident(process: int) -> int:
    try:
        return int(_read(f"/proc/{process}/statm").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(process: int) -> int:
    """Give a process's share of the memory that it has."""
    try:
        for line in _read(f"/proc/{process}/smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * _KB
    except (OSError, IndexError, ValueError):
        pass  # it has ended, or may not be looked at
    return _resident(process)


def _status(process: int, name: bytes) -> int:
    try:
        for line in _read(f"/proc/{process}/status").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * _KB
    except (OSError, IndexError, ValueError):
        pass  # it has ended
    return 0


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - many times a second
        return file.read()
