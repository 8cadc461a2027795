"""What is not published as a wheel, made into one: folders, source distributions, commits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.lazily import lazily_from
from lpack.lockfile import local_path
from lpack.model import BuiltFrom, LockedPackage, LockedWheel, Requirement, RequirementSet
from lpack.store.wheels import digest_of
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lpack.building.backend import Built
    from lpack.building.permission import Wanted, require_permission
    from lpack.building.prepared import (
        Prepared,
        holds_on,
        is_same,
        public_location,
        renamed,
        wanted_by,
        where_asked,
        with_hashes,
    )
    from lpack.index.settings import IndexSettings
    from lpack.model import IndexOptions, StoredWheel, Target, Where
    from lpack.store import WheelStore
    from lpack.system import System
else:  # a builder comes with every build, and few projects build anything
    Wanted, require_permission = lazily_from(
        "lpack.building.permission", "Wanted", "require_permission"
    )
    Prepared, holds_on, is_same, public_location = lazily_from(
        "lpack.building.prepared", "Prepared", "holds_on", "is_same", "public_location"
    )
    renamed, wanted_by, where_asked, with_hashes = lazily_from(
        "lpack.building.prepared", "renamed", "wanted_by", "where_asked", "with_hashes"
    )


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds wheels into the store, for those whom the user allowed it."""

    system: System
    store: WheelStore
    root: Path
    """The project's, to show paths and to find settings."""
    offline: bool
    doing: Callable[[str], None]
    """Is told what is being built, for those who watch."""

    def prepared(
        self, requirements: RequirementSet, target: Target, known: Mapping[str, LockedPackage]
    ) -> Prepared:
        """Build what requirements name directly, and name its wheel instead.

        `known` is what an earlier lock has of them. Raises BuildError LP117 to LP122.
        """
        asked = [
            (line, wanted_by(line)) for line in requirements.requirements if holds_on(line, target)
        ]
        require_permission((wanted for _, wanted in asked if wanted), requirements)
        lines: list[Requirement] = []
        built: dict[str, LockedPackage] = {}
        for line, wanted in asked:
            if wanted is None:
                lines.append(line)
                continue
            package = self._package(self._held(wanted, requirements), requirements, known)
            built[package.name] = package
            lines.append(renamed(line, self._path(package)))
        return Prepared(with_hashes(replace(requirements, requirements=tuple(lines)), built), built)

    def offered(
        self,
        prepared: Prepared,
        name: str,
        source: BuiltFrom,
        known: Mapping[str, LockedPackage],
    ) -> Prepared:
        """Build a source distribution of an index, and offer its wheel beside those of the index.

        Raises as `prepared`.
        """
        wanted = Wanted(name, source, where_asked(prepared.requirements, name))
        package = self._package(wanted, prepared.requirements, known)
        folder = str(self._path(package).parent)
        index = prepared.requirements.index
        index = replace(index, find_links=(*index.find_links, folder))
        built = {**prepared.built, name: package}
        requirements = with_hashes(replace(prepared.requirements, index=index), {name: package})
        return Prepared(requirements, built)

    def realised(
        self,
        packages: Iterable[LockedPackage],
        requirements: RequirementSet,
        known: Mapping[str, LockedPackage],
    ) -> tuple[LockedPackage, ...]:
        """Build what another tool's lock has only the source of; raises as `prepared`."""
        packages = tuple(packages)
        wanted = {
            one.name: Wanted(one.name, one.source, where_asked(requirements, one.name))
            for one in packages
            if one.source and not one.wheels and one.source.kind != "folder"
        }
        require_permission(wanted.values(), requirements)
        return tuple(
            self._package(wanted[one.name], requirements, known) if one.name in wanted else one
            for one in packages
        )

    def wheel(self, package: LockedPackage, requirements: RequirementSet) -> StoredWheel:
        """Give the wheel of a locked source: from the store, or built again.

        Raises BuildError LP117 to LP122, the last when it is not the one that was locked.
        """
        source = package.source
        assert source is not None  # noqa: S101 - the caller has looked
        if package.wheels:
            found = self.store.find(package)
            if found is not None:
                return found
        where = where_asked(requirements, package.name)
        wanted = Wanted(package.name, source, where)
        again = self._package(wanted, requirements, {}, source.requires)
        if package.wheels and again.wheels[0].sha256 != package.wheels[0].sha256:
            raise BuildError(
                "LP122",
                f"`{package.name}=={package.version}` was built, and has sha256"
                f" {again.wheels[0].sha256}, where the lock says {package.wheels[0].sha256}",
                where=where,
                hint=f"run `lpack lock --upgrade-package {package.name}` to lock what is built now",
            )
        found = self.store.find(again)
        assert found is not None  # noqa: S101 - it has just been put there
        return found

    def _path(self, package: LockedPackage) -> Path:
        found = self.store.find(package)
        assert found is not None  # noqa: S101 - it has just been built or found
        return found.path

    def _held(self, wanted: Wanted, requirements: RequirementSet) -> Wanted:
        """Hold what a line names to one commit, or to the hash that is stated of it."""
        source = wanted.source
        if source.kind == "git":
            source = self._at_commit(source)
        stated = requirements.hashes.get(wanted.name, ())
        if source.kind == "sdist" and len(stated) == 1:
            source = replace(source, digest=stated[0].removeprefix("sha256:"))
        return replace(wanted, source=source)

    def _at_commit(self, source: BuiltFrom) -> BuiltFrom:
        """Hold a branch or tag to the commit that it is today."""
        from lpack.building import git  # noqa: PLC0415 - few projects build anything

        return replace(source, digest=git.commit_of(source.location, source.digest, self.system))

    def _package(
        self,
        wanted: Wanted,
        requirements: RequirementSet,
        known: Mapping[str, LockedPackage],
        pins: tuple[str, ...] = (),
    ) -> LockedPackage:
        require_permission((wanted,), requirements)
        name, source, where = wanted.name, wanted.source, wanted.where
        before = known.get(name)
        if before and before.source and before.wheels and is_same(before.source, source):
            if self.store.find(before) is not None:
                return before
            pins = before.source.requires
        self.doing(f"building {name}")
        import tempfile  # noqa: PLC0415 - few wheels are built

        with tempfile.TemporaryDirectory(prefix="lpack-") as temporary:
            folder = Path(temporary)
            # Messages of the build name the folder.
            tree, source = self._tree(source, folder / name, requirements.index)
            from lpack.building.backend import build  # noqa: PLC0415 - few projects build anything

            built = build(
                tree,
                system=self.system,
                settings=self._settings(),
                index=requirements.index,
                offline=self.offline,
                pins=pins,
                to=folder / "built",
                where=where,
            )
            return self._stored(name, built, replace(source, requires=built.requires), where)

    def _settings(self) -> IndexSettings:
        from lpack.index.settings import (  # noqa: PLC0415 - few projects build anything
            read_index_settings,
        )

        return read_index_settings(self.system.environ, self.root, self.system)

    def _tree(self, source: BuiltFrom, tree: Path, index: IndexOptions) -> tuple[Path, BuiltFrom]:
        """Bring a source into a folder; give its project and what it turned out to be."""
        from lpack.building import folder, git, sdist  # noqa: PLC0415 - few projects build

        if source.kind == "folder":
            return folder.copied(local_path(source.location) or Path(source.location), tree), source
        if source.kind == "git":
            git.checkout(source.location, source.digest, tree, self.system)
            return tree / source.subdirectory, replace(source, location=public_location(source))
        name = source.location.partition("?")[0].rpartition("/")[2]
        archive = tree.with_name(f"{tree.name}-sdist") / name
        archive.parent.mkdir()
        size, sha256 = self._bring(source, archive, index)
        known = replace(source, location=public_location(source), digest=sha256, size=size)
        return sdist.unpack(archive, tree) / source.subdirectory, known

    def _bring(self, source: BuiltFrom, archive: Path, index: IndexOptions) -> tuple[int, str]:
        """Bring a source distribution here, and give its size and sha256."""
        from lpack.store.download import Downloader  # noqa: PLC0415 - few projects build anything

        file = LockedWheel(archive.name, source.location, source.digest, source.size)
        downloader = Downloader(self.store, self._settings().also_stated(index), lambda _: None)
        try:
            downloader.bring(file, archive)
        finally:
            downloader.close()
        return digest_of(archive)

    def _stored(self, name: str, built: Built, source: BuiltFrom, where: Where) -> LockedPackage:
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - only a build comes here

        if canonicalize_name(built.name) != name:
            raise BuildError(
                "LP120",
                f"what was built is `{built.name}`, and `{name}` is required of it",
                where=where,
                hint="correct the name of the requirement",
            )
        with self.store.incoming() as arrived:
            arrived.write_bytes(built.wheel.read_bytes())
            size, sha256 = digest_of(arrived)
            wheel = LockedWheel(built.wheel.name, "", sha256, size)
            package = LockedPackage(name, built.version, (wheel,), source)
            self.store.publish(arrived, package)
        return package
