"""Where a function's dependencies are declared; each file here reads one kind of declaration."""

from lpack.requirements.base import Reader
from lpack.requirements.beside import read_lock_of_pipfile, read_lock_of_pyproject, read_pylock
from lpack.requirements.pipfile import read_pipfile
from lpack.requirements.pyproject import read_pyproject
from lpack.requirements.requirements_txt import read_requirements_txt
from lpack.requirements.script import read_script
from lpack.requirements.setup_files import read_setup
from lpack.requirements.uv_sources import Sourced, sourced

READERS: tuple[tuple[str, Reader], ...] = (
    ("pyproject.toml", read_pyproject),
    ("Pipfile", read_pipfile),
    ("Pipfile.lock", read_lock_of_pipfile),
    ("uv.lock", read_lock_of_pyproject),
    ("poetry.lock", read_lock_of_pyproject),
    ("pdm.lock", read_lock_of_pyproject),
    ("setup.cfg", read_setup),
    ("setup.py", read_setup),
    (".txt", read_requirements_txt),
    (".in", read_requirements_txt),
    (".py", read_script),
    (".toml", read_pylock),
)
"""End of a file's name to what reads it; the first that fits counts."""

__all__ = [
    "READERS",
    "Reader",
    "Sourced",
    "read_pyproject",
    "read_requirements_txt",
    "sourced",
]
