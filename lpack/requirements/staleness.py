"""Whether a lock still fits the requirements, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.errors import without_credentials
from lpack.lockfile import inputs, local_path, packages_for, portable_location
from lpack.platforms import marker_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.lockfile import LockFile
    from lpack.model import LockedPackage, RequirementSet, Target


def stale_reasons(
    lock_file: LockFile, requirements: RequirementSet, target: Target
) -> tuple[str, ...]:
    """Tell why a lock does not fit the requirements; nothing when it does.

    Raises BuildError LP101, or LP104 to LP115 when the lock cannot be used at all.
    """
    if lock_file.was_made_for(requirements, target):
        return _other_bytes(lock_file.packages_as_written(target), requirements)
    from lpack.requirements.syntax import check_syntax  # noqa: PLC0415 - not for what fits

    parsed = check_syntax(requirements.requirements, sources=True)
    constraints = check_syntax(requirements.constraints)
    recorded = lock_file.recorded(target)
    if recorded is None and lock_file.targets:
        return (f"it was made for {', '.join(lock_file.targets)}, not for {target}",)
    packages = (
        packages_for(lock_file, target)
        if recorded is None
        else lock_file.packages_as_written(target)
    )
    folder = lock_file.path.parent
    versions = {one.name: one.version for one in packages}
    return (
        *_other_bytes(packages, requirements),
        *unmet(parsed, versions, target, needed=True),
        *unmet(constraints, versions, target, needed=False),
        *_changed_shape(parsed, (recorded or {}).get("requirements"), folder),
        *_changed_projects(requirements, recorded, folder),
    )


def _other_bytes(
    packages: tuple[LockedPackage, ...], requirements: RequirementSet
) -> tuple[str, ...]:
    """Find wheels that the hashes of the requirements do not allow; stating one binds all."""
    stated = requirements.hashes
    return tuple(
        f"no hash that is stated for {one.name} is that of `{one.wheels[0].filename}`"
        for one in packages
        if stated
        and one.source is None
        and f"sha256:{one.wheels[0].sha256}" not in stated.get(one.name, ())
        and (one.name in stated or requirements.hashes_are_complete)
    )


def unmet(
    parsed: list[object], versions: Mapping[str, str], target: Target, *, needed: bool
) -> list[str]:
    """Find what is required and not locked, or locked to a version that is not allowed."""
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    environment = marker_environment(target)
    reasons = []
    for one in parsed:
        assert isinstance(one, Parsed)  # noqa: S101 - narrows a lazily imported type
        if one.marker and not one.marker.evaluate({**environment, "extra": ""}):
            continue
        version = versions.get(canonicalize_name(one.name))
        if version is None and needed and not _is_folder(one.url):
            reasons.append(f"`{one}` is not in it")
        elif version is not None and not one.specifier.contains(version, prereleases=True):
            reasons.append(f"it has {one.name} {version}, and `{one}` is asked for")
    return reasons


def _is_folder(url: str | None) -> bool:
    path = local_path((url or "").partition("#")[0])
    return path is not None and path.is_dir()


def _changed_shape(parsed: list[object], recorded: object, folder: Path) -> list[str]:
    """Find what no version tells: a requirement taken away, or other extras or markers."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - 100 ms
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - 100 ms
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - 100 ms

    if not isinstance(recorded, list):
        return []

    def shape(one: object) -> tuple[str, frozenset[str], str, str]:
        assert isinstance(one, Parsed)  # noqa: S101 - narrows a lazily imported type
        name = canonicalize_name(one.name)
        url = portable_location(without_credentials(one.url or ""), folder)
        return (name, frozenset(one.extras), str(one.marker or ""), url)

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


def _changed_projects(
    requirements: RequirementSet, recorded: dict[str, Any] | None, folder: Path
) -> list[str]:
    if recorded is None:
        return []
    before = recorded.get("projects", [])
    now = inputs(requirements, folder).projects
    known = frozenset(before if isinstance(before, list) else [])
    return [
        *(f"`{one}` is no longer required" for one in sorted(known - {*now}, key=str)),
        *(f"`{one}` is not in it" for one in now if one not in known),
    ]
