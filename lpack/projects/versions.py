"""Versions that pyproject.toml leaves to its build backend, where the backend only looks one up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.projects.source_code import assigned_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.projects.document import Document
    from lpack.projects.sources import Sources

# https://github.com/pypa/hatch/blob/master/backend/src/hatchling/version/core.py
_HATCH = r"(?i)^(__version__|VERSION) *= *([\'\"])v?(?P<version>.+?)\2"
# https://github.com/pdm-project/pdm-backend/blob/main/src/pdm/backend/hooks/version/__init__.py
_PDM = r"^(?:__version__|VERSION)\s*=\s*[\"'](.+?)[\"']\s*(?:#.*)?$"
_FLIT_FILES = ("__init__.py", "version.py", "_version.py", "__version__.py")


def looked_up_version(backend: str, document: Document, sources: Sources) -> str | None:
    """Look a dynamic version up as the backend would; None where it would have to run.

    Raises BuildError LP120 (the file that is named for it does not exist).
    """
    look_up = _LOOK_UPS.get(backend)
    return None if look_up is None else look_up(document, sources)


def version_by_attribute(
    attribute: str, sources: Sources, package_dir: Mapping[str, object]
) -> str | None:
    """Find `package.module.NAME` as setuptools' `attr` does; None where it is no literal."""
    *modules, name = attribute.split(".")
    for start in _places(modules, package_dir):
        for file in (f"{start}.py", f"{start}/__init__.py"):
            if sources.is_file(file):
                return assigned_text(sources, file, name)
    return None


def _places(modules: list[str], package_dir: Mapping[str, object]) -> list[str]:
    """Give where a module may lie: as the longest matching name of `package_dir` says, or src."""
    for length in range(len(modules), 0, -1):
        given = package_dir.get(".".join(modules[:length]))
        if isinstance(given, str):
            return ["/".join([given.strip("/") or ".", *modules[length:]])]
    above = package_dir.get("")
    if isinstance(above, str):
        return ["/".join([above.strip("/") or ".", *modules])]
    path = "/".join(modules) or "."
    return [f"src/{path}", path]


def _hatchling(document: Document, sources: Sources) -> str | None:
    table = document.table("tool", "hatch", "version")
    path, pattern = table.get("path"), table.get("pattern")
    if table.get("source", "regex") != "regex" or not isinstance(path, str):
        return None
    wanted = pattern if isinstance(pattern, str) and pattern else _HATCH
    return _searched(sources.text(path), wanted, "version")


def _pdm(document: Document, sources: Sources) -> str | None:
    table = document.table("tool", "pdm", "version")
    path, pattern = table.get("path"), table.get("pattern")
    if table.get("source", "file") != "file" or not isinstance(path, str):
        return None
    return _searched(sources.text(path), pattern if isinstance(pattern, str) else _PDM, 1)


def _setuptools(document: Document, sources: Sources) -> str | None:
    table = document.table("tool", "setuptools", "dynamic", "version")
    if isinstance(table.get("attr"), str):
        given = document.table("tool", "setuptools", "package-dir")
        packages = document.value("tool", "setuptools", "packages")
        find = packages.get("find") if isinstance(packages, dict) else None
        where = find.get("where") if isinstance(find, dict) else None
        if isinstance(where, list) and len(where) == 1 and where != ["."]:
            given.setdefault("", where[0])
        return version_by_attribute(table["attr"].strip(), sources, given)
    names = table.get("file")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return sources.texts_below(names).strip()


def _flit(document: Document, sources: Sources) -> str | None:
    module = flit_module(document).replace(".", "/")
    # Later ones win there, and the package's own `__init__.py` is the last.
    names = [f"{module}.py", *(f"{module}/{name}" for name in _FLIT_FILES)]
    files = (f"{start}{name}" for start in ("", "src/") for name in names)
    found = (assigned_text(sources, file, "__version__") for file in files if sources.is_file(file))
    return next(filter(None, found), None)


def flit_module(document: Document) -> str:
    """Give the name of the one module that flit packages."""
    stated = document.text("tool", "flit", "module", "name")
    name = document.text("project", "name") or ""
    stem = name.removesuffix("-stubs")
    return stated or stem.replace("-", "_") + name[len(stem) :]


def _poetry(document: Document, sources: Sources) -> str | None:
    del sources
    return document.text("tool", "poetry", "version")


def _searched(text: str, pattern: str, group: str | int) -> str | None:
    try:
        found = re.search(pattern, text, flags=re.MULTILINE)
        return None if found is None else str(found[group])
    except (re.error, IndexError):
        return None


_LOOK_UPS: dict[str, Callable[[Document, Sources], str | None]] = {
    "flit": _flit,
    "hatchling": _hatchling,
    "pdm": _pdm,
    "poetry": _poetry,
    "setuptools": _setuptools,
}
