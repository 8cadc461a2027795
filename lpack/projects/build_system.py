"""Which build backend a project has, as far as lpack knows what it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpack.projects.document import Document

_BACKENDS = {
    "flit.buildapi": "flit",
    "flit_core.buildapi": "flit",
    "hatchling.build": "hatchling",
    "pdm.backend": "pdm",
    "poetry.core.masonry.api": "poetry",
    "poetry.masonry.api": "poetry",
    "setuptools.build_meta": "setuptools",
    "setuptools.build_meta:__legacy__": "setuptools",
    "uv_build": "uv",
}
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


def backend_of(document: Document | None) -> str:
    """Name the family of the backend; empty for one that is unknown or the project's own.

    A project without `[build-system]` is built by setuptools, as PEP 517 says.
    """
    table = {} if document is None else document.table("build-system")
    if "backend-path" in table:
        return ""
    stated = table.get("build-backend", "setuptools.build_meta:__legacy__")
    return _BACKENDS.get(stated, "") if isinstance(stated, str) else ""


def build_requirements(document: Document | None) -> frozenset[str]:
    """Give the normalised names of what the backend asks for: some of it changes what it does."""
    lines = () if document is None else document.texts("build-system", "requires")
    names = (_NAME.match(line) for line in lines)
    return frozenset(name[1].replace("_", "-").lower() for name in names if name)


def is_package(document: Document | None) -> bool:
    """Whether anything of the project is to be installed, beside what it depends on."""
    if document is None:
        return True
    if document.value("tool", "uv", "package") is False:
        return False
    return document.value("tool", "poetry", "package-mode") is not False
