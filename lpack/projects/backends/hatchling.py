"""hatchling: the package that is named like the project, or what its table selects."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from lpack.projects.backends.ignored import nearest
from lpack.projects.files import Unlisted, inside, joined
from lpack.projects.globs import files_of
from lpack.projects.metadata import normal
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pathspec import GitIgnoreSpec

    from lpack.projects.backends.base import Buildable

_HATCH = ("tool", "hatch")
_BUILD = (*_HATCH, "build")
_WHEEL = (*_BUILD, "targets", "wheel")
_TOOLS = {".hatch", ".tox", ".nox", ".ruff_cache", ".pytest_cache", ".mypy_cache", ".pixi"}
_EXCLUDED_FOLDERS = frozenset({"__pycache__", ".venv", ".git", ".hg"} | _TOOLS)
_EXCLUDED_FILES = frozenset({".DS_Store", ".git"})
_BEYOND = ("shared-data", "shared-scripts", "extra-metadata", "sbom-files", "bypass-selection")


@dataclass(frozen=True, slots=True)
class _Selection:
    include: tuple[str, ...]
    packages: tuple[str, ...]
    only_include: tuple[str, ...]


def hatchling_files(project: Buildable) -> dict[str, str]:
    """List the wheel as hatchling/builders/plugin/interface.py does; see `base.Lister`."""
    _refuse_hooks(project)
    build = _Build(project)
    selected = build.explicit() if build.starts else build.walked()
    chosen = {build.place(path): path for path in selected} | dict(build.forced())
    return {path: one for path, one in chosen.items() if path not in build.reserved}


def _refuse_hooks(project: Buildable) -> None:
    document = project.document
    if document.table(*_BUILD, "hooks") or document.table(*_WHEEL, "hooks"):
        raise Unlisted("`tool.hatch.build.hooks` changes the build")
    beyond = next((key for key in _BEYOND if document.value(*_WHEEL, key)), None)
    if beyond:
        raise Unlisted(f"`tool.hatch.build.targets.wheel.{beyond}` goes outside of site-packages")
    if project.tree.is_file("hatch.toml"):
        raise Unlisted("hatch.toml changes the build")


class _Build:
    """What the tables say of the wheel: the target's own first, then that of all targets."""

    def __init__(self, project: Buildable) -> None:
        self.project = project
        self.tree = project.tree
        stated = _Selection(
            self._texts("include"), self._texts("packages"), self._texts("only-include")
        )
        force_include = self._option("force-include") or {}
        if not isinstance(force_include, dict):
            raise project.document.wrong("must be a table", *_WHEEL, "force-include")
        self.force_include = force_include
        is_stated = stated.include or stated.packages or stated.only_include
        self.takes_none = False
        selection = stated if is_stated else self._default()
        self.packages = sorted(inside(one) for one in selection.packages)
        self.starts = sorted(
            {inside(one) for one in selection.only_include or selection.packages},
            key=lambda path: (path.count("/"), path),
        )
        self.include = _spec([*selection.include, *(f"/{one}/" for one in self.packages)])
        self.exclude = _spec(self._excludes())
        self.artifacts = _spec(list(self._texts("artifacts")))
        self.only_packages = self._option("only-packages") is True
        self.skips = self._option("skip-excluded-dirs") is True
        self.sources = self._sources()
        self.reserved = {self.place(inside(source)) for source in self.force_include}
        """Paths in the wheel that are forced to other ones."""

    def _option(self, key: str) -> Any:
        document = self.project.document
        table = _WHEEL if document.has(*_WHEEL, key) else _BUILD
        return document.value(*table, key)

    def _texts(self, key: str) -> tuple[str, ...]:
        document = self.project.document
        table = _WHEEL if document.has(*_WHEEL, key) else _BUILD
        return document.texts(*table, key)

    def _default(self) -> _Selection:
        """Look where hatchling looks for the package of a project that names none."""
        stated = self.project.name
        for name in dict.fromkeys((_file_name(stated), _file_name(normal(stated)))):
            if self.tree.is_file(f"{name}/__init__.py"):
                return _Selection((), (name,), ())
            if self.tree.is_file(f"src/{name}/__init__.py"):
                return _Selection((), (f"src/{name}",), ())
            if self.tree.is_file(f"{name}.py"):
                return _Selection((), (), (f"{name}.py",))
            found = files_of(self.tree, f"*/{name}/__init__.py", hidden=False, follow=True)
            if len(found) == 1:
                return _Selection((), (found[0].partition("/")[0],), ())
        if not self.force_include:
            raise Unlisted("no package is named like the project")
        self.takes_none = True
        return _Selection((), (), ())

    def _excludes(self) -> list[str]:
        patterns = ["*.py[cdo]", "/dist"]
        if self._option("ignore-vcs") is not True:
            patterns += self._ignored()
        return [*patterns, *self._texts("exclude")]

    def _ignored(self) -> list[str]:
        if nearest(self.project.sources, ".hgignore", ".hg") is not None:
            raise Unlisted("the project has a .hgignore")
        text = nearest(self.project.sources, ".gitignore", ".git") or ""
        lines = text.splitlines()
        spec = _spec(lines)
        # A pattern that ignores the project itself is not meant for what it holds.
        is_ignored = spec is not None and spec.match_file(
            str(self.project.sources.folder.resolve())
        )
        return [] if is_ignored else lines

    def _sources(self) -> list[tuple[str, str]]:
        """Give what the beginning of a path is replaced by."""
        stated = self._option("sources") or []
        table = dict.fromkeys(stated, "") if isinstance(stated, list) else stated
        if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
            raise self.project.document.wrong("must be a list or a table", *_WHEEL, "sources")
        found = {
            f"{inside(str(key))}/" if key else "": _folder(value) for key, value in table.items()
        }
        for package in self.packages:
            above = posixpath.dirname(package)
            if above and f"{package}/" not in found:
                found[f"{above}/"] = ""
        return sorted(found.items())

    def place(self, path: str) -> str:
        """Give the path in the wheel."""
        for source, replacement in self.sources:
            if not source:
                return replacement + path
            if path.startswith(source):
                return path.replace(source, replacement, 1)
        return path

    def explicit(self) -> Iterator[str]:
        """Give what lies below the folders that are named, or is named itself."""
        for start in self.starts:
            if self.tree.is_file(start):
                yield start
            elif self.tree.is_folder(start):
                for folder, folders, names in self.tree.walk(start, follow=True):
                    folders[:] = [one for one in folders if one not in _EXCLUDED_FOLDERS]
                    yield from self._kept(folder, names, is_explicit=True)

    def walked(self) -> Iterator[str]:
        """Give what the patterns select of the whole project."""
        for folder, folders, names in self.tree.walk("", follow=True):
            folders[:] = [one for one in folders if not self._is_skipped(joined(folder, one))]
            yield from self._kept(folder, names, is_explicit=False)

    def _is_skipped(self, path: str) -> bool:
        if path.rpartition("/")[2] in _EXCLUDED_FOLDERS or path in self.reserved:
            return True
        return self.skips and _is_match(self.exclude, f"{path}/")

    def _kept(self, folder: str, names: tuple[str, ...], *, is_explicit: bool) -> Iterator[str]:
        in_package = "__init__.py" in names
        for path in (joined(folder, name) for name in names if name not in _EXCLUDED_FILES):
            if _is_match(self.artifacts, path):
                yield path
            elif self.takes_none or (self.only_packages and not in_package):
                continue
            elif not _is_match(self.exclude, path) and (
                is_explicit or self.include is None or self.include.match_file(path)
            ):
                yield path

    def forced(self) -> Iterator[tuple[str, str]]:
        """Give the files of `force-include`, by path in the wheel."""
        for source, target in sorted(self.force_include.items()):
            start = inside(source)
            if not isinstance(target, str) or source.startswith("~"):
                raise Unlisted(f"`{source}` of `force-include` lies elsewhere")
            if self.tree.is_file(start):
                yield self.place(inside(target)), start
            elif self.tree.is_folder(start):
                yield from self._forced_folder(start, inside(target))
            else:
                raise Unlisted(f"`{source}` of `force-include` does not exist")

    def _forced_folder(self, start: str, target: str) -> Iterator[tuple[str, str]]:
        for folder, folders, names in self.tree.walk(start, follow=True):
            folders[:] = [one for one in folders if one not in _EXCLUDED_FOLDERS]
            below = folder[len(start) :].strip("/")
            for name in (name for name in names if name not in _EXCLUDED_FILES):
                path = "/".join(part for part in (target, below, name) if part)
                yield self.place(path), joined(folder, name)


def _file_name(name: str) -> str:
    return re.sub(r"[^\w\d.]+", "_", name)


def _folder(path: str) -> str:
    normal = inside(path)
    return f"{normal}/" if normal else ""


def _spec(patterns: list[str]) -> GitIgnoreSpec | None:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where a wheel is made

    return GitIgnoreSpec.from_lines(patterns) if patterns else None


def _is_match(spec: GitIgnoreSpec | None, path: str) -> bool:
    return spec is not None and spec.match_file(path)
