"""Finding the native code of a package, what it lacks, and whether the package does without."""

from __future__ import annotations

import json
import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from lpack.facts.linking import NOTHING, Lack, Libraries, Linking, loaded_by
from lpack.facts.modules import extension_name, extension_suffixes, has_substitute
from lpack.facts.native import FIRST_BYTES, NativeKind, identify, runs_on
from lpack.facts.systems import system_of
from lpack.model import Target
from lpack.platforms import RUNTIMES
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lpack.facts.contents import Contents
    from lpack.facts.elf import ReadAt
    from lpack.facts.imports_reached import Imported
    from lpack.model import Architecture, Entry

_SUFFIXES = (".so", ".dylib", ".dll", ".pyd", ".exe")
_DISTRIBUTION_RECORDS = (".dist-info/", ".egg-info/")


Load = Literal["import", "likely-import", "possible-import", "other"]
"""What loads a file: an import that certainly runs, one that stands under a condition or is of the
only modules that a distribution has, one that nobody is seen to make, or no import at all.

What no import loads may be loaded by its path, as ctypes does, or be a program."""


@dataclass(frozen=True, slots=True)
class NativeFile:
    """A file of native code in the package."""

    path: str
    owner: str
    kind: NativeKind
    linking: Linking | None = None
    """None where it is linked to nothing, or is no code of Linux."""
    lack: Lack = NOTHING
    """What the target's system does not have."""
    optional: bool = False
    """Whether the modules beside it do without it; only asked of files that do not fit."""
    load: Load = "other"
    """Only asked of files that lack something."""


def native_files(
    entries: Iterable[Entry],
    contents: Contents,
    target: Target,
    reached: Callable[[], Imported],
    *,
    started: str = "",
) -> tuple[NativeFile, ...]:
    """Find the native code among the files of a package.

    `reached` gives the files of modules that the handler imports; it is only called where a
    distribution's module lacks something. `started` is the program that is an own runtime.
    """
    found = _lacking(list(_identified(entries, contents)), target)
    found = [replace(one, load="import") if one.path == started else one for one in found]
    breaking = _breaking(found, target)
    stems = {item.path: _stem_that_fails(item, contents.paths, target) for item in found}
    failing = {stem for stem in stems.values() if stem is not None}
    failing |= {_stem(path) for paths in breaking.values() for path in paths}
    if not failing:
        return tuple(found)
    from lpack.facts.optional_imports import optional_modules  # noqa: PLC0415 - few fail

    optional = optional_modules(failing, contents, target.runtime.python)
    load = _loads(found, breaking, optional, reached, target)
    return tuple(
        replace(item, optional=stems[item.path] in optional, load=load.get(item.path, item.load))
        for item in found
    )


def code_of(path: str, mode: int, read: ReadAt) -> str:
    """Write what native code a file is, for `Entry.code`; it is read only where that can be.

    The first word is the format, then a space: `elf `, as others ask for it.
    """
    kind = identify(read(0, FIRST_BYTES)) if _may_be_native(path, mode) else None
    if kind is None:
        return ""
    from lpack.facts.elf import read_linking  # noqa: PLC0415 - for new files only

    linking = read_linking(read) if kind.format == "elf" else None
    code = f"{kind.format} {kind.machine} {kind.bits or ''}"
    if linking is None:
        return code
    parts = (linking.needed, linking.soname, linking.search, linking.versions)
    return f"{code} {json.dumps(parts, separators=(',', ':'))}"


def runtimes_of(
    item: NativeFile, libraries: Libraries, architecture: Architecture
) -> tuple[str, ...]:
    """Name the runtimes that can load a file, as far as is known, the newest first."""
    targets = (Target(runtime, architecture) for runtime in RUNTIMES)
    return tuple(one.runtime.name for one in targets if _works_on(item, libraries, one))


def described(item: NativeFile, libraries: Libraries, architecture: Architecture) -> dict[str, Any]:
    """Write a file as a row of the facts document."""
    linking = item.linking or Linking()
    versions = dict(linking.versions)
    return {
        "path": item.path,
        "owner": item.owner,
        "format": item.kind.format,
        "machine": item.kind.machine,
        "bits": item.kind.bits,
        "needs": [
            {"library": name, "versions": list(versions.get(name, ()))} for name in linking.needed
        ],
        "search": list(linking.search),
        "missing": [*item.lack.libraries, *item.lack.versions],
        "uncertain": [*item.lack.unsure_libraries, *item.lack.unsure_versions],
        "runtimes": list(runtimes_of(item, libraries, architecture)),
    }


def libraries_of(files: Iterable[NativeFile]) -> Libraries:
    """Index the libraries among the native files of a package."""
    return Libraries.of((item.path, item.linking) for item in files if item.linking is not None)


def _identified(entries: Iterable[Entry], contents: Contents) -> Iterator[NativeFile]:
    for entry in entries:
        code = entry.code
        if code is None:
            code = code_of(entry.path, entry.mode, contents.parts(entry.path))
        if code:
            yield NativeFile(entry.path, entry.owner, *_parsed(code))


@lru_cache(maxsize=4096)
def _parsed(code: str) -> tuple[NativeKind, Linking | None]:
    """Read what `code_of` wrote."""
    form, machine, bits, *rest = code.split(" ", 3)
    known = cast("Literal['elf', 'mach-o', 'pe']", form)
    kind = NativeKind(known, machine, int(bits) if bits else None)
    if not rest:
        return kind, None
    needed, soname, search, versions = json.loads(rest[0])
    pairs = tuple((library, tuple(names)) for library, names in versions)
    return kind, Linking(tuple(needed), soname, tuple(search), pairs)


def _works_on(item: NativeFile, libraries: Libraries, target: Target) -> bool:
    """Tell whether a target's Python finds a file, and its system has what the file needs."""
    extension = extension_name(item.path)
    is_found = extension is None or extension.suffix in extension_suffixes(target)
    system = system_of(target.runtime, target.architecture)
    if not is_found or not runs_on(item.kind, target.architecture) or system is None:
        return False
    if item.linking is None:
        return True
    lack = libraries.lack(item.path, item.linking, system, is_own=not item.owner)
    return not (lack.libraries or lack.versions)


def _lacking(found: list[NativeFile], target: Target) -> list[NativeFile]:
    """Note of each file what the target's system does not have."""
    system = system_of(target.runtime, target.architecture)
    if system is None:
        return found
    libraries = libraries_of(found)
    return [
        item
        if item.linking is None
        or not runs_on(item.kind, target.architecture)
        or (lack := libraries.lack(item.path, item.linking, system, is_own=not item.owner))
        is NOTHING
        else replace(item, lack=lack)
        for item in found
    ]


def _breaking(found: list[NativeFile], target: Target) -> dict[str, list[str]]:
    """Give the extension modules whose import loads each file that lacks something."""
    lacking = [item.path for item in found if item.lack is not NOTHING]
    if not lacking:
        return {}
    linked = [(item.path, item.linking) for item in found if item.linking is not None]
    users = Libraries.of(linked).users(linked)
    return {
        path: [user for user in loaded_by(path, users) if _is_module(user, target)]
        for path in lacking
    }


def _loads(
    found: list[NativeFile],
    breaking: dict[str, list[str]],
    optional: frozenset[str],
    reached: Callable[[], Imported],
    target: Target,
) -> dict[str, Load]:
    """Tell what loads each file that breaks modules."""
    from lpack.facts.imports_reached import Imported  # noqa: PLC0415 - few files break modules

    owners = {item.path: item.owner for item in found}
    broken = {path for paths in breaking.values() for path in paths}
    imported = reached() if any(owners[path] for path in broken) else Imported()
    sound = {
        item.owner
        for item in found
        if item.path not in broken and _is_module(item.path, target) and item.owner
    }

    def load(paths: list[str]) -> Load:
        wanted = [path for path in paths if _stem(path) not in optional]
        if any(not owners[path] or _is_among(path, imported.certain) for path in wanted):
            return "import"
        if any(_is_among(path, imported.likely) or owners[path] not in sound for path in wanted):
            return "likely-import"
        return "possible-import"

    return {path: load(paths) for path, paths in breaking.items() if paths}


def _is_module(path: str, target: Target) -> bool:
    extension = extension_name(path)
    return extension is not None and extension.suffix in extension_suffixes(target)


def _is_among(path: str, imported: frozenset[str]) -> bool:
    """Tell whether a module is imported, or is what its package of the same name is there for."""
    folder, _, name = _stem(path).rpartition("/")
    named_alike = folder.rpartition("/")[2] == name and f"{folder}/__init__.py" in imported
    return path in imported or named_alike


def _stem(path: str) -> str:
    extension = extension_name(path)
    return path if extension is None else extension.stem


def _stem_that_fails(item: NativeFile, paths: frozenset[str], target: Target) -> str | None:
    """Give the module that cannot be imported because of this file; None when it is none."""
    extension = extension_name(item.path)
    if extension is None:
        return None
    if extension.suffix in extension_suffixes(target):
        return None if runs_on(item.kind, target.architecture) else extension.stem
    return None if has_substitute(extension, paths, target) else extension.stem


def _may_be_native(path: str, mode: int) -> bool:
    """Tell whether a file could be loaded or started: by its ending, its mode, or no ending."""
    name = posixpath.basename(path)
    if name.endswith(_SUFFIXES) or ".so." in name:
        return True
    if any(part in path for part in _DISTRIBUTION_RECORDS):
        return False
    return "." not in name or (bool(mode & 0o111) and not name.endswith(".py"))
