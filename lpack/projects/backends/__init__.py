"""What each build backend puts into a wheel, by its own rules and without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.backends.flit import flit_files
from lpack.projects.backends.hatchling import hatchling_files
from lpack.projects.backends.pdm import pdm_files
from lpack.projects.backends.poetry import poetry_files
from lpack.projects.backends.setuptools import setuptools_files
from lpack.projects.backends.uv import uv_files

if TYPE_CHECKING:
    from lpack.projects.backends.base import Lister

LISTERS: dict[str, Lister] = {
    "flit": flit_files,
    "hatchling": hatchling_files,
    "pdm": pdm_files,
    "poetry": poetry_files,
    "setuptools": setuptools_files,
    "uv": uv_files,
}
"""By the families that `build_system.backend_of` names."""
