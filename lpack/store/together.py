"""Many downloads at once: the first failure ends them all, and so does Ctrl-C, at once."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from lpack.store.download import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.model import LockedPackage, StoredWheel
    from lpack.store.download import Downloader

CONNECTIONS = 8
_LAST_WORDS = 0.5
"""Seconds that threads have to end; what is in the way of that dies with the process."""


def fetch_all(packages: Iterable[LockedPackage], downloader: Downloader) -> list[StoredWheel]:
    """Fetch every package, in any order; raises what the first failure raised."""
    # The largest first, so that it does not end alone.
    ordered = sorted(packages, key=lambda one: -(one.wheels[0].size or 0))
    waiting: SimpleQueue[LockedPackage] = SimpleQueue()
    for package in ordered:
        waiting.put(package)
    ended: SimpleQueue[StoredWheel | BaseException] = SimpleQueue()
    # Daemons: an executor would wait at the end for a name server that does not answer.
    threads = [
        threading.Thread(target=_work, args=(downloader, waiting, ended), daemon=True)
        for _ in range(min(CONNECTIONS, len(ordered)))
    ]
    for thread in threads:
        thread.start()
    # Loaded while the connections are being opened, not when the first wheel is here.
    import lpack.wheels.admission  # noqa: F401, PLC0415 - only what is new is admitted

    try:
        return [_result(ended.get()) for _ in ordered]
    except BaseException:
        _stop(downloader, threads)
        raise


def _work(
    downloader: Downloader,
    waiting: SimpleQueue[LockedPackage],
    ended: SimpleQueue[StoredWheel | BaseException],
) -> None:
    try:
        while not downloader.interrupt.is_set():
            ended.put(downloader.fetch(waiting.get_nowait()))
    except Empty:
        pass
    except Interrupted:
        pass
    except BaseException as error:  # noqa: BLE001 - it is raised again by whom it concerns
        ended.put(error)


def _result(ended: StoredWheel | BaseException) -> StoredWheel:
    if isinstance(ended, BaseException):
        raise ended
    return ended


def _stop(downloader: Downloader, threads: Iterable[threading.Thread]) -> None:
    downloader.stop()
    end = time.monotonic() + _LAST_WORDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
