"""Writing a lock that any PEP 751 installer reads: the same bytes on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.lockfile.addresses import relative, relative_path
from lpack.lockfile.recorded import inputs, seal
from lpack.platforms import MACHINES, marker_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import LockedPackage, LockedWheel, RequirementSet, Resolution, Target

_CONDITIONS = ("platform_machine", "platform_python_implementation", "sys_platform")


def render(
    resolutions: Mapping[Target, Resolution],
    requirements: Mapping[Target, RequirementSet],
    folder: Path,
) -> str:
    """Write the lock of one or several targets, for the file's folder."""
    import tomli_w  # noqa: PLC0415 - only a run that locks writes TOML

    targets = sorted(resolutions, key=str)
    packages = _packages({target: resolutions[target] for target in targets}, folder)
    rows = {
        str(target): {
            "resolver": resolutions[target].resolver,
            **inputs(requirements[target], folder).table(),
            "files": [_chosen(one) for one in resolutions[target].packages],
        }
        for target in targets
    }
    document: dict[str, Any] = {
        "lock-version": "1.0",
        "environments": [_condition(target) for target in targets],
        "requires-python": _requires_python(targets),
        "created-by": "lpack",
        "packages": packages,
        "tool": {"lpack": {"sha256": seal(packages, rows), "targets": rows}},
    }
    named = ", ".join(f"{target} ({MACHINES[target.architecture]})" for target in targets)
    return f"# Written by lpack for {named}; do not edit.\n" + tomli_w.dumps(document)


def _packages(resolutions: Mapping[Target, Resolution], folder: Path) -> list[dict[str, Any]]:
    """Write each version once, with a marker where not every target has it."""
    found: dict[tuple[str, str], dict[Target, LockedPackage]] = {}
    for target, resolution in resolutions.items():
        for package in resolution.packages:
            found.setdefault((package.name, _version(package)), {})[target] = package
    return [
        _table(found[key], resolutions.keys() - found[key].keys(), folder) for key in sorted(found)
    ]


def _version(package: LockedPackage) -> str:
    """Give the version as it is locked: that of a folder is whatever the folder says."""
    is_folder = package.source is not None and package.source.kind == "folder"
    return "" if is_folder else package.version


def _table(
    by_target: Mapping[Target, LockedPackage], others: set[Target], folder: Path
) -> dict[str, Any]:
    first = next(iter(by_target.values()))
    table: dict[str, Any] = {"name": first.name}
    if _version(first):
        table["version"] = first.version
    if others:
        table["marker"] = " or ".join(f"({_condition(target)})" for target in by_target)
    wheels = {
        wheel.filename: wheel
        for package in by_target.values()
        if package.source is None
        for wheel in package.wheels
    }
    if wheels:
        table["wheels"] = [_file(wheel, folder) for wheel in wheels.values()]
    built = next((package for package in by_target.values() if package.source), None)
    return table if built is None else {**table, **_source(built, folder)}


def _source(package: LockedPackage, folder: Path) -> dict[str, Any]:
    source = package.source
    assert source is not None  # noqa: S101 - the caller has looked
    inside = {"subdirectory": source.subdirectory} if source.subdirectory else {}
    if source.kind == "folder":
        return {"directory": {"path": relative_path(source.location, folder), **inside}}
    built = package.wheels[0]
    own = {
        "wheel": {"name": built.filename, "size": built.size, "sha256": built.sha256},
        "requires": list(source.requires),
    }
    tool = {"tool": {"lpack": own}}
    place = {**relative(source.location, folder), **inside}
    if source.kind == "git":
        return {"vcs": {"type": "git", **place, "commit-id": source.digest}, **tool}
    size = {} if source.size is None else {"size": source.size}
    return {"sdist": {**place, **size, "hashes": {"sha256": source.digest}}, **tool}


def _file(wheel: LockedWheel, folder: Path) -> dict[str, Any]:
    size = {} if wheel.size is None else {"size": wheel.size}
    return {
        "name": wheel.filename,
        **relative(wheel.location, folder),
        **size,
        "hashes": {"sha256": wheel.sha256},
    }


def _chosen(package: LockedPackage) -> str:
    """Name the file that the target takes, or the folder."""
    if package.source is not None and package.source.kind == "folder":
        return f"{package.name}/"
    return package.wheels[0].filename


def _condition(target: Target) -> str:
    environment = marker_environment(target)
    conditions = [f"{name} == '{environment[name]}'" for name in _CONDITIONS]
    return " and ".join([*conditions, f"python_version == '{environment['python_version']}'"])


def _requires_python(targets: list[Target]) -> str:
    versions = {target.runtime.python for target in targets}
    oldest = "{}.{}".format(*min(versions))
    return f"=={oldest}.*" if len(versions) == 1 else f">={oldest}"
