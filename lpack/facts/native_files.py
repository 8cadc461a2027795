"""Finding the native code of a package, and whether the package does without what does not fit."""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING, cast

from lpack.facts.modules import extension_name, extension_suffixes, has_substitute
from lpack.facts.native import FIRST_BYTES, NativeKind, identify, runs_on
from lpack.facts.optional_imports import optional_modules
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Literal

    from lpack.facts.contents import Contents
    from lpack.model import Entry, Target

_SUFFIXES = (".so", ".dylib", ".dll", ".pyd", ".exe")
_DISTRIBUTION_RECORDS = (".dist-info/", ".egg-info/")


@dataclass(frozen=True, slots=True)
class NativeFile:
    """A file of native code in the package."""

    path: str
    owner: str
    kind: NativeKind
    optional: bool = False
    """Whether the modules beside it do without it; only asked of files that do not fit."""


def native_files(
    entries: Iterable[Entry], contents: Contents, target: Target
) -> tuple[NativeFile, ...]:
    """Find the native code among the files of a package."""
    found = list(_identified(entries, contents))
    stems = {item.path: _stem_that_fails(item, contents.paths, target) for item in found}
    failing = {stem for stem in stems.values() if stem is not None}
    optional = optional_modules(failing, contents, target.runtime.python)
    return tuple(replace(item, optional=stems[item.path] in optional) for item in found)


def code_of(path: str, mode: int, first_bytes: Callable[[int], bytes]) -> str:
    """Write what native code a file is, for `Entry.code`; it is read only where that can be."""
    kind = identify(first_bytes(FIRST_BYTES)) if _may_be_native(path, mode) else None
    return "" if kind is None else f"{kind.format} {kind.machine} {kind.bits or ''}"


def _identified(entries: Iterable[Entry], contents: Contents) -> Iterator[NativeFile]:
    for entry in entries:
        code = entry.code
        if code is None:
            code = code_of(entry.path, entry.mode, partial(contents.read, entry.path))
        if code:
            yield NativeFile(entry.path, entry.owner, _kind(code))


def _kind(code: str) -> NativeKind:
    """Read what `code_of` wrote."""
    form, machine, bits = code.split(" ")
    known = cast("Literal['elf', 'mach-o', 'pe']", form)
    return NativeKind(known, machine, int(bits) if bits else None)


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
