"""flit_core: one module or package, and all that lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.projects.backends.base import one_of
from lpack.projects.files import Unlisted, joined
from lpack.projects.versions import flit_module

if TYPE_CHECKING:
    from lpack.projects.backends.base import Buildable


def flit_files(project: Buildable) -> dict[str, str]:
    """List the wheel as flit_core/common.py does; see `base.Lister`."""
    tree, document = project.tree, project.document
    if document.has("tool", "flit", "external-data"):
        raise Unlisted("`tool.flit.external-data` goes outside of site-packages")
    name = flit_module(document).replace(".", "/")
    folders = [one for one in (name, f"src/{name}") if tree.is_folder(one)]
    modules = [one for one in (f"{name}.py", f"src/{name}.py") if tree.is_file(one)]
    found = one_of([*folders, *modules], f"modules `{name}`")
    prefix = "src/" if found.startswith("src/") and not name.startswith("src/") else ""
    files = _below(project, found) if folders else [found]
    return {path.removeprefix(prefix): path for path in files}


def _below(project: Buildable, package: str) -> list[str]:
    found = []
    for folder, folders, names in project.tree.walk(package, follow=False):
        folders[:] = [name for name in folders if _ships(name)]
        found += [joined(folder, name) for name in names if _ships(name)]
    return found


def _ships(name: str) -> bool:
    return name != "__pycache__" and not name.endswith(".pyc")
