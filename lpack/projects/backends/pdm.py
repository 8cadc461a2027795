"""pdm-backend: the packages at the top of `src` or of the project, or what its table names."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from lpack.projects.build_system import build_requirements
from lpack.projects.files import Unlisted, inside, joined
from lpack.projects.globs import matches

if TYPE_CHECKING:
    from lpack.projects.backends.base import Buildable
    from lpack.projects.files import Tree

_TABLE = ("tool", "pdm", "build")
_KNOWN_KEYS = frozenset(
    {"includes", "excludes", "source-includes", "package-dir", "is-purelib", "editable-backend"}
)
_NO_PACKAGES = ("__pycache__", "__pypackages__")


def pdm_files(project: Buildable) -> dict[str, str]:
    """List the wheel as pdm/backend/base.py does; see `base.Lister`."""
    document, tree = project.document, project.tree
    _refuse_hooks(project)
    folder = _package_dir(project)
    includes = list(document.texts(*_TABLE, "includes")) or _default_includes(tree, folder)
    source_includes = list(document.texts(*_TABLE, "source-includes")) or ["tests"]
    excludes = [".pdm-build", *document.texts(*_TABLE, "excludes"), *source_includes]
    wanted, unwanted = _merged(
        _expanded(tree, [*includes, *source_includes]), _expanded(tree, excludes)
    )
    chosen: dict[str, str] = {}
    for path in wanted:
        if not tree.is_folder(path):
            chosen[_without(folder, path)] = path
            continue
        for file in tree.files_below(path, follow=False):
            if not file.endswith(".pyc") and not _is_excluded(file, unwanted):
                chosen[_without(folder, file)] = file
    return chosen


def _refuse_hooks(project: Buildable) -> None:
    document, tree = project.document, project.tree
    if not build_requirements(document) <= {"pdm-backend"}:
        raise Unlisted("the build asks for more than pdm-backend")
    if set(document.table(*_TABLE)) - _KNOWN_KEYS or tree.is_file("pdm_build.py"):
        raise Unlisted("`tool.pdm.build` or pdm_build.py changes the build")
    if document.has("tool", "pdm", "version", "write_to") or tree.is_folder(".pdm-build"):
        raise Unlisted("the build writes files of its own")
    if not document.flag(*_TABLE, "is-purelib", default=True):
        raise Unlisted("`tool.pdm.build.is-purelib` is false")


def _package_dir(project: Buildable) -> str:
    stated = project.document.text(*_TABLE, "package-dir")
    if stated is not None:
        return inside(stated)
    includes = project.document.texts(*_TABLE, "includes")
    excludes = project.document.texts(*_TABLE, "excludes")
    is_default = project.tree.is_folder("src") and not includes
    is_included = any(one == "src" or one.startswith("src/") for one in includes)
    return "src" if is_default or (is_included and not {"src", "src/"} & set(excludes)) else ""


def _default_includes(tree: Tree, folder: str) -> list[str]:
    packages = [
        joined(folder, name)
        for name in tree.listing(folder).folders
        if name not in _NO_PACKAGES and _is_package(tree, joined(folder, name))
    ]
    return packages or [joined(folder, "*.py")]


def _is_package(tree: Tree, path: str) -> bool:
    is_stubs = path.endswith("-stubs") and tree.is_file(f"{path}/__init__.pyi")
    return is_stubs or tree.is_file(f"{path}/__init__.py")


def _expanded(tree: Tree, patterns: list[str]) -> dict[str, str]:
    """Give every path that a pattern matches, and the pattern."""
    return {
        path: pattern
        for pattern in patterns
        for path in matches(tree, inside(pattern), hidden=False, follow=True)
    }


def _merged(includes: dict[str, str], excludes: dict[str, str]) -> tuple[list[str], list[str]]:
    """Settle what is both included and excluded: the longer and plainer pattern wins."""
    wanted = []
    for path, pattern in includes.items():
        if path in excludes:
            if _weight(pattern) <= _weight(excludes[path]):
                continue
            del excludes[path]
        wanted.append(path)
    return sorted(wanted), sorted(excludes)


def _weight(pattern: str) -> tuple[int, int]:
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    wild = sum(2 if part == "**" else 1 for part in parts if set("*?[") & set(part))
    return len(parts), -wild


def _is_excluded(path: str, excludes: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") or fnmatch(path, one) for one in excludes)


def _without(folder: str, path: str) -> str:
    return path[len(folder) + 1 :] if folder and path.startswith(f"{folder}/") else path
