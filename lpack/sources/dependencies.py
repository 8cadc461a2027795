"""Finds where a function's dependencies are declared: where it says, or where they usually are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import RequirementsInput
from lpack.sources.declarations import (
    PIPFILE,
    PYPROJECT,
    declarations_in,
    declares_none,
    is_unclear,
    lock_in,
    script_of,
    silent_in,
)
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.config.settings import RequirementsSettings
    from lpack.model import Handler, Where

_FILE_ENDINGS = (".txt", ".in", ".toml", ".lock", ".cfg", ".py")
_WITH_EXTRAS = (
    *(PYPROJECT, PIPFILE, "setup.cfg", "setup.py"),
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"),
)


def declared_requirements(
    reading: Reading, declared: RequirementsSettings, folders: Sequence[Path], where: Where
) -> RequirementsInput:
    """Find the files that a function names, or report LP013.

    Extras and groups that come without a file that has them are of the first pyproject.toml in
    `folders`.
    """
    files = [reading.root / name for name in declared.files]
    for name, file in zip(declared.files, files, strict=True):
        if not reading.has(file):
            message = f"requirements file `{shown(name)}` does not exist"
            reading.report("LP013", message, where, _hint_for_missing(reading, name))
    if (declared.extras or declared.groups) and not any(map(_may_have_groups, files)):
        files = _with_pyproject(reading, files, folders, where)
    return RequirementsInput(tuple(files), declared.packages, declared.extras, declared.groups)


def _hint_for_missing(reading: Reading, name: str) -> str:
    """Tell what to write: a list of requirements is mistaken for a list of packages."""
    if "/" in name or name.endswith(_FILE_ENDINGS):
        return f"paths start at `{shown(reading.root.name)}`"
    return f'a package is declared as `requirements = {{ packages = ["{shown(name)}"] }}`'


def _may_have_groups(file: Path) -> bool:
    return file.name in _WITH_EXTRAS or file.name.startswith("pylock.")


def _with_pyproject(
    reading: Reading, files: list[Path], folders: Sequence[Path], where: Where
) -> list[Path]:
    paths = (folder / PYPROJECT for folder in folders)
    found = next((path for path in paths if reading.has(path)), None)
    if found:
        return [found, *files]
    message = "extras and groups need a pyproject.toml, and there is none"
    reading.report("LP013", message, where, 'name the file: `files = ["path/pyproject.toml"]`')
    return files


def guess_requirements(
    reading: Reading, folders: Sequence[Path], handler: Handler | None
) -> tuple[RequirementsInput, str]:
    """Find the dependencies of a function that does not name them, and say where they are.

    The folders are looked at with those above them, up to the project's. The first one that
    declares any decides, or that says it has none; all that it has are given, to be compared. Only
    then the handler's own file counts, and a lock that is no other tool's output.
    """
    below = folders[:1]
    none = unclear = None
    for folder in _upwards(reading, folders):
        files = declarations_in(reading, folder)
        if files:
            return RequirementsInput(files), f"dependencies from {_names(reading, files)}"
        if declares_none(reading, folder):
            none = folder / PYPROJECT
            break
        if unclear is None and is_unclear(reading, folder):
            unclear = folder / PYPROJECT
    alone = unclear or (handler and script_of(reading, folders, handler))
    alone = alone or (None if none else lock_in(reading, (*below, reading.root)))
    if alone:
        # Of what is unclear, the reader says what it cannot tell; no package fails for it.
        return RequirementsInput((alone,)), f"dependencies from {reading.shown(alone)}"
    if none:
        return RequirementsInput(), f"no dependencies: {reading.shown(none)} lists none"
    silent = silent_in(reading, _upwards(reading, folders))
    if silent:
        return RequirementsInput(), f"no dependencies: {reading.shown(silent)} lists none"
    return RequirementsInput(), "no dependencies: there is no requirements.txt or pyproject.toml"


def _names(reading: Reading, files: Sequence[Path]) -> str:
    shown_files = [reading.shown(file) for file in files]
    return " and ".join(filter(None, (", ".join(shown_files[:-1]), shown_files[-1])))


def _upwards(reading: Reading, folders: Sequence[Path]) -> Iterator[Path]:
    """Give each folder once, then those above it, the project's own at the end."""
    above = (one for folder in folders for one in folder.parents if reading.root in one.parents)
    inside = (folder for folder in (*folders, *above) if folder != reading.root)
    yield from dict.fromkeys((*inside, reading.root))
