"""The file that remembers which modules each function imports, so that other machines know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import read_toml
from lpack.errors import UsageError
from lpack.exclusion import IMPORTED
from lpack.model import Where
from lpack.publish import alone_in, refusals, write_whole
from lpack.validation.wording import shown
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Function, Lock

FILE = IMPORTED

_HEAD = """\
# Written by lpack: the modules that each function imports, which `bytecode = "imported"` compiles.
# Commit it, so that every machine builds the same; `lpack build --record-imports` renews it.
"""
_FORM = 1
_LARGEST = 20_000_000
_MOST_MODULES = 50_000
_LONGEST_PATH = 1024
_SHA256_LENGTH = 64
_KEYS = {"runtime": str, "lock-sha256": str, "modules": list}


@dataclass(frozen=True, slots=True)
class Imported:
    """What one function was seen to import, and of which dependencies and Python."""

    runtime: str
    lock: str
    """sha256 of the lock's bytes, hexadecimal; empty for a function without one."""
    modules: tuple[str, ...]
    """Paths in the package, sorted."""


def is_of(imported: Imported, function: Function, lock: Lock) -> bool:
    """Tell whether a record still is of the function's runtime and dependencies.

    Its own code may have changed: what that imports besides is loaded without bytecode.
    """
    return imported.runtime == function.target.runtime.name and imported.lock == lock.digest


def read_imported(root: Path) -> dict[str, Imported]:
    """Read the records of a project by function; raises UsageError LP004 to LP006."""
    path = root / FILE
    if not path.exists():
        return {}
    document = read_toml(path, FILE, _LARGEST)
    functions = document.get("functions", {})
    if document.keys() - {"version", "functions"} or document.get("version") != _FORM:
        raise _wrong(f"`version` is not {_FORM}, or there are keys that lpack does not write")
    if not isinstance(functions, dict):
        raise _wrong("`functions` is not a table")
    return {name: _imported(name, table) for name, table in functions.items()}


def remember_imported(root: Path, function: str, imported: Imported) -> None:
    """Write the record of one function beside the others, which other processes may do as well.

    Raises UsageError LP004 to LP006, and BuildError LP230.
    """
    path = root / FILE
    with refusals(path), alone_in(root):
        before = read_imported(root)
        text = _rendered({**before, function: imported})
        if before.get(function) != imported:
            write_whole(path, text.encode())


def _rendered(records: Mapping[str, Imported]) -> str:
    import tomli_w  # noqa: PLC0415 - only a run that records writes it

    functions = {
        name: {"runtime": one.runtime, "lock-sha256": one.lock, "modules": list(one.modules)}
        for name, one in sorted(records.items())
    }
    return _HEAD + tomli_w.dumps({"version": _FORM, "functions": functions})


def _imported(name: str, table: Any) -> Imported:
    called = f"functions.{shown(name)}"
    if not isinstance(table, dict) or table.keys() != _KEYS.keys():
        raise _wrong(f"`{called}` does not have the keys {', '.join(f'`{key}`' for key in _KEYS)}")
    for key, kind in _KEYS.items():
        if not isinstance(table[key], kind):
            raise _wrong(f"`{called}.{key}` is not a {'list' if kind is list else 'string'}")
    lock, modules = table["lock-sha256"], table["modules"]
    if lock and not (len(lock) == _SHA256_LENGTH and set(lock) <= set("0123456789abcdef")):
        raise _wrong(f"`{called}.lock-sha256` is not a sha256 in hexadecimal")
    if len(modules) > _MOST_MODULES:
        raise _wrong(f"`{called}.modules` has more than {_MOST_MODULES:,} items")
    for module in modules:
        if not is_module_path(module):
            raise _wrong(f"`{called}.modules` has no path of a module: `{shown(str(module))}`")
    return Imported(table["runtime"], lock, tuple(sorted(set(modules))))


def is_module_path(path: object) -> bool:
    """Tell whether something is the path of a Python file inside a package."""
    return (
        isinstance(path, str)
        and path.endswith(".py")
        and len(path) <= _LONGEST_PATH
        and path.isprintable()
        and "\\" not in path
        and not {"", ".", ".."} & {*path.split("/")}
    )


def _wrong(message: str) -> UsageError:
    return UsageError(
        "LP006", message, where=Where(FILE), hint=f"delete `{FILE}`, and it is recorded again"
    )
