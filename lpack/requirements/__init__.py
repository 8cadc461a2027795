"""Where a function's dependencies are declared; each file here reads one kind of declaration."""

from lpack.requirements.base import Reader
from lpack.requirements.pipfile import read_pipfile
from lpack.requirements.pyproject import read_pyproject
from lpack.requirements.requirements_txt import read_requirements_txt

READERS: tuple[tuple[str, Reader], ...] = (
    ("pyproject.toml", read_pyproject),
    ("Pipfile", read_pipfile),
    (".txt", read_requirements_txt),
    (".in", read_requirements_txt),
)
"""End of a file's name to what reads it."""

__all__ = ["READERS", "Reader", "read_pyproject", "read_requirements_txt"]
