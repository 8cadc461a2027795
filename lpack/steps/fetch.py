"""Bring what was locked into the store as wheels: downloaded, built, or made of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.lockfile import local_path
from lpack.model import LocalProject, LockedPackage, LockedWheel, StoredWheel
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.building.builder import Builder
    from lpack.index.settings import IndexSettings
    from lpack.model import Lock, RequirementSet
    from lpack.stamps import Stamp
    from lpack.store.wheels import WheelStore


@dataclass(frozen=True, slots=True)
class Fetched:
    """The wheels of a package, and what they were made from."""

    wheels: tuple[StoredWheel, ...]
    files: tuple[Path, ...] = ()
    """Files of the user's that went into a wheel."""
    folders: tuple[tuple[Path, Stamp], ...] = ()
    """Folders that were listed for that, with their stamps before."""
    lasts: bool = True
    """Whether these are all the files that it depends on."""


def fetch(  # noqa: PLR0913 - the store, and all that decides how it is filled
    lock: Lock,
    requirements: RequirementSet,
    store: WheelStore,
    builder: Builder,
    environ: Mapping[str, str],
    *,
    progress: Callable[[int, int], None],
) -> Fetched:
    """Give the wheels of the lock, in its order, from the store or from where they come from.

    `progress` is told bytes so far and bytes in all. Raises BuildError LP117 to LP122, LP201 to
    LP210.
    """
    published = [package for package in lock.packages if package.source is None]
    found = {package.name: store.find(package) for package in published}
    missing = [package for package in published if found[package.name] is None]
    if missing:
        _refuse_offline(missing, offline=builder.offline)
        from lpack.index.settings import (  # noqa: PLC0415 - only when it downloads
            read_index_settings,
        )

        settings = read_index_settings(environ, builder.root, builder.system).also_stated(
            requirements.index
        )
        for wheel in _download(missing, store, settings, progress):
            found[wheel.name] = wheel
    made = _Made(store, builder, requirements)
    for package in lock.packages:
        if package.source is not None:
            found[package.name] = made.wheel(package)
    wheels = (found[package.name] for package in lock.packages)
    return Fetched(
        tuple(wheel for wheel in wheels if wheel is not None),
        tuple(made.files),
        tuple(made.folders),
        made.lasts,
    )


class _Made:
    """Wheels that are made here, and what they were made from."""

    def __init__(self, store: WheelStore, builder: Builder, requirements: RequirementSet) -> None:
        self.store = store
        self.builder = builder
        self.requirements = requirements
        self.projects = {project.name: project for project in requirements.projects}
        self.files: list[Path] = []
        self.folders: list[tuple[Path, Stamp]] = []
        self.lasts = True

    def wheel(self, package: LockedPackage) -> StoredWheel | None:
        """Make the wheel of a package, without running anything where that can be."""
        source = package.source
        assert source is not None  # noqa: S101 - the caller has looked
        if source.kind != "folder":
            return self.builder.wheel(package, self.requirements)
        project = self.projects.get(package.name) or self._read(source.location)
        made = self._of_project(project, package) if project else self._built(package)
        return made and replace(made, is_own=True)

    def _read(self, location: str) -> LocalProject | None:
        from lpack.projects.reading import read_project  # noqa: PLC0415 - few have folders

        try:
            return read_project(local_path(location) or Path(location), self.builder.root)
        except BuildError as error:
            if error.code == "LP117":  # its build backend has to tell, and is asked
                return None
            raise

    def _of_project(self, project: LocalProject, package: LockedPackage) -> StoredWheel | None:
        from lpack.projects.building import wheel_of  # noqa: PLC0415 - few have folders
        from lpack.store.wheels import digest_of  # noqa: PLC0415 - see above

        self.files += project.files
        import tempfile  # noqa: PLC0415 - only where something is fetched

        with tempfile.TemporaryDirectory(prefix="lpack-") as folder, self.store.incoming() as to:
            made = wheel_of(project, self.builder.root, Path(folder) / "made.whl")
            if made is None:
                return self._built(package)
            filename, read = made
            if not read.entries:
                return None  # a project without a package: it only has requirements
            to.write_bytes((Path(folder) / "made.whl").read_bytes())
            size, sha256 = digest_of(to)
            wheel = LockedWheel(filename, "", sha256, size)
            self.files += [origin for _, origin in read.entries]
            self.folders += read.folders
            return self.store.publish(to, LockedPackage(project.name, project.version, (wheel,)))

    def _built(self, package: LockedPackage) -> StoredWheel:
        """Let the build backend make it; what that reads is anybody's guess."""
        self.lasts = False
        return self.builder.wheel(package, self.requirements)


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
    from lpack.store.together import fetch_all  # noqa: PLC0415 - see above

    total = sum(one.wheels[0].size or 0 for one in missing)
    arrived = 0

    def tell(count: int) -> None:
        nonlocal arrived
        arrived += count
        progress(arrived, total)

    downloader = Downloader(store, settings, tell)
    try:
        return fetch_all(missing, downloader)
    finally:
        downloader.close()
