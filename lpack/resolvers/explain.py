"""Why a project cannot be had for a target: what was tried, what exists, what would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Target
from lpack.platforms import RUNTIMES, marker_environment, platform_tags
from lpack.resolvers.fitting import rank_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from lpack.model import Where
    from lpack.resolvers.project_page import File, ProjectPage

_TAGS_SHOWN = 3
_WHEELS_SHOWN = 4
_FIND_LINKS = "`PIP_FIND_LINKS` or a `--find-links` line"


def explain(
    page: ProjectPage, wanted: SpecifierSet, target: Target, where: Where | None
) -> BuildError | None:
    """Say why no version in `wanted` serves the target; None when one does."""
    if not page.files:
        return _unknown(page, where)
    versions = [version for version in page.versions if wanted.contains(version)] or [
        version for version in page.versions if wanted.contains(version, prereleases=True)
    ]
    if not versions:
        return _no_such_version(page, wanted, where)
    if any(_fits(file, target) for version in versions for file in page.of(version)):
        return None
    with_wheels = [one for one in versions if any(file.is_wheel for file in page.of(one))]
    if not with_wheels:
        return _only_source(page, versions[0], where)
    return _no_wheel(page, with_wheels[0], target, where)


def newest_fitting(page: ProjectPage, target: Target) -> Version | None:
    """Find the newest version with a wheel for the target: final if there is one, not yanked."""
    fitting = [
        version
        for version in page.versions
        if any(_fits(file, target) and not file.yanked for file in page.of(version))
    ]
    final = [version for version in fitting if not version.is_prerelease]
    return next(iter([*final, *fitting]), None)


def describe(target: Target) -> str:
    """Name a target with what decides about wheels."""
    major, minor = target.runtime.glibc
    return f"{target} ({target.runtime.system}, glibc {major}.{minor})"


def _unknown(page: ProjectPage, where: Where | None) -> BuildError:
    return BuildError(
        "LP106",
        f"no index has a project named `{page.name}`",
        where=where,
        hint="correct the name, or add the index that has it",
    )


def _no_such_version(page: ProjectPage, wanted: SpecifierSet, where: Where | None) -> BuildError:
    final = [version for version in page.versions if not version.is_prerelease]
    newest = (final or list(page.versions))[0]
    return BuildError(
        "LP106",
        f"no version of `{page.name}` is `{wanted}`: the newest is {newest}",
        where=where,
        hint=f"ask for a version that exists, such as `{page.name}=={newest}`",
    )


def _only_source(page: ProjectPage, version: Version, where: Where | None) -> BuildError:
    newest = next(
        (one for one in page.versions if any(file.is_wheel for file in page.of(one))), None
    )
    hint = f"build a wheel of it once (`pip wheel`), and name its folder in {_FIND_LINKS}"
    if newest is not None:
        hint = f"ask for `{page.name}=={newest}`, which has wheels, or {hint}"
    return BuildError(
        "LP115",
        f"`{page.name}=={version}` has no wheel, only a source distribution",
        where=where,
        hint=hint,
    )


def _no_wheel(
    page: ProjectPage, version: Version, target: Target, where: Where | None
) -> BuildError:
    files = [file for file in page.of(version) if file.is_wheel]
    newest = newest_fitting(page, target)
    lines = [
        f"no wheel of `{page.name}=={version}` fits {describe(target)}",
        f"  tags tried: {_some(platform_tags(target), _TAGS_SHOWN)}",
        f"  wheels of {version}: {_some(_closest_first(files, target), _WHEELS_SHOWN)}",
    ]
    pythons = sorted({file.requires_python for file in files if file.requires_python})
    if pythons and not any(_python_allows(file, target) for file in files):
        lines.append(f"  it requires Python {pythons[0]}")
    if newest is not None:
        lines.append(f"  newest version that fits: {newest}")
    return BuildError(
        "LP107",
        "\n".join(lines),
        where=where,
        hint=_ways_out(page, newest, _newer_runtime(files, target)),
    )


def _ways_out(page: ProjectPage, newest: Version | None, runtime: str | None) -> str:
    ways = []
    if newest is not None:
        ways.append(f"ask for `{page.name}=={newest}`")
    if runtime is not None:
        ways.append(f"choose the runtime `{runtime}`, which a wheel fits")
    ways.append(f"build a wheel for the target and name its folder in {_FIND_LINKS}")
    return ", or ".join(ways)


def _newer_runtime(files: Sequence[File], target: Target) -> str | None:
    """Find the runtime next above the target's that some wheel fits."""
    newer = [
        runtime
        for runtime in reversed(RUNTIMES)
        if runtime.python > target.runtime.python and not runtime.preview
    ]
    for runtime in newer:
        if any(_fits(file, Target(runtime, target.architecture)) for file in files):
            return runtime.name
    return None


def _fits(file: File, target: Target) -> bool:
    return (
        file.is_wheel
        and rank_of(file.filename, target) is not None
        and _python_allows(file, target)
    )


def _python_allows(file: File, target: Target) -> bool:
    # packaging costs 50 ms to import, which an unchanged build does not pay.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    if file.requires_python is None:
        return True
    try:
        allowed = SpecifierSet(file.requires_python)
    except InvalidSpecifier:
        return True
    return allowed.contains(marker_environment(target)["python_full_version"])


def _closest_first(files: Sequence[File], target: Target) -> list[str]:
    """Sort wheels by how little they miss the target: first its machine, then its Python."""
    machine = marker_environment(target)["platform_machine"]
    python = "cp{}{}".format(*target.runtime.python)
    return sorted(
        (file.filename for file in files),
        key=lambda name: (
            not (machine in name and "linux" in name and f"-{python}-" in name),
            f"-{python}-" not in name,
            not (machine in name and "linux" in name),
            name,
        ),
    )


def _some(names: Sequence[str], count: int) -> str:
    shown = ", ".join(names[:count])
    rest = len(names) - count
    return f"{shown} and {rest} more" if rest > 0 else shown
