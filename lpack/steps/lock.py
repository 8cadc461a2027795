"""Decide which wheels, by digest, a function's requirements mean: read the lock, or make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.errors import BuildError
from lpack.lockfile import LockFile, file_url, inputs, packages_for, render
from lpack.model import BuiltFrom, Lock, LockedPackage, RequirementSet, Resolution, Target, Where
from lpack.platforms import target_named
from lpack.printed import path_in_project
from lpack.publish import write_whole
from lpack.requirements.staleness import stale_reasons
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lpack.building.builder import Builder
    from lpack.model import Project
    from lpack.system import System

Mode = Literal["when-needed", "always", "locked"]


@dataclass(frozen=True, slots=True)
class LockOptions:
    """How a command wants the lock to be treated."""

    mode: Mode = "when-needed"
    """`always` for `lpack lock`; `locked` refuses to write; `when-needed` is `lpack build`."""
    upgrade: bool = False
    """Take no version from the existing lock."""
    upgrade_packages: tuple[str, ...] = ()
    """Normalised names whose versions are not taken from the existing lock."""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one lock file is for."""

    path: Path | None
    """None when nothing has to be locked."""
    requirements: Mapping[Target, RequirementSet]
    """What is asked for, on every target that the lock serves."""


def lock(  # noqa: PLR0913 - the inputs of the step, each of its own kind
    wanted: Wanted,
    target: Target,
    project: Project,
    options: LockOptions,
    system: System,
    builder: Builder,
) -> Lock:
    """Give the lock for a target, made anew where that is wanted and allowed.

    Raises BuildError LP101, LP105 to LP123, LP205 or LP206.
    """
    requirements = wanted.requirements[target]
    if requirements.lock is not None:
        return _given(requirements.lock, target, project.root)
    if wanted.path is None:
        return Lock(None, "", "", _folders(requirements), fresh=False)
    shown = path_in_project(wanted.path, project.root)
    existing = LockFile(wanted.path, shown) if wanted.path.exists() else None
    if existing and options.mode != "always":
        existing.require_whole()
    if options.mode == "locked":
        _require_fitting(existing, requirements, target, shown)
    if existing and options.mode != "always" and _fits(existing, requirements, target):
        return _read(existing, requirements, target, fresh=False)
    if existing and not existing.is_own:
        raise _not_ours(existing, requirements, target)
    maker = _Maker(wanted, existing, project, options, system, builder)
    content = maker.text(target).encode()
    # Read before it is written: a lock that cannot be read must not take the place of one that can.
    made = _read(LockFile(wanted.path, shown, content), requirements, target, fresh=True)
    if existing is None or wanted.path.read_bytes() != content:
        write_whole(wanted.path, content)
    return made


def _not_ours(existing: LockFile, requirements: RequirementSet, target: Target) -> BuildError:
    """Make the failure for a lock of another tool that would have to be written anew."""
    maker = existing.resolver_for(target)
    try:
        reasons = stale_reasons(existing, requirements, target)
    except BuildError as error:
        return error
    fits = "fits, and lpack would write another" if not reasons else "; ".join(reasons)
    return BuildError(
        "LP108",
        f"`{existing.shown}` is the lock of `{maker}`: {fits}",
        where=Where(existing.shown),
        hint="write it anew with that tool, or delete it and run `lpack lock`",
    )


def _given(path: Path, target: Target, root: Path) -> Lock:
    """Read the pylock.toml that is the declaration itself."""
    given = LockFile(path, path_in_project(path, root))
    given.require_whole()
    packages = (
        packages_for(given, target)
        if given.recorded(target) is None
        else given.packages_as_written(target)
    )
    return Lock(path, given.digest, given.resolver_for(target), packages, fresh=False)


def _require_fitting(
    existing: LockFile | None, requirements: RequirementSet, target: Target, shown: str
) -> None:
    """Raise BuildError LP108 (stale), LP109 (missing), or what makes the lock itself unusable."""
    if existing is None:
        raise BuildError(
            "LP109", f"there is no lock `{shown}`", hint="run `lpack lock`, and commit the lock"
        )
    reasons = stale_reasons(existing, requirements, target)
    if reasons:
        lines = requirements.requirements
        raise BuildError(
            "LP108",
            f"`{shown}` does not fit the requirements: {'; '.join(reasons)}",
            where=lines[0].where if lines else None,
            hint="run `lpack lock`, and commit the lock",
        )


def _fits(existing: LockFile, requirements: RequirementSet, target: Target) -> bool:
    """Tell whether a build can use the lock; one that is unusable for the target is made anew."""
    try:
        return not stale_reasons(existing, requirements, target)
    except BuildError:
        return False


def _read(existing: LockFile, requirements: RequirementSet, target: Target, *, fresh: bool) -> Lock:
    own = existing.recorded(target) is not None
    packages = existing.packages_as_written(target) if own else packages_for(existing, target)
    names = {project.name for project in requirements.projects}
    others = tuple(one for one in packages if one.name not in names)
    return Lock(
        existing.path,
        existing.digest,
        existing.resolver_for(target),
        (*others, *_folders(requirements)),
        fresh=fresh,
    )


def _folders(requirements: RequirementSet) -> tuple[LockedPackage, ...]:
    return tuple(
        LockedPackage(one.name, one.version, (), BuiltFrom("folder", file_url(one.folder)))
        for one in requirements.projects
    )


class _Maker:
    """Makes the text of one lock."""

    def __init__(  # noqa: PLR0913 - the inputs of the step, each of its own kind
        self,
        wanted: Wanted,
        existing: LockFile | None,
        project: Project,
        options: LockOptions,
        system: System,
        builder: Builder,
    ) -> None:
        self.wanted = wanted
        self.existing = existing
        self.project = project
        self.options = options
        self.system = system
        self.builder = builder

    def text(self, needed: Target) -> str:
        """Lock the targets that are not locked, and keep the others as they are."""
        resolutions: dict[Target, Resolution] = {}
        requirements = dict(self.wanted.requirements)
        for target, kept in self._kept(needed):
            resolutions[target] = kept
            requirements.setdefault(target, self.wanted.requirements[needed])
        pins: dict[str, str] = {}
        for target in sorted(requirements.keys() - resolutions.keys(), key=str):
            # What another target has is preferred, so that versions differ only where they must.
            made = self._resolve(requirements[target], target, pins)
            resolutions[target] = made
            pins.update((one.name, one.version) for one in made.packages)
        folder = self.project.root if self.wanted.path is None else self.wanted.path.parent
        return render(resolutions, requirements, folder)

    def _kept(self, needed: Target) -> Iterable[tuple[Target, Resolution]]:
        """Give what the existing lock says of targets that it still fits."""
        if self.existing is None or self.options.mode == "always":
            return
        for target in map(target_named, self.existing.targets):
            if target is None or target == needed:
                continue
            asked = self.wanted.requirements.get(target, self.wanted.requirements[needed])
            recorded = self.existing.recorded(target)
            if recorded == inputs(asked, self.existing.path.parent).table():
                names = {project.name for project in asked.projects}
                written = self.existing.packages_as_written(target, whole=True)
                packages = (one for one in written if one.name not in names)
                resolver = self.existing.resolver_for(target)
                yield target, Resolution((*packages, *_folders(asked)), resolver)

    def _resolve(
        self, requirements: RequirementSet, target: Target, pins: Mapping[str, str]
    ) -> Resolution:
        from lpack.requirements.syntax import (  # noqa: PLC0415 - a build with a lock needs none
            check_syntax,
        )
        from lpack.resolvers.base import Question  # noqa: PLC0415 - see above
        from lpack.resolvers.completion import complete  # noqa: PLC0415 - see above

        check_syntax(requirements.requirements, sources=True)
        check_syntax(requirements.constraints)
        known = self._known(target)
        preferred = tuple({**dict(self._pins(target)), **pins}.items())
        ready = self.builder.prepared(requirements, target, known)
        # A resolver would build any other address, and so run what nobody allowed.
        check_syntax(ready.requirements.requirements, wheels_here=True)
        question = Question(
            ready.requirements,
            target,
            self.project.root,
            preferred,
            offline=self.options.offline,
        )
        for name in sorted(requirements.build_from_source - ready.built.keys()):
            from lpack.resolvers.sdists import sdist_needed  # noqa: PLC0415 - few build any

            source = sdist_needed(name, question, self.system)
            if source is not None:
                ready = self.builder.offered(ready, name, source, known)
        question = replace(question, requirements=ready.requirements)
        resolution = ready.put_into(complete(self.project.resolver, self.system, question))
        _refuse_unpublished(resolution, requirements)
        packages = self.builder.realised(resolution.packages, requirements, known)
        return replace(resolution, packages=(*packages, *_folders(requirements)))

    def _known(self, target: Target) -> dict[str, LockedPackage]:
        """Give what was built for the existing lock, by name, unless it is to be upgraded."""
        if self.existing is None or self.options.upgrade:
            return {}
        try:
            packages = self.existing.packages_as_written(target)
        except BuildError:
            return {}
        skipped = self.options.upgrade_packages
        return {one.name: one for one in packages if one.source and one.name not in skipped}

    def _pins(self, target: Target) -> Iterable[tuple[str, str]]:
        if self.existing is None or self.options.upgrade:
            return ()
        skipped = self.options.upgrade_packages
        try:
            packages = self.existing.packages_as_written(target)
        except BuildError:
            packages = ()
        found = [*self.existing.pins(), *((one.name, one.version) for one in packages)]
        return ((name, version) for name, version in found if name not in skipped)


def _refuse_unpublished(resolution: Resolution, requirements: RequirementSet) -> None:
    """Never take from an index what another tool's lock takes from elsewhere."""
    for package in resolution.packages:
        if package.name in requirements.unpublished and package.source is None:
            raise BuildError(
                "LP104",
                f"`{package.name}` is locked to a folder, an address or a repository",
                where=Where(requirements.origin),
                hint="declare it with the place that it comes from",
            )
