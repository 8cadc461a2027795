"""Which files a project's wheel holds, by the rules of its build backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.backends import LISTERS
from lpack.projects.backends.base import Buildable
from lpack.projects.build_system import backend_of, is_package
from lpack.projects.document import Document, read_document
from lpack.projects.files import ProjectFiles, Tree, Unlisted
from lpack.projects.sources import Sources

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import LocalProject

_BYTECODE = (".pyc", ".pyo")


def project_files(project: LocalProject, root: Path) -> ProjectFiles | None:
    """List the files of the project's wheel, or give None where only the backend can tell.

    What Python compiled is left out, whoever would take it: it holds times of this machine.
    A project that says of itself that it is no package has none. Raises BuildError LP221 (a file
    cannot be read), LP222 (a link out of the project), LP223 (a name) or LP225 (too many).
    """
    sources = Sources(project.folder, root)
    tree = Tree(project.folder, root)
    stated = read_document(sources)
    if not is_package(stated):
        return ProjectFiles((), ())
    lister = LISTERS.get(backend_of(stated))
    document = stated or Document({}, sources.shown("pyproject.toml"), {})
    if lister is None:
        return None
    try:
        listed = lister(Buildable(_name(project, document), document, sources, tree))
    except Unlisted:
        return None
    return tree.shipped({path: one for path, one in listed.items() if not path.endswith(_BYTECODE)})


def _name(project: LocalProject, document: Document) -> str:
    """Give the name as it is written, which may be the name of a module."""
    return (
        document.text("project", "name") or document.text("tool", "poetry", "name") or project.name
    )
