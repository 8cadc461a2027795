"""A lock that is named as the declaration means the file that it was made from, beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.config.reading import is_file
from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.pipfile import read_pipfile
from lpack.requirements.pipfile_lock import read_pipfile_lock_alone
from lpack.requirements.pyproject import read_pyproject
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# https://packaging.python.org/en/latest/specifications/pylock-toml/#file-name
_PYLOCK = re.compile(r"pylock(\.[^.]+)?\.toml")


def read_lock_of_pyproject(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the pyproject.toml beside uv.lock, poetry.lock or pdm.lock; raises BuildError LP102."""
    declaration = path.with_name("pyproject.toml")
    if not is_file(declaration):
        raise BuildError(
            "LP102",
            f"beside `{path_in_project(path, root)}` is no pyproject.toml, which it belongs to",
            where=Where(path_in_project(path, root)),
            hint="name the lock that lies beside the project's pyproject.toml",
        )
    found = read_pyproject(declaration, root, wanted, environ)
    return replace(found, files=(*found.files, path))


def read_lock_of_pipfile(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read the Pipfile beside Pipfile.lock, or without one what the lock pins itself."""
    declaration = path.with_name("Pipfile")
    if not is_file(declaration):
        return read_pipfile_lock_alone(path, root, wanted, environ)
    found = read_pipfile(declaration, root, wanted, environ)
    return replace(found, files=(*found.files, path))


def read_pylock(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Take a pylock.toml as the declaration itself; raises BuildError LP104 for another file."""
    del wanted, environ
    name = path_in_project(path, root)
    if not _PYLOCK.fullmatch(path.name):
        raise BuildError(
            "LP104",
            f"`{name}` is not a file that dependencies can be read from",
            where=Where(name),
            hint="name a pyproject.toml, a pylock.toml or a pylock.NAME.toml",
        )
    return RequirementSet((), origin=name, files=(path,), lock=path)
