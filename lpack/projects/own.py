"""The metadata of the project itself, for a handler that lives in the project's own package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import LpackError
from lpack.printed import path_in_project
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Entry, Handler

_OLD = ("setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class OwnMetadata:
    """What an installer would add of the project that the handler lives in."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Content by path in the package."""
    declaration: Path | None = None
    """Where the project says what it is."""
    read: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    """What is not in the package although a build would put it there, in words to print."""


def own_metadata(handler: Handler, root: Path, own: Mapping[str, Entry]) -> OwnMetadata:
    """Give the `.dist-info` that an installer would add.

    Nothing where the handler's module is no part of what its project builds. Where only the build
    backend knows, a note says so: the code itself is packed all the same.
    """
    module = handler.module.replace(".", "/")
    wanted = {f"{module}.py", f"{module}/__init__.py"} & own.keys()
    declaration = next((_declaration(own[path].origin, root) for path in sorted(wanted)), None)
    if declaration is None:
        return OwnMetadata()
    from lpack.projects.description import dist_info  # noqa: PLC0415 - few functions are packages
    from lpack.projects.packages import project_files  # noqa: PLC0415 - see above
    from lpack.projects.reading import read_project  # noqa: PLC0415 - see above

    shown = path_in_project(declaration, root)
    try:
        project = read_project(declaration.parent, root)
        files = project_files(project, root)
    except LpackError as error:
        reason = error.diagnostics[0].message.splitlines()[0]
        note = f"no metadata of {shown} is packed: {reason}"
        return OwnMetadata(declaration=declaration, read=(declaration,), notes=(note,))
    if files is None:
        note = f"only the build backend of {shown} knows all that it builds; the source is packed"
        return OwnMetadata(dist_info(project), declaration, project.files, (note,))
    built = dict(files.entries)
    if any(built.get(path) == own[path].origin for path in wanted):
        return OwnMetadata(dist_info(project), declaration, project.files)
    return OwnMetadata()


def _declaration(module: Path, root: Path) -> Path | None:
    """Find what declares the project that a file is part of: the nearest one above it."""
    for folder in module.parents:
        found = _declared_in(folder)
        if found is not None or folder == root:
            return found
    return None


def _declared_in(folder: Path) -> Path | None:
    """Give the file of a folder that declares a project which is built and installed."""
    pyproject = folder / "pyproject.toml"
    try:
        if "[build-system]" in pyproject.read_text(encoding="utf-8"):
            return pyproject
    except (OSError, UnicodeDecodeError):
        pass
    return next((folder / name for name in _OLD if (folder / name).is_file()), None)
