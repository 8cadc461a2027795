"""What pyproject.toml says about how a project is built (PEP 517, PEP 518)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.building.failing import build_failed
from lpack.data import read_toml
from lpack.validation.wording import shown
from lpack.values import dataclass
from lpack.wheels.refusal import shown as shown_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.errors import BuildError
    from lpack.model import Where

# https://packaging.python.org/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table
_DEFAULT_REQUIRES = ("setuptools>=40.8.0",)
_DEFAULT_BACKEND = "setuptools.build_meta:__legacy__"


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """The table `[build-system]`, or what holds without one."""

    requires: tuple[str, ...] = _DEFAULT_REQUIRES
    backend: str = _DEFAULT_BACKEND
    backend_path: tuple[str, ...] = ()
    """Folders of the project that the backend is imported from."""


def read_build_system(tree: Path, where: Where) -> BuildSystem:
    """Read the table of the project in a folder, or raise BuildError LP119."""
    path = tree / "pyproject.toml"
    if not path.is_file():
        if not (tree / "setup.py").is_file():
            raise build_failed("there is neither a pyproject.toml nor a setup.py", where)
        return BuildSystem()
    document = read_toml(path, shown_file(f"{tree.name}/pyproject.toml"))
    if "build-system" not in document:
        return BuildSystem()
    table = document["build-system"]
    if not isinstance(table, dict) or "requires" not in table:
        raise build_failed("`build-system` has no list `requires`", where)
    backend = table.get("build-backend", _DEFAULT_BACKEND)
    if not isinstance(backend, str):
        raise build_failed("`build-system.build-backend` is not a string", where)
    return BuildSystem(
        check_requirements(table["requires"], "`build-system.requires`", where),
        backend,
        _backend_path(table.get("backend-path", []), tree, where),
    )


def check_requirements(listed: object, name: str, where: Where) -> tuple[str, ...]:
    """Check what should be a list of requirements, or raise BuildError LP119.

    A URL could name something that has to be built itself, with the user's credentials at hand.
    """
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - rare

    checked = []
    for text in _strings(listed, name, where):
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError) as error:
            raise build_failed(f"{name}: `{shown(text)}` is no requirement", where) from error
        if requirement.url is not None:
            raise build_failed(f"{name}: `{shown(text)}` is not from an index", where)
        checked.append(str(requirement))
    return tuple(checked)


def _backend_path(listed: object, tree: Path, where: Where) -> tuple[str, ...]:
    paths = _strings(listed, "`build-system.backend-path`", where)
    for path in paths:
        inside = (tree / path).resolve().is_relative_to(tree.resolve())
        if Path(path).is_absolute() or not inside:
            raise _outside(path, where)
    return tuple(paths)


def _outside(path: str, where: Where) -> BuildError:
    return build_failed(f"`build-system.backend-path`: `{shown(path)}` is outside", where)


def _strings(listed: object, name: str, where: Where) -> Iterable[str]:
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise build_failed(f"{name} is not a list of strings", where)
    return listed
