"""poetry-core: the packages that its table names, or the one that is named like the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.projects.backends.base import one_of
from lpack.projects.backends.ignored import ignored_by_git
from lpack.projects.build_system import build_requirements
from lpack.projects.files import Unlisted, inside, joined, parents
from lpack.projects.globs import matches
from lpack.projects.metadata import file_name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.projects.backends.base import Buildable
    from lpack.projects.files import Tree

_TABLE = ("tool", "poetry")
_KNOWN = frozenset({"poetry-core", "poetry", "setuptools", "wheel"})


def poetry_files(project: Buildable) -> dict[str, str]:
    """List the wheel as poetry/core/masonry/builders/builder.py does; see `base.Lister`."""
    document, tree = project.document, project.tree
    if document.has(*_TABLE, "build"):
        raise Unlisted("`tool.poetry.build` names a script")
    if not build_requirements(document) <= _KNOWN:
        raise Unlisted("the build asks for more than poetry-core")
    _refuse_file_scripts(project)
    chosen: dict[str, str] = {}
    for package in _packages(project):
        chosen |= _of_package(tree, package)
    explicit = {path: path for path in _included(project)}
    excluded = _excluded(project, chosen.values()) - set(explicit.values())
    kept = {path: origin for path, origin in chosen.items() if not _is_excluded(origin, excluded)}
    return kept | {path: origin for path, origin in explicit.items() if not _is_bytecode(origin)}


def _refuse_file_scripts(project: Buildable) -> None:
    for script in project.document.table(*_TABLE, "scripts").values():
        if isinstance(script, dict) and script.get("type") == "file":
            raise Unlisted("a script of `tool.poetry.scripts` is a file")


def _packages(project: Buildable) -> list[dict[str, Any]]:
    """Give the packages with the keys `include`, `from` and `to`."""
    stated = project.document.value(*_TABLE, "packages")
    if stated:
        if not isinstance(stated, list) or not all(_is_package(one) for one in stated):
            raise project.document.wrong("must be a list of tables", *_TABLE, "packages")
        return [one for one in stated if _is_for_wheel(one, default=True)]
    name = file_name_of(project.name)
    tree = project.tree
    for start in ("", "src"):
        place = joined(start, name)
        found = [place] if tree.is_folder(place) else []
        found += [f"{place}.py"] if tree.is_file(f"{place}.py") else []
        if found:
            path = one_of(found, f"modules `{name}`")
            return [{"include": path.rpartition("/")[2], **({"from": start} if start else {})}]
    raise Unlisted(f"there is no module `{name}`")


def _is_package(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("include"), str):
        return False
    return all(isinstance(value.get(key, ""), str) for key in ("from", "to"))


def _is_for_wheel(entry: dict[str, Any], *, default: bool) -> bool:
    formats = entry.get("format")
    if not formats:
        return default
    return formats == "wheel" or (isinstance(formats, list) and "wheel" in formats)


def _of_package(tree: Tree, package: dict[str, Any]) -> dict[str, str]:
    source = inside(package.get("from", ""))
    target = inside(package.get("to", ""))
    found = matches(tree, joined(source, package["include"]), hidden=True, follow=False)
    if not found:
        raise Unlisted(f"there is no package `{package['include']}`")
    files = [file for path in found for file in _files(tree, path)]
    if not any(file.endswith((".py", ".pyi")) for file in files):
        raise Unlisted(f"`{package['include']}` is not a package")
    return {
        joined(target, file[len(source) + 1 :] if source else file): file
        for file in files
        if not _is_bytecode(file)
    }


def _included(project: Buildable) -> list[str]:
    """Give the files that `include` adds to a wheel: only those that say so."""
    found: list[str] = []
    for one in project.document.value(*_TABLE, "include") or ():
        entry = {"path": one} if isinstance(one, str) else one
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise project.document.wrong("must be a list of paths", *_TABLE, "include")
        if _is_for_wheel(entry, default=False):
            for path in matches(project.tree, entry["path"], hidden=True, follow=False):
                found += _files(project.tree, path)
    return found


def _excluded(project: Buildable, chosen: Iterable[str]) -> set[str]:
    """Give the files that `exclude` or version control leaves out."""
    tree = project.tree
    excluded = ignored_by_git(project.sources, chosen)
    for pattern in project.document.texts(*_TABLE, "exclude"):
        for path in matches(tree, pattern, hidden=True, follow=False):
            excluded.update(_files(tree, path))
    return excluded


def _files(tree: Tree, path: str) -> list[str]:
    if not tree.is_folder(path):
        return [path]
    return list(tree.files_below(path, follow=False))


def _is_excluded(path: str, excluded: set[str]) -> bool:
    return any(one in excluded for one in (path, *parents(path)))


def _is_bytecode(path: str) -> bool:
    return "__pycache__" in path.split("/") or path.endswith(".pyc")
