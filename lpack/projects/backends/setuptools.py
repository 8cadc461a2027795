"""setuptools: the packages that are stated or found, and their data."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lpack.projects.backends.manifest_in import manifest_files
from lpack.projects.backends.setuptools_discovery import discovered, found_packages
from lpack.projects.backends.setuptools_layout import Layout, read_layout
from lpack.projects.files import Unlisted, inside, joined
from lpack.projects.globs import files_of
from lpack.projects.setup_py import FindPackages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.projects.backends.base import Buildable

_IMPLICIT_DATA = ("*.pyi", "py.typed")


def setuptools_files(project: Buildable) -> dict[str, str]:
    """List the wheel as setuptools/command/build_py.py does; see `base.Lister`."""
    build = _Build(project)
    chosen = dict(build.modules())
    for package in build.packages:
        chosen |= dict(build.package_modules(package))
        chosen |= dict(build.data(package))
    return chosen


class _Build:
    """A project with its packages found."""

    def __init__(self, project: Buildable) -> None:
        self.project = project
        self.tree = project.tree
        layout = read_layout(project.document, project.sources)
        if isinstance(layout.packages, FindPackages):
            layout = found_packages(self.tree, layout, layout.packages)
        elif layout.packages is None and layout.py_modules is None:
            layout = discovered(self.tree, layout)
        self.layout: Layout = layout
        self.packages = layout.packages if isinstance(layout.packages, tuple) else ()
        self.folders = {package: self._folder(package) for package in self.packages}
        self._manifest = self._by_manifest() if layout.include_package_data else {}

    def _folder(self, package: str) -> str:
        """Give where a package lies: as the longest matching name of `package_dir` says."""
        stated, parts = self.layout.package_dir, package.split(".") if package else []
        for length in range(len(parts), 0, -1):
            above = stated.get(".".join(parts[:length]))
            if above is not None:
                return inside("/".join([above or ".", *parts[length:]]))
        return inside("/".join([stated.get("") or ".", *parts]))

    def modules(self) -> Iterator[tuple[str, str]]:
        """Give the single modules."""
        for module in self.layout.py_modules or ():
            path = joined(self._folder(""), f"{module}.py")
            if "." in module or not self.tree.is_file(path):
                raise Unlisted(f"there is no module `{module}`")
            yield f"{module}.py", path

    def package_modules(self, package: str) -> Iterator[tuple[str, str]]:
        """Give the modules of a package."""
        folder = self.folders[package]
        if not self.tree.is_folder(folder):
            raise Unlisted(f"there is no package `{package}`")
        for name in self.tree.listing(folder).files:
            path = joined(folder, name)
            if name.endswith(".py") and not name.startswith(".") and path != "setup.py":
                yield joined(package.replace(".", "/"), name), path

    def data(self, package: str) -> Iterator[tuple[str, str]]:
        """Give the data of a package."""
        folder, layout = self.folders[package], self.layout
        patterns = [*layout.package_data.get("", ()), *layout.package_data.get(package, ())]
        found = [*self._manifest.get(package, ())]
        for pattern in (*_IMPLICIT_DATA, *patterns):
            found += files_of(self.tree, inside(joined(folder, pattern)), hidden=False, follow=True)
        excluded = layout.exclude_package_data
        unwanted = [
            joined(folder, one) for one in (*excluded.get("", ()), *excluded.get(package, ()))
        ]
        start = len(folder) + 1 if folder else 0
        for path in found:
            if not any(fnmatchcase(path, pattern) for pattern in unwanted):
                yield joined(package.replace(".", "/"), path[start:]), path

    def _by_manifest(self) -> dict[str, list[str]]:
        """Give the data that MANIFEST.in names, by the package that it lies in."""
        packages = {folder: package for package, folder in self.folders.items()}
        found: dict[str, list[str]] = {}
        for path in self._manifest_files():
            folder, _, name = path.rpartition("/")
            while folder and folder not in packages:
                folder, _, above = folder.rpartition("/")
                name = f"{above}/{name}"
            is_module = name.endswith(".py") and name[:-3].isidentifier()
            if folder in packages and not is_module:
                found.setdefault(packages[folder], []).append(path)
        return found

    def _manifest_files(self) -> list[str]:
        """Give the files of a source distribution, as far as they may be data."""
        sources, tree = self.project.sources, self.tree
        text = sources.text("MANIFEST.in") if sources.is_file("MANIFEST.in") else ""
        known = self._listed_before() if tree.is_file("PKG-INFO") else []
        known += [path for package in self.packages for _, path in self.package_modules(package)]
        return manifest_files(tree, text, known)

    def _listed_before(self) -> list[str]:
        """Give what SOURCES.txt of an unpacked source distribution lists.

        Elsewhere it is a leftover, which a fresh checkout does not have.
        """
        start = self._folder("")
        folders = self.tree.listing(start).folders if self.tree.is_folder(start) else ()
        for folder in (one for one in folders if one.endswith(".egg-info")):
            listed = joined(joined(start, folder), "SOURCES.txt")
            if self.tree.is_file(listed):
                lines = (line.strip() for line in self.project.sources.text(listed).splitlines())
                return [line for line in lines if line and self.tree.is_file(line)]
        return []
