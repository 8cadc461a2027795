"""A project's name, version and dependencies, as far as its files state them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.model import LocalProject, RequiredPython
from lpack.projects.build_system import backend_of
from lpack.projects.document import Document, read_document
from lpack.projects.files import Tree
from lpack.projects.licenses import license_files
from lpack.projects.metadata import Metadata, needs_backend, normal
from lpack.projects.poetry_table import poetry_metadata
from lpack.projects.project_table import project_metadata
from lpack.projects.pythons import required_python
from lpack.projects.setup_files import read_setup_files, setup_metadata, setup_requirements
from lpack.projects.sources import Sources

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Requirement


_BUILD_FILES = {
    "hatchling": ("hatch.toml", ".hgignore"),
    "pdm": ("pdm_build.py",),
    "setuptools": ("setup.cfg", "setup.py", "MANIFEST.in"),
}
_IGNORING = ("hatchling", "poetry")


def read_project(folder: Path, root: Path) -> LocalProject:
    """Read the distribution that a folder is, without running anything of it.

    Raises BuildError LP120 (it is none, or malformed) or LP117 (only its backend can tell), and
    UsageError LP004 or LP005 for a file that cannot be read.
    """
    sources = Sources(folder, root)
    document = read_document(sources)
    metadata = read_metadata(sources, document)
    _note_what_builds(sources, metadata, backend_of(document))
    return LocalProject(
        normal(metadata.name),
        metadata.version,
        folder,
        metadata.requirements,
        dict(metadata.extras),
        tuple(sources.seen),
        _python(document, sources, metadata),
    )


def _python(
    document: Document | None, sources: Sources, metadata: Metadata
) -> RequiredPython | None:
    found = None if document is None else required_python(document.content, document.where)
    stated = metadata.field("Requires-Python")
    if found or not stated:
        return found
    return RequiredPython(stated, (stated,), read_setup_files(sources).where("python_requires"))


def _note_what_builds(sources: Sources, metadata: Metadata, backend: str) -> None:
    """Note the other files that the project's wheel is made by."""
    for name in _BUILD_FILES.get(backend, ()):
        sources.path(name)
    if backend in _IGNORING:
        for folder in (sources.folder, *sources.folder.parents):
            sources.seen[folder / ".gitignore"] = None
            if (folder / ".git").exists():
                break
    for name in license_files(metadata, backend, Tree(sources.folder, sources.root)):
        sources.path(name)


def read_metadata(sources: Sources, document: Document | None) -> Metadata:
    """Read all that METADATA can hold; raises as `read_project`."""
    backend = backend_of(document)
    if document is not None and document.has("project"):
        return project_metadata(document, sources, backend)
    if document is not None and document.has("tool", "poetry", "name"):
        return poetry_metadata(document, sources)
    if document is not None and document.has("tool", "flit", "metadata"):
        where = document.where("tool", "flit", "metadata")
        raise needs_backend(sources.folder.name, "the metadata", where)
    setup = read_setup_files(sources)
    if setup.is_there and backend == "setuptools":
        return setup_metadata(setup)
    if backend == "":
        raise needs_backend(sources.folder.name, "the metadata", sources.where("pyproject.toml"))
    raise _no_metadata(sources)


def static_setup_requirements(folder: Path, root: Path) -> tuple[Requirement, ...] | None:
    """Read the dependencies that setup.cfg or setup.py state; None where neither is a statement.

    Raises BuildError LP117 (they are computed) or LP120 (malformed).
    """
    setup = read_setup_files(Sources(folder, root))
    if setup.get("install_requires") is None:
        return None
    return setup_requirements(setup, folder.name)


def _no_metadata(sources: Sources) -> BuildError:
    return BuildError(
        "LP120",
        f"`{sources.shown('')}` does not say what distribution it is",
        where=sources.where(""),
        hint="give its pyproject.toml a `[project]` table with `name` and `version`",
    )
