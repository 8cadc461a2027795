"""Why a project cannot be had for a target: what was tried, what exists, what would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Target
from lpack.platforms import RUNTIMES, marker_environment, platform_tags
from lpack.resolvers.chains import is_direct, said
from lpack.resolvers.fitting import rank_of
from lpack.resolvers.locations import clean_url
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from lpack.model import Runtime, Where
    from lpack.resolvers.bounds import Bound
    from lpack.resolvers.chains import Chain
    from lpack.resolvers.project_page import File, ProjectPage

_TAGS_SHOWN = 3
_WHEELS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a project, by whom, and for which machine."""

    wanted: SpecifierSet
    target: Target
    today: date
    where: Where | None = None
    """The line of the user's that asks for it, if only through others."""
    chain: Chain = ()
    bounds: tuple[Bound, ...] = ()
    """What constraints, or the lock of another tool, allow of it."""
    may_build: bool = False
    """Whether the user allows to build it from its source."""


def explain(page: ProjectPage, asked: Asked) -> BuildError | None:
    """Say why no version that is wanted serves the target; None when one does."""
    if not page.files:
        return _unknown(page, asked)
    versions = [one for one in page.versions if asked.wanted.contains(one)] or [
        one for one in page.versions if asked.wanted.contains(one, prereleases=True)
    ]
    if not versions:
        return _no_such_version(page, asked)
    if any(_fits(file, asked.target) for version in versions for file in page.of(version)):
        return None
    with_wheels = [one for one in versions if any(file.is_wheel for file in page.of(one))]
    if not with_wheels:
        return _only_source(page, versions[0], asked)
    return _no_wheel(page, with_wheels[0], asked)


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


def _error(code: str, lines: Sequence[str], asked: Asked, hint: str) -> BuildError:
    first, *others = lines
    others = [*map(str, asked.bounds), *others]
    if not is_direct(asked.chain):
        others = [f"asked for: {said(asked.chain)}", *others]
    return BuildError(code, "\n  ".join([first, *others]), where=asked.where, hint=hint)


def _unknown(page: ProjectPage, asked: Asked) -> BuildError:
    place = f"the index `{clean_url(page.only_index)}`" if page.only_index else "no index"
    has = "has no" if page.only_index else "has a"
    hint = "correct the name, or add the index that has it"
    if page.only_index:
        hint = "publish it there, or take it from another index"
    elif not is_direct(asked.chain):
        hint = "add the index that has it"
    return _error("LP106", [f"{place} {has} project named `{page.name}`"], asked, hint)


def _no_such_version(page: ProjectPage, asked: Asked) -> BuildError:
    final = [version for version in page.versions if not version.is_prerelease]
    newest = (final or list(page.versions))[0]
    hint = f"ask for a version that exists, such as `{page.name}=={newest}`"
    if not is_direct(asked.chain):
        hint = f"ask for another version of `{asked.chain[-1].asker.split()[0]}`"
    refusing = _refusing(newest, asked)
    if refusing is not None:
        hint = refusing.change_to(newest)
    first = f"no version of `{page.name}` is `{asked.wanted}`: the newest is {newest}"
    return _error("LP106", [first], asked, hint)


def _only_source(page: ProjectPage, version: Version, asked: Asked) -> BuildError:
    first = f"`{page.name}=={version}` has no wheel, only a source distribution"
    newest = newest_fitting(page, asked.target)
    lines = [] if newest is None else [f"would fit: `{page.name}=={newest}`, which has a wheel"]
    hint = f"allow it to be built here: `{_permission(page)}`"
    if asked.may_build:
        hint = "build a wheel of it (`pip wheel`), and name its folder in a `--find-links` line"
    return _error("LP115", [first, *lines], asked, hint)


def _no_wheel(page: ProjectPage, version: Version, asked: Asked) -> BuildError:
    files = [file for file in page.of(version) if file.is_wheel]
    ways = _ways_out(page, version, asked)
    lines = [
        f"no wheel of `{page.name}=={version}` fits {describe(asked.target)}",
        *_tried(files, version, asked.target),
        *(f"would fit: {fitting}" for fitting, _ in ways),
    ]
    hints = [
        *(hint for _, hint in ways),
        *(bound.change for bound in asked.bounds),
        "build a wheel for the target, and name its folder in a `--find-links` line",
    ]
    return _error("LP107", lines, asked, hints[0])


def _tried(files: Sequence[File], version: Version, target: Target) -> list[str]:
    """Say what the wheels lack: a tag of the target, or a word that its Python will do."""
    lines = []
    if all(rank_of(file.filename, target) is None for file in files):
        lines = [
            f"tags tried: {_some(platform_tags(target), _TAGS_SHOWN)}",
            f"wheels of {version}: {_some(_closest_first(files, target), _WHEELS_SHOWN)}",
        ]
    pythons = sorted({file.requires_python for file in files if file.requires_python})
    if pythons and not any(_python_allows(file, target) for file in files):
        lines.append(f"it requires Python {pythons[0]}")
    return lines


def _ways_out(page: ProjectPage, version: Version, asked: Asked) -> list[tuple[str, str]]:
    """List what would fit, each with what to do to have it; the best first."""
    files = page.of(version)
    newest = newest_fitting(page, asked.target)
    runtime = _nearest_runtime(files, asked)
    ways = []
    if runtime is not None:
        ways.append((f"the runtime `{runtime.name}`", f"choose the runtime `{runtime.name}`"))
    if not asked.may_build and not all(file.is_wheel for file in files):
        build = f"if that compiles nothing: `{_permission(page)}`"
        ways.append((f"a build of its source, {build}", f"allow it to be built here, {build}"))
    if newest is None:
        return ways
    pin = f"`{page.name}=={newest}`"
    refusing = _refusing(newest, asked)
    if refusing is not None:
        return [
            (f"{pin}, which {refusing.place} does not allow", refusing.change_to(newest)),
            *ways,
        ]
    if is_direct(asked.chain):
        return [(pin, f"ask for {pin}"), *ways]
    asker = asked.chain[-1].asker
    other = f"ask for another version of `{asker.split()[0]}`"
    return [*ways, (f"{pin}, which `{asker}` does not take", other)]


def _refusing(version: Version, asked: Asked) -> Bound | None:
    return next((bound for bound in asked.bounds if not bound.allows(version)), None)


def _permission(page: ProjectPage) -> str:
    return f'build-from-source = ["{page.name}"]'


def _nearest_runtime(files: Sequence[File], asked: Asked) -> Runtime | None:
    """Find the runtime nearest to the target's, in either direction, that some wheel fits."""
    target = asked.target
    order = [one.python for one in RUNTIMES]
    here = order.index(target.runtime.python)
    serving = [
        one
        for one in RUNTIMES
        if one != target.runtime
        and not one.preview
        and (one.deprecated is None or asked.today <= one.deprecated)
        and any(_fits(file, Target(one, target.architecture)) for file in files)
    ]
    # The newest stands first, so that of two equally near ones the newer is taken.
    return min(serving, key=lambda one: abs(order.index(one.python) - here), default=None)


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
