"""Decide which wheels, by digest, a function's requirements mean: read the lock, or make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lpack.errors import BuildError, without_credentials
from lpack.lockfile import LockFile, render
from lpack.model import (
    Function,
    Lock,
    LockedPackage,
    Project,
    RequirementSet,
    Resolution,
    Target,
    Where,
)
from lpack.platforms import marker_environment
from lpack.printed import path_in_project
from lpack.publish import write_whole
from lpack.requirements.syntax import check_syntax

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.system import System

Mode = Literal["when-needed", "always", "locked"]


@dataclass(frozen=True, slots=True)
class LockOptions:
    """How a command wants the lock to be treated."""

    mode: Mode = "when-needed"
    """`always` for `lpack lock`; `locked` refuses to write; `when-needed` is `lpack build`."""
    upgrade: bool = False
    """Take no version from the existing lock."""
    offline: bool = False


def lock_paths(
    project: Project, requirements: Mapping[str, RequirementSet]
) -> dict[str, Path | None]:
    """Name each function's lock: one pylock.toml, or pylock.NAME.toml where functions differ."""
    with_needs = [one for one in project.functions if requirements[one.name].requirements]
    kinds = {(*_question(requirements[one.name]), str(one.target)) for one in with_needs}
    alone = len(kinds) == 1
    return {
        function.name: None
        if function not in with_needs
        else project.root / ("pylock.toml" if alone else f"pylock.{function.name}.toml")
        for function in project.functions
    }


def lock(  # noqa: PLR0913 - the inputs of the step, each of its own kind
    function: Function,
    requirements: RequirementSet,
    path: Path | None,
    project: Project,
    options: LockOptions,
    system: System,
) -> Lock:
    """Give the function's lock, made anew where that is wanted and allowed.

    Raises BuildError LP101, LP105 to LP115, LP205 or LP206.
    """
    if path is None:
        return Lock(None, "", "", (), fresh=False)
    existing = LockFile(path, path_in_project(path, project.root)) if path.exists() else None
    if existing and options.mode != "always":
        existing.require_whole()
    if options.mode == "locked":
        _require_fitting(
            existing, requirements, function.target, path_in_project(path, project.root)
        )
    if existing and options.mode != "always" and _fits(existing, requirements, function.target):
        return _read(existing, requirements, function.target)
    return _make(function, requirements, path, existing, project, options, system)


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
        raise BuildError(
            "LP108",
            f"`{shown}` does not fit the requirements: {'; '.join(reasons)}",
            where=requirements.requirements[0].where,
            hint="run `lpack lock`, and commit the lock",
        )


def _fits(existing: LockFile, requirements: RequirementSet, target: Target) -> bool:
    """Tell whether a build can use the lock; one that is unusable for the target is made anew."""
    try:
        return not stale_reasons(existing, requirements, target)
    except BuildError:
        return False


def _read(existing: LockFile, requirements: RequirementSet, target: Target) -> Lock:
    packages = (
        existing.packages_as_written()
        if existing.was_made_for(requirements, target)
        else existing.packages(target)
    )
    return Lock(existing.path, existing.digest, existing.resolver, packages, fresh=False)


def stale_reasons(
    lock_file: LockFile, requirements: RequirementSet, target: Target
) -> tuple[str, ...]:
    """Tell why a lock does not fit the requirements; nothing when it does.

    Raises BuildError LP101, or LP104 to LP115 when the lock cannot be used at all.
    """
    if lock_file.was_made_for(requirements, target):
        return _other_bytes(lock_file.packages_as_written(), requirements)
    parsed = check_syntax(requirements.requirements)
    constraints = check_syntax(requirements.constraints)
    recorded = lock_file.made_from
    if recorded and recorded.get("target") != str(target):
        return (f"it was made for {recorded.get('target')}, not for {target}",)
    packages = lock_file.packages(target)
    versions = {one.name: one.version for one in packages}
    return (
        *_other_bytes(packages, requirements),
        *_unmet(parsed, versions, target, needed=True),
        *_unmet(constraints, versions, target, needed=False),
        *_changed_shape(parsed, recorded.get("requirements")),
    )


def _other_bytes(
    packages: tuple[LockedPackage, ...], requirements: RequirementSet
) -> tuple[str, ...]:
    """Find wheels that the hashes of the requirements do not allow; stating one binds all."""
    stated = requirements.hashes
    return tuple(
        f"no hash that is stated for {one.name} is that of `{one.wheels[0].filename}`"
        for one in packages
        if stated and f"sha256:{one.wheels[0].sha256}" not in stated.get(one.name, ())
    )


def _unmet(
    parsed: list[object], versions: Mapping[str, str], target: Target, *, needed: bool
) -> list[str]:
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    environment = marker_environment(target)
    reasons = []
    for one in parsed:
        assert isinstance(one, Parsed)  # noqa: S101 - narrows a lazily imported type
        if one.marker and not one.marker.evaluate({**environment, "extra": ""}):
            continue
        version = versions.get(canonicalize_name(one.name))
        if version is None and needed:
            reasons.append(f"`{one}` is not in it")
        elif version is not None and not one.specifier.contains(version, prereleases=True):
            reasons.append(f"it has {one.name} {version}, and `{one}` is asked for")
    return reasons


def _changed_shape(parsed: list[object], recorded: object) -> list[str]:
    """Find what no version tells: a requirement taken away, or other extras or markers."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    if not isinstance(recorded, list):
        return []

    def shape(one: object) -> tuple[str, frozenset[str], str, str]:
        assert isinstance(one, Parsed)  # noqa: S101 - narrows a lazily imported type
        name = canonicalize_name(one.name)
        return (
            name,
            frozenset(one.extras),
            str(one.marker or ""),
            without_credentials(one.url or ""),
        )

    try:
        before = {shape(Parsed(text)) for text in recorded}
    except (InvalidRequirement, TypeError):
        return ["what it was made from cannot be read"]
    now = {shape(one) for one in parsed}
    return [
        *(
            f"`{name}` is no longer asked for that way"
            for name, *_ in sorted(before - now, key=str)
        ),
        *(f"`{name}` is asked for in another way" for name, *_ in sorted(now - before, key=str)),
    ]


def _make(  # noqa: PLR0913 - the inputs of the step, each of its own kind
    function: Function,
    requirements: RequirementSet,
    path: Path,
    existing: LockFile | None,
    project: Project,
    options: LockOptions,
    system: System,
) -> Lock:
    from lpack.resolvers import choose  # noqa: PLC0415 - a build with a lock needs no resolver
    from lpack.resolvers.base import Question  # noqa: PLC0415 - see above

    check_syntax(requirements.requirements)
    check_syntax(requirements.constraints)
    preferred = () if options.upgrade or existing is None else _pins(existing)
    question = Question(
        requirements, function.target, project.root, preferred, offline=options.offline
    )
    resolution = choose(project.resolver, system).resolve(system, question)
    _refuse_unpublished(resolution, requirements)
    content = render(resolution, requirements, function.target, project.root).encode()
    if existing is None or existing.path.read_bytes() != content:
        write_whole(path, content)
    made = LockFile(path, path_in_project(path, project.root))
    return Lock(path, made.digest, made.resolver, made.packages_as_written(), fresh=True)


def _refuse_unpublished(resolution: Resolution, requirements: RequirementSet) -> None:
    """Never take from an index what another tool's lock takes from elsewhere."""
    for package in resolution.packages:
        if package.name in requirements.unpublished:
            raise BuildError(
                "LP104",
                f"`{package.name}` is locked to a folder, an address or a repository",
                where=Where(requirements.origin),
                hint="publish it to an index, or put its files below `source`",
            )


def _pins(existing: LockFile) -> tuple[tuple[str, str], ...]:
    packages = existing.document.get("packages", [])
    return tuple(
        (one["name"], one["version"])
        for one in packages
        if isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("version"), str)
    )


def _question(requirements: RequirementSet) -> tuple[object, ...]:
    return (
        tuple(line.text for line in requirements.requirements),
        tuple(line.text for line in requirements.constraints),
        requirements.index,
        tuple(sorted(requirements.hashes.items())),
    )
