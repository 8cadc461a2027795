"""Bring the lock's wheels into the store, verified to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lpack.index.settings import IndexSettings
    from lpack.model import IndexOptions, Lock, LockedPackage, StoredWheel
    from lpack.store.download import Downloader
    from lpack.store.wheels import WheelStore

CONNECTIONS = 8


def fetch(  # noqa: PLR0913 - the store, and all that decides how it is filled
    lock: Lock,
    store: WheelStore,
    root: Path,
    environ: Mapping[str, str],
    *,
    index: IndexOptions,
    offline: bool,
    progress: Callable[[int, int], None],
) -> tuple[StoredWheel, ...]:
    """Give the wheels of the lock, in its order, from the store or from their addresses.

    `root` is the project, whose settings of uv count; `index` is what its requirements state.
    `progress` is told bytes so far and bytes in all. Raises BuildError LP201 to LP210.
    """
    found = {package.name: store.find(package) for package in lock.packages}
    missing = [package for package in lock.packages if found[package.name] is None]
    if missing:
        _refuse_offline(missing, offline=offline)
        from lpack.index.settings import (  # noqa: PLC0415 - only when it downloads
            read_index_settings,
        )

        settings = read_index_settings(environ, root).also_stated(index)
        for wheel in _download(missing, store, settings, progress):
            found[wheel.name] = wheel
    return tuple(wheel for wheel in found.values() if wheel is not None)


def _refuse_offline(missing: list[LockedPackage], *, offline: bool) -> None:
    remote = [one for one in missing if not one.wheels[0].location.startswith("file:")]
    if offline and remote:
        names = ", ".join(f"`{one.wheels[0].filename}`" for one in remote[:5])
        raise BuildError(
            "LP206",
            f"{len(remote)} of the wheels are not in the cache: {names}",
            hint="run the command once without `--offline`",
        )


def _download(
    missing: list[LockedPackage],
    store: WheelStore,
    settings: IndexSettings,
    progress: Callable[[int, int], None],
) -> list[StoredWheel]:
    from lpack.store.download import Downloader  # noqa: PLC0415 - only when it downloads

    total = sum(one.wheels[0].size or 0 for one in missing)
    arrived = 0

    def tell(count: int) -> None:
        nonlocal arrived
        arrived += count
        progress(arrived, total)

    downloader = Downloader(store, settings, tell)
    try:
        return _all_or_first_error(missing, downloader)
    finally:
        downloader.close()


def _all_or_first_error(missing: list[LockedPackage], downloader: Downloader) -> list[StoredWheel]:
    from concurrent.futures import (  # noqa: PLC0415 - only when it downloads
        ThreadPoolExecutor,
        as_completed,
    )

    # The largest first, so that it does not end alone.
    ordered = sorted(missing, key=lambda one: -(one.wheels[0].size or 0))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        tasks = [pool.submit(downloader.fetch, package) for package in ordered]
        try:
            return [task.result() for task in as_completed(tasks)]
        except BaseException:
            downloader.interrupt.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
