"""Which files of a folder declare dependencies: looked at, and not yet read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.data import CONFIG_BYTES, LOCK_BYTES, read_bytes
from lpack.errors import BuildError
from lpack.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lpack.config.reading import Reading
    from lpack.model import Handler

PYPROJECT = "pyproject.toml"
PIPFILE = "Pipfile"
_PYLOCK = "pylock.toml"
# What pip-compile reads, and what it writes; files for development are never taken.
_LISTS = ("requirements.in", "requirements.txt")
_SETUP = ("setup.cfg", "setup.py")
_SCRIPT = pattern(rb"(?m)^# /// script\r?$")
_OWN_LOCK = pattern(rb"(?m)^created-by\s*=\s*[\"']lpack[\"']")


def declarations_in(reading: Reading, folder: Path) -> tuple[Path, ...]:
    """Give all files of a folder that declare dependencies, to be compared with each other.

    A requirements file that lists nothing counts where it is alone. setup.py counts beside others
    where it need not be run to know what it says.
    """
    written = [folder / name for name in _LISTS if reading.has(folder / name)]
    found = [
        *((folder / PYPROJECT,) if _has_dependencies(reading, folder) else ()),
        *((folder / PIPFILE,) if _has_packages(reading, folder / PIPFILE) else ()),
        *(path for path in written if _lists_something(reading, path)),
    ]
    found += _setup(reading, folder, is_alone=not found)
    return tuple(found or written[-1:])


def declares_none(reading: Reading, folder: Path) -> bool:
    """Tell whether pyproject.toml says that its project has no dependencies."""
    return bool(reading.project_table(folder)) and not is_unclear(reading, folder)


def silent_in(reading: Reading, folders: Iterable[Path]) -> Path | None:
    """Give the first file that could declare dependencies, where none does."""
    files = (folder / name for folder in folders for name in (PYPROJECT, PIPFILE, *_SETUP))
    return next((file for file in files if reading.has(file)), None)


def is_unclear(reading: Reading, folder: Path) -> bool:
    """Tell whether pyproject.toml leaves its dependencies to a build backend."""
    dynamic = reading.project_table(folder).get("dynamic", [])
    poetry = _table(reading.toml(folder / PYPROJECT), "tool", "poetry", "dependencies")
    return isinstance(dynamic, list) and "dependencies" in dynamic and not poetry


def script_of(reading: Reading, folders: Sequence[Path], handler: Handler) -> Path | None:
    """Give the handler's file where it states dependencies itself (PEP 723)."""
    for path in _modules(folders, handler):
        if reading.has(path):
            content = read_bytes(path, reading.shown(path), CONFIG_BYTES)
            return path if _SCRIPT.search(content) else None
    return None


def lock_in(reading: Reading, folders: Sequence[Path]) -> Path | None:
    """Give a pylock.toml that another tool wrote; what lpack wrote declares nothing."""
    for folder in dict.fromkeys(folders):
        path = folder / _PYLOCK
        if reading.has(path):
            content = read_bytes(path, reading.shown(path), LOCK_BYTES)
            return None if _OWN_LOCK.search(content) else path
    return None


def _modules(folders: Sequence[Path], handler: Handler) -> Iterator[Path]:
    parts = handler.dotted_module.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for folder in folders:
        yield folder.joinpath(*parts[:-1], f"{parts[-1]}.py")
        yield folder.joinpath(*parts, "__init__.py")


def _has_dependencies(reading: Reading, folder: Path) -> bool:
    if reading.project_table(folder).get("dependencies"):
        return True
    document = reading.toml(folder / PYPROJECT)
    poetry = _table(document, "tool", "poetry", "dependencies")
    if "dependencies" not in reading.project_table(folder) and set(poetry) - {"python"}:
        return True
    files = "dependencies" in _table(document, "tool", "setuptools", "dynamic")
    hatch = _table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    return is_unclear(reading, folder) and (files or bool(hatch))


def _has_packages(reading: Reading, pipfile: Path) -> bool:
    return reading.has(pipfile) and bool(_table(reading.toml(pipfile), "packages"))


def _setup(reading: Reading, folder: Path, *, is_alone: bool) -> tuple[Path, ...]:
    if reading.project_table(folder):
        return ()  # what pyproject.toml leaves to them, its own reader looks up
    named = [folder / name for name in _SETUP if _asks(reading, folder / name)]
    if not named or (not is_alone and not _states(reading, folder)):
        return ()
    return (named[0],)


def _asks(reading: Reading, path: Path) -> bool:
    if not reading.has(path):
        return False
    return b"install_requires" in read_bytes(path, reading.shown(path), CONFIG_BYTES)


def _states(reading: Reading, folder: Path) -> bool:
    from lpack.projects.reading import static_setup_requirements  # noqa: PLC0415 - few projects need it

    try:
        return bool(static_setup_requirements(folder, reading.root))
    except BuildError:
        return False


def _lists_something(reading: Reading, path: Path) -> bool:
    # In whatever encoding: PowerShell writes UTF-16, with a zero byte beside each letter.
    content = read_bytes(path, reading.shown(path), CONFIG_BYTES).decode("utf-8-sig", "replace")
    lines = (line.strip(" \t\r\ufffd") for line in content.replace("\0", "").split("\n"))
    return any(line and not line.startswith("#") for line in lines)


def _table(document: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}
