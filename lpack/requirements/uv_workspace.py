"""uv's workspaces: the root that a project belongs to, and the projects beside it.

https://docs.astral.sh/uv/concepts/projects/workspaces/
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from lpack.config.reading import is_file, is_folder, resolved
from lpack.errors import BuildError
from lpack.requirements.document import Document, normalised, read_document
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE = ("tool", "uv", "workspace")
_NAME = "pyproject.toml"
_MOST_FOLDERS = 20_000
"""That are looked at for members."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A project and those that it is locked together with; alone it is its own root."""

    document: Document
    """Of the root."""
    files: tuple[Path, ...]
    """Every file that was read, or whose absence decided something, to find the root."""

    @property
    def folder(self) -> Path:
        """The root's folder."""
        return self.document.path.parent

    def members(self) -> dict[str, Path]:
        """Give the folder of each project by its normalised name, the root among them.

        Raises BuildError LP101; UsageError LP004 or LP005.
        """
        if not self.document.table(*_TABLE):
            folders = [self.folder]
        else:
            folders = [self.folder, *_members(self.document)]
        named = ((_project_name(folder, self.document.root), folder) for folder in folders)
        return {name: folder for name, folder in named if name}


def workspace_of(document: Document) -> Workspace:
    """Find the workspace of a project, as uv does from the project's folder upwards."""
    folder = document.path.parent
    if document.table(*_TABLE):
        return Workspace(document, (document.path,))
    looked = [document.path]
    for above in folder.parents:
        path = above / _NAME
        looked.append(path)
        if not is_file(path):
            continue
        root = read_document(path, document.root)
        if root.table(*_TABLE):
            member = not _is_excluded(root, folder) and folder in _members(root)
            return Workspace(root if member else document, tuple(looked))
    return Workspace(document, tuple(looked))


def _members(root: Document) -> list[Path]:
    """List the folders of the members that exist and are projects."""
    budget = [_MOST_FOLDERS]
    found = (
        folder
        for pattern in root.strings(*_TABLE, "members")
        for folder in _matches(root.path.parent, pattern.strip("/").split("/"), budget, root)
    )
    real = (resolved(folder) or folder for folder in found)
    return [
        folder
        for folder in dict.fromkeys(real)
        if is_file(folder / _NAME) and not _is_excluded(root, folder)
    ]


def _is_excluded(root: Document, folder: Path) -> bool:
    top = root.path.parent
    relative = folder.relative_to(top).as_posix() if top in folder.parents else ""
    patterns = root.strings(*_TABLE, "exclude")
    return any(fnmatch.fnmatchcase(relative, pattern.strip("/")) for pattern in patterns)


def _matches(folder: Path, parts: list[str], budget: list[int], root: Document) -> Iterator[Path]:
    """Give the folders that the parts of a pattern lead to; `**` is any number of folders."""
    budget[0] -= 1
    if budget[0] < 0:
        where = root.where(*_TABLE, "members")
        raise BuildError(
            "LP101",
            f"`members` looks at more than {_MOST_FOLDERS:,} folders",
            where=where,
            hint="name the folders more exactly",
        )
    if not parts:
        yield folder
        return
    first, *rest = parts
    if first == "**":
        yield from _matches(folder, rest, budget, root)
        for below in _folders(folder):
            yield from _matches(below, parts, budget, root)
    elif any(mark in first for mark in "*?["):
        for below in _folders(folder):
            if fnmatch.fnmatchcase(below.name, first):
                yield from _matches(below, rest, budget, root)
    elif is_folder(folder / first):
        yield from _matches(folder / first, rest, budget, root)


def _folders(folder: Path) -> list[Path]:
    """List the folders in one; hidden ones and links hold no members that a pattern means."""
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and path.is_dir() and not path.is_symlink()
        )
    except OSError:
        return []


def _project_name(folder: Path, root: Path) -> str:
    name = read_document(folder / _NAME, root).table("project").get("name")
    return normalised(name) if isinstance(name, str) else ""
