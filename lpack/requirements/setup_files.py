"""setup.cfg and setup.py, as far as they state their dependencies without being run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput, Where
from lpack.printed import path_in_project
from lpack.requirements.document import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpack.model import Requirement

_FILES = ("setup.cfg", "setup.py", "pyproject.toml")


def read_setup(
    path: Path, root: Path, wanted: RequirementsInput, environ: Mapping[str, str]
) -> RequirementSet:
    """Read `install_requires`, which setup.cfg or the setup.py beside it may state.

    Raises BuildError LP102 (an extra that is not there) or LP104 (only running it could tell).
    """
    del environ
    folder, name = path.parent, path_in_project(path, root)
    if wanted.groups:
        raise _missing("dependency group", wanted.groups[0], name, "none")
    requirements = setup_requirements(folder, root, Where(name))
    extras = tuple(line for one in wanted.extras for line in _extra(one, folder, root, name))
    origin = ", ".join([name, *(f"extra `{extra}`" for extra in wanted.extras)])
    files = tuple(folder / one for one in _FILES)
    return RequirementSet((*(requirements or ()), *extras), origin=origin, files=files)


def setup_requirements(folder: Path, root: Path, where: Where) -> tuple[Requirement, ...] | None:
    """Give what the files of a folder state, None where they state nothing; raises LP104."""
    from lpack.projects.reading import static_setup_requirements  # noqa: PLC0415 - few projects need it

    try:
        return static_setup_requirements(folder, root)
    except BuildError as error:
        if error.code != "LP117":
            raise
        raise BuildError(
            "LP104",
            "`install_requires` is computed, so only running the file could tell it",
            where=error.diagnostics[0].where or where,
            hint='name a requirements file: `requirements = "requirements.txt"`',
        ) from error


def _extra(extra: str, folder: Path, root: Path, name: str) -> Iterator[Requirement]:
    from lpack.projects.reading import read_project  # noqa: PLC0415 - few projects need it

    extras = read_project(folder, root).extras
    found = extras.get(normalised(extra))
    if found is None:
        raise _missing("extra", extra, name, ", ".join(f"`{one}`" for one in extras) or "none")
    yield from found


def _missing(kind: str, wanted: str, name: str, known: str) -> BuildError:
    return BuildError(
        "LP102",
        f"{kind} `{wanted}` does not exist",
        where=Where(name),
        hint=f"declared there: {known}",
    )
