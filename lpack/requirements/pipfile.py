"""`Pipfile`: its `[packages]`, never its packages for development."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import read_toml
from lpack.errors import BuildError
from lpack.model import Requirement, RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_pipfile(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the packages of a Pipfile.

    Raises BuildError LP101 (malformed) or LP104 (not from an index); UsageError LP004 or LP005.
    """
    del wanted, environ
    name = path_in_project(path, root)
    packages = read_toml(path, name).get("packages", {})
    where = Where(name, key="packages")
    if not isinstance(packages, dict):
        raise BuildError("LP101", "`packages` must be a table", where=where)
    found = tuple(_requirement(one, value, where) for one, value in packages.items())
    return RequirementSet(found, origin=name, files=(path,))


def _requirement(name: str, value: Any, where: Where) -> Requirement:
    details = value if isinstance(value, dict) else {"version": value}
    if "version" not in details or not isinstance(details["version"], str):
        raise BuildError(
            "LP104",
            f"`{name}` comes from a repository, a folder or an address",
            where=where,
            hint="publish it to an index, or put its files below `source`",
        )
    version = "" if details["version"] == "*" else details["version"]
    extras = ",".join(details.get("extras", ()))
    marker = f" ; {details['markers']}" if details.get("markers") else ""
    return Requirement(f"{name}{f'[{extras}]' if extras else ''}{version}{marker}", where)
