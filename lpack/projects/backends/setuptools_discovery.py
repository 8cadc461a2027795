"""How setuptools finds the packages of a project that does not name them.

https://setuptools.pypa.io/en/latest/userguide/package_discovery.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lpack.projects.files import Unlisted, inside, joined
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lpack.projects.backends.setuptools_layout import Layout
    from lpack.projects.files import Tree
    from lpack.projects.setup_py import FindPackages

    IsPackage = Callable[[str, str], bool]

_ALWAYS = ("ez_setup", "*__pycache__")
# https://github.com/pypa/setuptools/blob/main/setuptools/discovery.py
_NO_PACKAGES = (
    *("ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments"),
    *("changelog", "test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts"),
    *("tools", "util", "utils", "python", "build", "dist", "venv", "env", "requirements", "tasks"),
    *("fabfile", "site_scons", "benchmark", "benchmarks", "exercise", "exercises", "htmlcov"),
    "[._]*",
)
_NO_MODULES = (
    *("setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile"),
    *("pavement", "dodo", "tasks", "fabfile", "[Ss][Cc]onstruct", "conanfile", "manage"),
    *("benchmark", "benchmarks", "exercise", "exercises", "[._]*"),
)
_IN_FLAT_LAYOUT = tuple(one for name in _NO_PACKAGES for one in (name, f"{name}.*"))


def found_packages(tree: Tree, layout: Layout, find: FindPackages) -> Layout:
    """Search where a project says; gives the layout with the packages that were found."""
    package_dir = dict(layout.package_dir)
    places = list(dict.fromkeys(inside(place) for place in find.where))
    if find.moves and len(places) == 1 and places[0]:
        package_dir.setdefault("", places[0])
    found: list[str] = []
    for place in places:
        packages = _find(tree, place, find.include, find.exclude, _looks(tree, find.namespaces))
        if find.moves and packages and place and package_dir.get("") != place:
            package_dir |= {one: joined(place, one.replace(".", "/")) for one in _tops(packages)}
        found += packages
    return replace(layout, packages=tuple(found), package_dir=package_dir)


def discovered(tree: Tree, layout: Layout) -> Layout:
    """Search by setuptools' own rules; raises Unlisted where it would refuse to guess."""
    named = {package: place for package, place in layout.package_dir.items() if package}
    if named:
        return replace(layout, packages=tuple(_below_named(tree, named)))
    source = inside(layout.package_dir.get("", "src"))
    if tree.is_folder(source) and source:
        packages = _find(tree, source, ("*",), (), _is_any)
        modules = _modules(tree, source, ())
        package_dir = {"": source, **layout.package_dir}
        return replace(
            layout, packages=tuple(packages), py_modules=tuple(modules), package_dir=package_dir
        )
    packages = _find(tree, "", ("*",), _IN_FLAT_LAYOUT, _is_importable)
    tops = _tops([one for one in packages if not one.partition(".")[0].endswith("-stubs")])
    if len(tops) > 1:
        raise Unlisted("there are several packages at the top of the project")
    if tops:
        return replace(layout, packages=tuple(packages))
    modules = _modules(tree, "", _NO_MODULES)
    if len(modules) > 1:
        raise Unlisted("there are several modules at the top of the project")
    return replace(layout, packages=tuple(packages), py_modules=tuple(modules))


def _below_named(tree: Tree, named: dict[str, str]) -> Iterable[str]:
    for package, place in named.items():
        yield package
        for nested in _find(tree, inside(place), ("*",), (), _is_any):
            yield f"{package}.{nested}"


def _looks(tree: Tree, namespaces: bool) -> IsPackage:  # noqa: FBT001 - the one thing that differs
    if namespaces:
        return _is_any
    return lambda path, _: tree.is_file(f"{path}/__init__.py")


def _is_any(path: str, package: str) -> bool:
    del path, package
    return True


def _is_importable(path: str, package: str) -> bool:
    del path
    first, *rest = package.split(".")
    is_root = first.isidentifier() or first.endswith("-stubs")
    return is_root and all(name.isidentifier() for name in rest)


def _find(
    tree: Tree,
    start: str,
    include: Iterable[str],
    exclude: Iterable[str],
    is_package: IsPackage,
) -> list[str]:
    """Give the dotted names of the packages below a folder, as setuptools' finders do."""
    if not tree.is_folder(start):
        raise Unlisted(f"there is no folder `{start}`")
    unwanted = (*_ALWAYS, *exclude)
    found: list[str] = []
    for folder, folders, _ in tree.walk(start, follow=True):
        entered = []
        for name in folders:
            path = joined(folder, name)
            package = path[len(start) :].strip("/").replace("/", ".")
            if "." in name or not is_package(path, package):
                continue
            if _is_match(package, include) and not _is_match(package, unwanted):
                found.append(package)
            if f"{package}*" not in unwanted and f"{package}.*" not in unwanted:
                entered.append(name)
        folders[:] = entered
    return found


def _modules(tree: Tree, start: str, exclude: Iterable[str]) -> list[str]:
    names = (name[:-3] for name in tree.listing(start).files if name.endswith(".py"))
    return [name for name in names if name.isidentifier() and not _is_match(name, exclude)]


def _is_match(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _tops(packages: list[str]) -> list[str]:
    """Leave out packages that lie in another one of the list."""
    known = set(packages)
    return [one for one in packages if not any(above in known for above in _above(one))]


def _above(package: str) -> list[str]:
    parts = package.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]
