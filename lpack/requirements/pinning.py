"""Requirements held to the lock that another tool wrote of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import Where
from lpack.printed import path_in_project
from lpack.requirements.locks import LOCKS, locks_beside
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import RequirementSet, RequirementsInput, Target
    from lpack.requirements.locks.base import Locked, LockReader

_PYPROJECT = "pyproject.toml"


def pinned(
    requirements: RequirementSet, wanted: RequirementsInput, target: Target, root: Path
) -> RequirementSet:
    """Take what ships, or at least the versions, from the lock beside the declaration.

    Raises BuildError LP103 when two locks disagree, or LP110 to LP112 for one that is unusable.
    """
    declarations = tuple(dict.fromkeys(requirements.files))
    # Those that are not there as well: one that appears decides the versions.
    looked_for = (
        declaration.parent / name
        for declaration in declarations
        for name, _ in LOCKS.get(declaration.name, ())
    )
    workspaces: list[Path] = []
    found = list(dict.fromkeys(_locks(declarations, root, workspaces)))
    named = [one for one in found if one[0] in wanted.files]
    found = named or found
    requirements = replace(
        requirements,
        files=(*declarations, *looked_for, *workspaces, *(path for path, _, _ in found)),
    )
    if not found:
        return requirements
    read = [
        (
            path_in_project(path, root),
            _read(path, reader, folder, requirements, wanted, target, root),
        )
        for path, reader, folder in found
    ]
    _refuse_other_versions(read)
    shown, first = read[0]
    if first.missing and not wanted.packages:
        _refuse_stale(shown, first)
    requirements = replace(
        requirements,
        constraints=(*requirements.constraints, *first.pins.constraints),
        hashes=requirements.hashes or first.pins.hashes,
        hashes_are_complete=not wanted.packages,
        unpublished=first.pins.unpublished,
        pinned_by=shown,
    )
    if first.packages is None or not first.is_closed:
        return requirements
    from lpack.requirements.indexes import joined  # noqa: PLC0415 - only with a lock

    return replace(
        requirements,
        resolved=first.packages,
        overridden=first.overridden,
        index=joined((requirements.index, first.index)),
    )


def refuse_unlocked(requirements: RequirementSet, target: Target) -> None:
    """Raise BuildError LP108 when another tool's lock lacks what folders require by now."""
    if requirements.resolved is None:
        return
    from lpack.requirements.staleness import unmet  # noqa: PLC0415 - only with a lock
    from lpack.requirements.syntax import check_syntax  # noqa: PLC0415 - only with a lock

    lines = tuple(
        line
        for line in requirements.requirements
        if _normalised_name(line.text) not in requirements.overridden
    )
    versions = {one.name: one.version for one in requirements.resolved if one.version}
    reasons = unmet(check_syntax(lines, sources=True), versions, target, needed=True)
    if reasons:
        command = _WRITES.get(requirements.pinned_by.rpartition("/")[2], "its own tool")
        raise BuildError(
            "LP108",
            f"`{requirements.pinned_by}` does not fit the requirements: {'; '.join(reasons)}",
            where=Where(requirements.pinned_by),
            hint=f"run `{command}`",
        )


def _normalised_name(text: str) -> str:
    from lpack.requirements.document import name_of, normalised  # noqa: PLC0415 - only with a lock

    return normalised(name_of(text))


_WRITES = {"uv.lock": "uv lock", "poetry.lock": "poetry lock", "pdm.lock": "pdm lock"}


def _refuse_stale(shown: str, locked: Locked) -> None:
    """Raise rather than ship what the project no longer declares; a Pipfile.lock cannot tell."""
    command = _WRITES.get(shown.rpartition("/")[2])
    # What only a dependency needs may be missing for reasons that locking again does not change.
    declared = [one for one in locked.missing if "`, which `" not in one]
    if command is not None and locked.packages is None and declared:
        raise BuildError(
            "LP108",
            f"`{shown}` does not fit the requirements: it does not have {', '.join(declared)}",
            where=Where(shown),
            hint=f"run `{command}`",
        )


def _locks(
    declarations: tuple[Path, ...], root: Path, workspaces: list[Path]
) -> Iterator[tuple[Path, LockReader, Path | None]]:
    """Give each lock with the folder of the project in it, where that is a workspace's member.

    What was read to find the root of a workspace is added to `workspaces`.
    """
    for declaration in declarations:
        beside = locks_beside(declaration)
        yield from ((path, reader, None) for path, reader in beside)
        if declaration.name == _PYPROJECT and not beside and declaration.is_file():
            from lpack.requirements.document import read_document  # noqa: PLC0415 - only here
            from lpack.requirements.uv_workspace import workspace_of  # noqa: PLC0415 - only here

            workspace = workspace_of(read_document(declaration, root))
            workspaces += workspace.files
            if workspace.folder != declaration.parent:
                above = locks_beside(workspace.folder / _PYPROJECT)
                yield from ((path, reader, declaration.parent) for path, reader in above)


def _read(  # noqa: PLR0913 - all that decides what a lock answers
    path: Path,
    reader: LockReader,
    folder: Path | None,
    requirements: RequirementSet,
    wanted: RequirementsInput,
    target: Target,
    root: Path,
) -> Locked:
    from lpack.requirements.locks.base import Selection  # noqa: PLC0415 - only with a lock

    selection = Selection(wanted.extras, wanted.groups, requirements.requirements, folder)
    return reader(path, path_in_project(path, root), target, selection)


def _refuse_other_versions(read: list[tuple[str, Locked]]) -> None:
    (first_lock, first), *others = read
    versions = {line.text.partition("==")[0]: line.text for line in first.pins.constraints}
    for other_lock, other in others:
        for line in other.pins.constraints:
            known = versions.get(line.text.partition("==")[0], line.text)
            if known != line.text:
                raise BuildError(
                    "LP103",
                    f"{first_lock} and {other_lock} disagree: `{known}`, `{line.text}`",
                    where=line.where,
                    hint="delete the one that is no longer used",
                )
