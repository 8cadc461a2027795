"""Finds where a function's dependencies are declared: where it says, or where they usually are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import RequirementsInput
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.config.settings import RequirementsSettings
    from lpack.model import Where

# What pip-compile writes goes before what it reads; files for development are never taken.
_LISTS = ("requirements.txt", "requirements.in")
_PYPROJECT = "pyproject.toml"
_FILE_ENDINGS = (".txt", ".in", ".toml", ".lock", ".cfg", ".py")
_PIPFILE = "Pipfile"


def declared_requirements(
    reading: Reading, declared: RequirementsSettings, folders: Sequence[Path], where: Where
) -> RequirementsInput:
    """Find the files that a function names, or report LP013.

    Extras and groups that come without a pyproject.toml are of the first one in `folders`.
    """
    files = [reading.root / name for name in declared.files]
    for name, file in zip(declared.files, files, strict=True):
        if not reading.has(file):
            message = f"requirements file `{shown(name)}` does not exist"
            reading.report("LP013", message, where, _hint_for_missing(reading, name))
    if (declared.extras or declared.groups) and not _names_pyproject(files):
        files = _with_pyproject(reading, files, folders, where)
    return RequirementsInput(tuple(files), declared.packages, declared.extras, declared.groups)


def _hint_for_missing(reading: Reading, name: str) -> str:
    """Tell what to write: a list of requirements is mistaken for a list of packages."""
    if "/" in name or name.endswith(_FILE_ENDINGS):
        return f"paths start at `{shown(reading.root.name)}`"
    return f'a package is declared as `requirements = {{ packages = ["{shown(name)}"] }}`'


def _names_pyproject(files: Sequence[Path]) -> bool:
    return any(file.name == _PYPROJECT for file in files)


def _with_pyproject(
    reading: Reading, files: list[Path], folders: Sequence[Path], where: Where
) -> list[Path]:
    paths = (folder / _PYPROJECT for folder in folders)
    found = next((path for path in paths if reading.has(path)), None)
    if found:
        return [found, *files]
    message = "extras and groups need a pyproject.toml, and there is none"
    reading.report("LP013", message, where, 'name the file: `files = ["path/pyproject.toml"]`')
    return files


def guess_requirements(reading: Reading, folders: Sequence[Path]) -> tuple[RequirementsInput, str]:
    """Find the dependencies of a function that does not name them, and say where they are.

    The first folder that declares any decides, or that says it has none. When a requirements
    file and `[project]` both list some, both are given, pyproject.toml first.
    """
    unclear = None
    for folder in folders:
        files = _files(reading, folder)
        if files:
            return RequirementsInput(files), f"dependencies from {_names(reading, files)}"
        if _declares_none(reading, folder):
            project = reading.shown(folder / _PYPROJECT)
            return RequirementsInput(), f"no dependencies: {project} lists none"
        if unclear is None and _is_unclear(reading, folder):
            unclear = folder / _PYPROJECT
    if unclear:
        # Its reader explains what it cannot tell, where a package without them would only fail.
        return RequirementsInput((unclear,)), f"dependencies from {reading.shown(unclear)}"
    return RequirementsInput(), "no dependencies: there is no requirements.txt or pyproject.toml"


def _names(reading: Reading, files: Sequence[Path]) -> str:
    return " and ".join(reading.shown(file) for file in files)


def _files(reading: Reading, folder: Path) -> tuple[Path, ...]:
    written = next((folder / name for name in _LISTS if reading.has(folder / name)), None)
    project = (folder / _PYPROJECT,) if _has_dependencies(reading, folder) else ()
    if written is None or (project and not _lists_something(reading, written)):
        return project or _pipfile(reading, folder)
    return (*project, written)


def _pipfile(reading: Reading, folder: Path) -> tuple[Path, ...]:
    path = folder / _PIPFILE
    packages = reading.toml(path).get("packages") if reading.has(path) else None
    return (path,) if packages else ()


def _lists_something(reading: Reading, path: Path) -> bool:
    lines = (line.strip() for line in (reading.text(path) or "").splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _has_dependencies(reading: Reading, folder: Path) -> bool:
    return bool(reading.project_table(folder).get("dependencies"))


def _declares_none(reading: Reading, folder: Path) -> bool:
    return bool(reading.project_table(folder)) and not _is_unclear(reading, folder)


def _is_unclear(reading: Reading, folder: Path) -> bool:
    """Tell whether pyproject.toml leaves its dependencies to a build backend or to Poetry."""
    dynamic = reading.project_table(folder).get("dynamic", [])
    if isinstance(dynamic, list) and "dependencies" in dynamic:
        return True
    tool = reading.toml(folder / _PYPROJECT).get("tool", {})
    poetry = tool.get("poetry", {}) if isinstance(tool, dict) else {}
    poetry_dependencies = poetry.get("dependencies", {}) if isinstance(poetry, dict) else {}
    return isinstance(poetry_dependencies, dict) and bool(set(poetry_dependencies) - {"python"})
