"""A wheel of a project, made without its build backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.description import TAG, dist_info, dist_info_folder, stem
from lpack.projects.packages import project_files
from lpack.wheels.writing import write_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import LocalProject
    from lpack.projects.files import ProjectFiles


def wheel_of(project: LocalProject, root: Path, to: Path) -> tuple[str, ProjectFiles] | None:
    """Write the project's wheel to the file `to`; give its filename and what was read for it.

    None where only the build backend can tell what the wheel holds. Raises BuildError as
    `project_files`, `dist_info` and `write_wheel` do.
    """
    files = project_files(project, root)
    if files is None:
        return None
    write_wheel(to, [*files.entries, *dist_info(project).items()], dist_info_folder(project))
    return f"{stem(project)}-{TAG}.whl", files
