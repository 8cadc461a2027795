"""The user's own projects, read and turned into wheels without running any code of them."""

from lpack.projects.building import wheel_of
from lpack.projects.description import dist_info
from lpack.projects.files import ProjectFiles
from lpack.projects.packages import project_files
from lpack.projects.reading import read_project, static_setup_requirements

__all__ = [
    "ProjectFiles",
    "dist_info",
    "project_files",
    "read_project",
    "static_setup_requirements",
    "wheel_of",
]
