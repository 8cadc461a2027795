"""Requirements on folders, replaced by what those folders require: no resolver can know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.lockfile import local_path
from lpack.platforms import marker_environment
from lpack.printed import path_in_project
from lpack.requirements.indexes import joined
from lpack.requirements.pythons import refuse_other_python
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.model import IndexOptions, LocalProject, Requirement, RequirementSet, Target

_NOT_STATIC = "LP117"


@dataclass
class _Expansion:
    """What has been found so far, while folders lead to folders."""

    root: Path
    target: Target
    allowed: frozenset[str]
    requirements: list[Requirement] = field(default_factory=list)
    projects: dict[str, LocalProject] = field(default_factory=dict)
    index: list[IndexOptions] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    """Name and extra of what was expanded; an empty extra is the project itself."""


def expand(requirements: RequirementSet, root: Path, target: Target) -> RequirementSet:
    """Replace requirements on folders that say what they are by those of the folders.

    A folder that only its build backend knows stays as it is where it may be built.
    Raises BuildError LP117 or LP120 for one that cannot be read, and LP106 for a project that is
    for another Python.
    """
    for python in requirements.pythons:
        refuse_other_python(python, "the project", target.runtime)
    if not any(_may_be_folder(line.text) for line in requirements.requirements):
        return requirements
    found = _Expansion(root, target, requirements.build_from_source)
    _expand_all(requirements.requirements, found)
    return replace(
        requirements,
        requirements=tuple(dict.fromkeys(found.requirements)),
        projects=tuple(found.projects[name] for name in sorted(found.projects)),
        files=(
            *requirements.files,
            *(file for project in found.projects.values() for file in project.files),
            *found.files,
        ),
        index=joined((requirements.index, *found.index)),
    )


def _may_be_folder(text: str) -> bool:
    return "@ file:" in text


def _expand_all(lines: Iterable[Requirement], found: _Expansion) -> None:
    for line in lines:
        if not _may_be_folder(line.text) or not _expand(line, found):
            found.requirements.append(line)


def _expand(line: Requirement, found: _Expansion) -> bool:
    """Expand a requirement on a folder; tell whether nothing of the line is left to do."""
    from packaging.requirements import InvalidRequirement  # noqa: PLC0415 - few have folders
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - see above
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - see above

    try:
        parsed = Parsed(line.text)
    except (InvalidRequirement, RecursionError):
        return False  # the check of the syntax says what is wrong
    folder = local_path((parsed.url or "").partition("#")[0])
    if folder is None or not folder.is_dir():
        return False
    environment = {**marker_environment(found.target), "extra": ""}
    if parsed.marker is not None and not parsed.marker.evaluate(environment):
        return True
    project = _project(canonicalize_name(parsed.name), folder, line, found)
    if project is None:
        return False
    for extra in ("", *sorted(map(canonicalize_name, parsed.extras))):
        if (project.name, extra) not in found.seen:
            found.seen.add((project.name, extra))
            _expand_all(_required(project, extra, line, found), found)
    return True


def _project(name: str, folder: Path, line: Requirement, found: _Expansion) -> LocalProject | None:
    """Read the project of a folder; None when its build backend has to tell, and may."""
    from lpack.projects.reading import read_project  # noqa: PLC0415 - few have folders

    known = found.projects.get(name)
    if known is not None and known.folder == folder:
        return known
    try:
        project = read_project(folder, found.root)
    except BuildError as error:
        if error.code == _NOT_STATIC and name in found.allowed:
            return None
        raise
    shown = path_in_project(folder, found.root)
    if project.name != name:
        raise BuildError(
            "LP120",
            f"`{shown}` is the project `{project.name}`, and `{name}` is required of it",
            where=line.where,
            hint="correct one of the names",
        )
    if known is not None:
        other = path_in_project(known.folder, found.root)
        raise BuildError(
            "LP103",
            f"`{name}` is required of two folders, `{other}` and `{shown}`",
            where=line.where,
            hint="require one of them",
        )
    if project.requires_python:
        refuse_other_python(project.requires_python, f"`{name}`", found.target.runtime)
    found.projects[name] = project
    return project


def _required(
    project: LocalProject, extra: str, line: Requirement, found: _Expansion
) -> tuple[Requirement, ...]:
    from lpack.requirements.uv_sources import sourced  # noqa: PLC0415 - few have folders

    if extra and extra not in project.extras:
        names = ", ".join(f"`{one}`" for one in project.extras) or "none"
        raise BuildError(
            "LP102",
            f"`{project.name}` has no extra `{extra}`",
            where=line.where,
            hint=f"it has: {names}",
        )
    lines = project.extras[extra] if extra else project.requirements
    declared = sourced(lines, project.folder / "pyproject.toml", found.root, extra=extra)
    found.index.append(declared.index)
    found.files += declared.files
    return declared.requirements
