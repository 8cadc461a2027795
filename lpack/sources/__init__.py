"""Where functions are declared; each file here knows one place."""

from lpack.lazily import lazily
from lpack.sources.base import Source
from lpack.sources.lpack_toml import read_lpack_toml
from lpack.sources.pyproject import read_pyproject

DECLARED: tuple[Source, ...] = (read_pyproject, read_lpack_toml)
"""Sources that the user writes; one project uses one of them."""
IN_TEMPLATE: Source = lazily("lpack.sources.sam:find_sam")
FOUND: tuple[Source, ...] = (
    IN_TEMPLATE,
    lazily("lpack.sources.convention:find_by_convention"),
)
"""Sources of functions for a project that declares none, the first that finds some."""

__all__ = ["DECLARED", "FOUND", "IN_TEMPLATE", "Source"]
