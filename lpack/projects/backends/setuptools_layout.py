"""Where setuptools has been told that a project's packages lie, in any of its three files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.projects.build_system import build_requirements
from lpack.projects.files import Unlisted
from lpack.projects.setup_files import read_setup_files
from lpack.projects.setup_py import DYNAMIC, FindPackages, find_packages
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.projects.document import Document
    from lpack.projects.setup_files import SetupValues
    from lpack.projects.sources import Sources

_TABLE = ("tool", "setuptools")
_READ = {
    "packages",
    "py_modules",
    "package_dir",
    "package_data",
    "exclude_package_data",
    "include_package_data",
}
# Other keywords only describe the distribution, or mean nothing to setuptools itself.
_CHANGES = {
    *("cffi_modules", "cmdclass", "command_options", "command_packages", "convert_2to3_doctests"),
    *("data_files", "distclass", "eager_resources", "ext_modules", "ext_package", "extra_path"),
    *("headers", "include_dirs", "libraries", "namespace_packages", "options", "pbr"),
    *("rust_extensions", "script_args", "script_name", "scripts", "setup_requires", "src_root"),
    *("use_2to3", "use_scm_version"),
}
_HARMLESS = {"dynamic", "license_files", "obsoletes", "platforms", "provides", "zip_safe"}
_PINNED_BELOW = 61
"""The first version of setuptools that finds packages by itself."""

Patterns = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What was stated; None for what setuptools is to find out."""

    packages: tuple[str, ...] | FindPackages | None = None
    py_modules: tuple[str, ...] | None = None
    package_dir: Mapping[str, str] = field(default_factory=dict)
    package_data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Patterns by package; those of every package under an empty name."""
    exclude_package_data: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    include_package_data: bool = False
    """Whether what MANIFEST.in names is packaged too."""


def read_layout(document: Document, sources: Sources) -> Layout:
    """Read the layout; raises Unlisted where only running can tell it."""
    if not build_requirements(document) <= {"setuptools", "wheel"}:
        raise Unlisted("the build asks for more than setuptools")
    _refuse_old(document)
    setup = read_setup_files(sources)
    if setup.call is not None and not setup.call.is_plain:
        raise Unlisted("setup.py does more than to state what the distribution is")
    values = _by_setup_files(setup) | _by_pyproject(document)
    is_modern = document.has("project") or document.has(*_TABLE)
    return Layout(
        _packages(values.get("packages")),
        _names(values.get("py_modules")),
        _texts(values.get("package_dir")),
        _patterns(values.get("package_data")),
        _patterns(values.get("exclude_package_data")),
        bool(values.get("include_package_data", is_modern)),
    )


def _refuse_old(document: Document) -> None:
    """Refuse a version of setuptools that has other rules than today's."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - see above

    for line in document.texts("build-system", "requires"):
        try:
            wanted = Requirement(line)
        except InvalidRequirement as error:
            raise Unlisted(f"`{line}` is not a requirement") from error
        limits = [one for one in wanted.specifier if one.operator in ("<", "<=", "==", "~=")]
        if wanted.name.lower() == "setuptools" and any(_is_old(one.version) for one in limits):
            raise Unlisted("the build asks for an old setuptools")


def _is_old(version: str) -> bool:
    major = version.partition(".")[0]
    return not major.isdecimal() or int(major) <= _PINNED_BELOW


def _by_setup_files(setup: SetupValues) -> dict[str, object]:
    changes = {key for key in _CHANGES & setup.values.keys() if setup.values[key]}
    if changes:
        raise Unlisted(f"`{min(changes)}` of setup.cfg or setup.py changes the build")
    values = {key: setup.values[key] for key in _READ & setup.values.keys()}
    if any(_is_dynamic(value) for value in values.values()):
        raise Unlisted("setup.py computes where its packages lie")
    return values


def _is_dynamic(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_dynamic(one) for one in value.values())
    return value is DYNAMIC


def _by_pyproject(document: Document) -> dict[str, object]:
    if document.table("tool", "distutils").keys() - {"bdist_wheel", "sdist"}:
        raise Unlisted("`tool.distutils` changes the build")
    table: dict[str, Any] = {
        key.replace("-", "_"): value for key, value in document.table(*_TABLE).items()
    }
    changes = {key for key in table.keys() - _READ - _HARMLESS if table[key]}
    if changes:
        raise Unlisted(f"`tool.setuptools.{min(changes)}` changes the build")
    values = {key: table[key] for key in _READ & table.keys()}
    packages = values.get("packages")
    if isinstance(packages, dict):
        find = packages.get("find")
        if not isinstance(find, dict) or set(packages) != {"find"}:
            raise Unlisted("`tool.setuptools.packages` is not understood")
        namespaces = find.get("namespaces", True) is True
        given = {key: value for key, value in find.items() if key != "namespaces"}
        values["packages"] = find_packages(given, namespaces=namespaces, moves=True)
    return values


def _packages(value: object) -> tuple[str, ...] | FindPackages | None:
    return value if isinstance(value, FindPackages) else _names(value)


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple | set) or not all(isinstance(one, str) for one in value):
        raise Unlisted("the packages are not a list of names")
    return tuple(sorted(str(one) for one in value))


def _texts(value: object) -> dict[str, str]:
    table = {} if value is None else value
    if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
        raise Unlisted("the folders of the packages are not a table of texts")
    return {str(key): one for key, one in table.items()}


def _patterns(value: object) -> Patterns:
    table = {} if value is None else value
    if not isinstance(table, dict):
        raise Unlisted("the data of the packages is not a table")
    return {"" if key == "*" else str(key): _names(one) or () for key, one in table.items()}
