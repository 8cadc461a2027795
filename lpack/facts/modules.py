"""Finding a module in a package as Python's import system would, without importing it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from lpack.lazily import pattern
from lpack.platforms import MACHINES
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.model import Target

ModuleKind = Literal["source", "bytecode", "extension", "namespace"]


@dataclass(frozen=True, slots=True)
class Module:
    """A module that an import would find in the package."""

    name: str
    """Dotted."""
    path: str
    """Of its file in the package; of its folder for a namespace package."""
    kind: ModuleKind
    is_package: bool

    @property
    def package(self) -> str:
        """The name that relative imports inside the module start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class NotFound:
    """Where the search for a module ended."""

    name: str
    """The dotted name that could not be found, a parent of the wanted one or the wanted one."""
    parent: Module | None
    """The module in which the search ended; None at the top."""


def extension_suffixes(target: Target) -> tuple[str, ...]:
    """Give the endings of extension modules that the target's Python loads, in its order.

    https://docs.python.org/3/library/importlib.html#importlib.machinery.EXTENSION_SUFFIXES
    """
    major, minor = target.runtime.python
    memory_model = "m" if (major, minor) < (3, 8) else ""  # bpo-36707 removed the flag
    machine = MACHINES[target.architecture]
    exact = f".cpython-{major}{minor}{memory_model}-{machine}-linux-gnu.so"
    shared = (".abi3t.so",) if (major, minor) >= (3, 15) else ()  # PEP 803
    return (exact, ".abi3.so", *shared, ".so")


@dataclass(frozen=True)
class ModuleTree:
    """The modules that lie in a package, by the rules of `importlib`'s FileFinder."""

    files: frozenset[str]
    target: Target
    roots: tuple[str, ...] = ("",)
    """Folders of the package that are on the import path; empty is the package's own root."""

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth."""
        return frozenset(folder for path in self.files for folder in _parents(path))

    @cached_property
    def _loaders(self) -> tuple[tuple[str, ModuleKind], ...]:
        extensions: list[tuple[str, ModuleKind]] = [
            (suffix, "extension") for suffix in extension_suffixes(self.target)
        ]
        return (*extensions, (".py", "source"), (".pyc", "bytecode"))

    def find(self, name: str) -> tuple[Module, ...] | NotFound:
        """Find a module and the packages it lies in, outermost first, as an import loads them."""
        chain: list[Module] = []
        parts = name.split(".")
        for count, part in enumerate(parts, start=1):
            dotted = ".".join(parts[:count])
            parent = chain[-1] if chain else None
            found = self._find_in(parent, part, dotted)
            if found is None:
                return NotFound(dotted, parent)
            chain.append(found)
        return tuple(chain)

    def candidates(self, name: str) -> tuple[str, ...]:
        """Give the paths in the package that would have been taken for a module, to print."""
        place = name.replace(".", "/")
        return (f"{place}.py", f"{place}/__init__.py")

    def _find_in(self, parent: Module | None, part: str, dotted: str) -> Module | None:
        if parent is None:
            folders = self.roots
        elif parent.is_package:
            is_folder = parent.kind == "namespace"
            folders = (parent.path if is_folder else parent.path.rpartition("/")[0],)
        else:
            return None
        return self._first_in(folders, part, dotted)

    def _first_in(self, folders: tuple[str, ...], part: str, dotted: str) -> Module | None:
        namespace = None
        for folder in folders:
            base = f"{folder}/{part}" if folder else part
            found = self._loadable(base, dotted)
            if found is not None:
                return found
            if namespace is None and base in self.folders:
                namespace = Module(dotted, base, "namespace", is_package=True)
        return namespace

    def _loadable(self, base: str, dotted: str) -> Module | None:
        # A package wins over a module of the same name in the same folder.
        for stem, is_package in ((f"{base}/__init__", True), (base, False)):
            for suffix, kind in self._loaders:
                if stem + suffix in self.files:
                    return Module(dotted, stem + suffix, kind, is_package)
        return None


def root_of(path: str, roots: Iterable[str]) -> str:
    """Give the folder of the import path that a file lies in, the deepest one; empty for the root.

    With a slash at its end, so that the rest of the path is the module's.
    """
    above = (f"{root}/" for root in roots if root and path.startswith(f"{root}/"))
    return max(above, key=len, default="")


def module_names(files: frozenset[str]) -> Iterator[str]:
    """Name every module that lies in the package as source code, in no order; none of layers."""
    for path in files:
        if path.startswith("/"):
            continue
        if path.endswith("/__init__.py"):
            yield path.removesuffix("/__init__.py").replace("/", ".")
        elif path.endswith(".py"):
            yield path.removesuffix(".py").replace("/", ".")


def _parents(path: str) -> Iterator[str]:
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


# The middle of `name.cpython-311-x86_64-linux-gnu.so`, and of what other Pythons and systems write.
_EXTENSION_TAG = pattern(r"abi3t?|cpython-\d+\w*(?:-[\w-]+)?|cp\d+\w*-\w+|(?:pypy|graalpy)[\w-]+")


@dataclass(frozen=True, slots=True)
class ExtensionName:
    """The name of a file that is an extension module of some Python."""

    stem: str
    """Path of the module without any ending."""
    suffix: str
    """All that follows, such as `.cpython-311-x86_64-linux-gnu.so` or `.pyd`."""


def extension_name(path: str) -> ExtensionName | None:
    """Read a path as an extension module's, or None when no Python would import it."""
    folder, slash, file = path.rpartition("/")
    name, dot, rest = file.partition(".")
    tag, _, ending = rest.rpartition(".")
    if ending not in ("so", "pyd") or "." in folder:
        return None
    is_library = name.startswith("lib") and not tag
    if is_library or not name or (tag and not _EXTENSION_TAG.fullmatch(tag)):
        return None
    return ExtensionName(folder + slash + name, dot + rest)


def has_substitute(extension: ExtensionName, files: frozenset[str], target: Target) -> bool:
    """Tell whether the target's Python finds the module in another file than this one."""
    suffixes = [suffix for suffix in extension_suffixes(target) if suffix != extension.suffix]
    endings = (*suffixes, ".py", ".pyc", "/__init__.py")
    return any(extension.stem + ending in files for ending in endings)
