"""Dependencies that `[project]` calls dynamic, and that files state nevertheless.

https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata and
https://github.com/repo-helper/hatch-requirements-txt .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput
from lpack.requirements.document import normalised
from lpack.requirements.requirements_txt import read_requirements_txt
from lpack.requirements.setup_files import setup_requirements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.requirements.document import Document

_SETUPTOOLS = ("tool", "setuptools", "dynamic")
_HATCH = ("tool", "hatch", "metadata", "hooks", "requirements_txt")


def is_dynamic(document: Document, field: str) -> bool:
    """Tell whether `[project]` leaves a field to the build backend."""
    dynamic = document.table("project").get("dynamic")
    return isinstance(dynamic, list) and field in dynamic


def dynamic_dependencies(document: Document, environ: Mapping[str, str]) -> RequirementSet:
    """Read what the build backend would; raises BuildError LP104 where only it can tell."""
    setuptools = document.table(*_SETUPTOOLS).get("dependencies")
    files = setuptools.get("file") if isinstance(setuptools, dict) else None
    hatch = document.table(*_HATCH)
    if files is None and hatch:
        files = hatch.get("files", [hatch.get("filename", "requirements.txt")])
    if files is not None:
        return _of_files(document, files, environ)
    return _of_setup_files(document)


def dynamic_extra(
    document: Document, extra: str, environ: Mapping[str, str]
) -> RequirementSet | None:
    """Read an extra that files state; None where there is none of that name."""
    setuptools = document.table(*_SETUPTOOLS, "optional-dependencies")
    for key, value in setuptools.items():
        if normalised(key) == normalised(extra) and isinstance(value, dict):
            return _of_files(document, value.get("file"), environ)
    for key, files in document.table(*_HATCH, "optional-dependencies").items():
        if normalised(key) == normalised(extra):
            return _of_files(document, files, environ)
    return None


def _of_files(document: Document, files: object, environ: Mapping[str, str]) -> RequirementSet:
    names = [files] if isinstance(files, str) else files
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise document.wrong("must be a list of strings", *_SETUPTOOLS)
    folder = document.path.parent
    sets = [
        read_requirements_txt(folder / name, document.root, RequirementsInput(), environ)
        for name in names
    ]
    return RequirementSet(
        tuple(line for one in sets for line in one.requirements),
        tuple(line for one in sets for line in one.constraints),
        files=tuple(path for one in sets for path in one.files),
        uses_variables=any(one.uses_variables for one in sets),
    )


def _of_setup_files(document: Document) -> RequirementSet:
    folder = document.path.parent
    found = setup_requirements(folder, document.root, document.where("project", "dynamic"))
    if found is None:
        raise BuildError(
            "LP104",
            "the dependencies of `[project]` are dynamic, so only a build can tell them",
            where=document.where("project", "dynamic"),
            hint='name a requirements file: `requirements = "requirements.txt"`',
        )
    return RequirementSet(found, files=(folder / "setup.cfg", folder / "setup.py"))
