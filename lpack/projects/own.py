"""The metadata of the project itself, for a handler that lives in the project's own package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import LpackError
from lpack.projects.description import dist_info
from lpack.projects.packages import project_files
from lpack.projects.reading import read_project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Entry, Handler


def own_metadata(
    handler: Handler, root: Path, own: Mapping[str, Entry]
) -> tuple[dict[str, bytes], tuple[Path, ...]]:
    """Give the `.dist-info` that an installer would add, by path, and the files that were read.

    Nothing where the handler's module is no part of what the project builds, or where only the
    build backend knows its name or version: the code itself is packed all the same.
    """
    module = handler.module.replace(".", "/")
    wanted = {f"{module}.py", f"{module}/__init__.py"} & own.keys()
    if not wanted:
        return {}, ()
    try:
        project = read_project(root, root)
        files = project_files(project, root)
        built = {} if files is None else dict(files.entries)
        if any(built.get(path) == own[path].origin for path in wanted):
            return dist_info(project), project.files
    except LpackError:
        # Nobody asked for the metadata; what is wrong with it is the build backend's to tell.
        return {}, ()
    return {}, ()
