"""Finds handlers in the files where they usually are, without running anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.config.reading import is_file, is_folder
from lpack.data import CONFIG_BYTES
from lpack.sources.module_names import names_of
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lpack.config.reading import Reading

CONSOLE_FILE = "lambda_function.py"
"""What Lambda's console creates, with `lambda_handler` in it; it goes before all others."""
USUAL_FILES = ("handler.py", "app.py", "main.py")
USUAL_NAMES = ("lambda_handler", "handler")
LOOKED_FOR = (
    "`lambda_handler` in lambda_function.py, or `lambda_handler` or `handler` in handler.py, "
    "app.py or main.py"
)
USUAL_FOLDERS = ("src", "lambda", "app")
ROOT_FOLDERS = ("src", "lambda")
"""Whose name is no package's, even where an `__init__.py` lies in them."""
_MOST_FILES_SCANNED = 200
_MOST_FILES_LISTED = 4
_NO_CODE = frozenset({"node_modules", "test", "tests", "venv", "env", "docs", "dist", "build"})
_OWN_FILE = "lpack.toml"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A handler that was found."""

    text: str
    """As Lambda would be told: `app.handler`."""
    source: Path
    """Folder that must be the package's root for it."""
    file: Path
    imported: bool
    """Whether the file only imports it from elsewhere."""

    def sentence(self, reading: Reading) -> str:
        """Say what was found and where."""
        return f"handler `{self.text}` found in {reading.shown(self.file)}"


def find_in_project(reading: Reading) -> list[Candidate]:
    """Find handlers in the project's root; else one level down, or in the project's package."""
    root = reading.root
    found = _in_folder(reading, root, root)
    if found:
        return found
    below = (root / name for name in USUAL_FOLDERS)
    found = [found for folder in below for found in _in_usual_folder(reading, folder)]
    found += [found for source in (root / "src", root) for found in _in_package(reading, source)]
    return list({candidate.file: candidate for candidate in found}.values())


def find_in_sources(reading: Reading, sources: Sequence[Path]) -> list[Candidate]:
    """Find handlers in folders that are the package's root; else in the project's package."""
    found = [found for source in sources for found in _in_folder(reading, source, source)]
    return found or [found for source in sources for found in _in_package(reading, source)]


def find_elsewhere(reading: Reading, folders: Iterable[Path]) -> list[Candidate]:
    """Find handlers in any file of the folders, to suggest them in a message."""
    files = [file for folder in folders for file in _python_files(folder)]
    return [
        Candidate(f"{file.stem}.{name}", file.parent, file, imported=False)
        for file in files[:_MOST_FILES_SCANNED]
        for name in USUAL_NAMES
        if name in names_of(reading, file).defined
    ]


def find_anywhere(reading: Reading) -> list[Candidate]:
    """Find handlers in any file of the project, down to two folders deep, for a message too."""
    root = reading.root
    below = _folders(root)
    deeper = [folder for one in below for folder in _folders(one)]
    found = find_elsewhere(reading, (root, *below, *deeper))
    return [_from_its_root(reading, candidate) for candidate in found]


def _from_its_root(reading: Reading, candidate: Candidate) -> Candidate:
    """Take the folder that the imports of a handler's package begin at as its source."""
    modules = names_of(reading, candidate.file).modules
    folder = root = candidate.source
    if folder != reading.root and _is_package(reading, candidate):
        root = folder.parent
    for above in (one for one in folder.parents if reading.root in one.parents):
        if above.name in modules or (above == root and _is_declared(reading, above)):
            root = above.parent
    parts = folder.relative_to(root).parts
    return replace(candidate, text=".".join((*parts, candidate.text)), source=root)


def _folders(folder: Path) -> list[Path]:
    """List the folders in one where a function's code may lie."""
    return sorted(
        path
        for path in folder.glob("*")
        if is_folder(path) and not path.name.startswith((".", "_")) and path.name not in _NO_CODE
    )


def candidates_listed(candidates: Iterable[Candidate]) -> str:
    """Write candidates for a message."""
    return ", ".join(f"`{candidate.text}`" for candidate in candidates)


def files_listed(reading: Reading, candidates: Sequence[Candidate]) -> str:
    """Write the files of candidates for a message, which need not name them all."""
    files = list(dict.fromkeys(reading.shown(candidate.file) for candidate in candidates))
    shown = ", ".join(f"`{file}`" for file in files[:_MOST_FILES_LISTED])
    rest = len(files) - _MOST_FILES_LISTED
    return f"{shown} and {rest} more" if rest > 0 else shown


def place_to_declare(reading: Reading) -> str:
    """Name the table in which a function of this project is declared, for a message."""
    if reading.has(reading.root / "pyproject.toml") and not reading.has(reading.root / _OWN_FILE):
        return "`[tool.lpack.functions.NAME]` of pyproject.toml"
    return f"`[functions.NAME]` of {_OWN_FILE}"


def _python_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob("*.py") if _is_readable_size(path))
    except OSError:
        return []


def _is_readable_size(path: Path) -> bool:
    return is_file(path) and path.stat().st_size <= CONFIG_BYTES


def _in_folder(reading: Reading, folder: Path, source: Path) -> list[Candidate]:
    """Find the handlers of one folder: definitions go before imports of them."""
    console = _in_file(reading, folder / CONSOLE_FILE, source)
    if console and console.text.endswith(".lambda_handler"):
        return [console]
    usual = (_in_file(reading, folder / name, source) for name in USUAL_FILES)
    found = [candidate for candidate in usual if candidate]
    return [candidate for candidate in found if not candidate.imported] or found


def _in_file(reading: Reading, file: Path, source: Path) -> Candidate | None:
    if not reading.has(file):
        return None
    names = names_of(reading, file)
    bound = (*names.defined, *names.imported)
    attribute = next((name for name in USUAL_NAMES if name in bound), None)
    if attribute is None:
        return None
    module = ".".join(file.relative_to(source).with_suffix("").parts)
    return Candidate(f"{module}.{attribute}", source, file, attribute not in names.defined)


def _in_usual_folder(reading: Reading, folder: Path) -> Iterator[Candidate]:
    """Find handlers one level down, as modules of a package where they import themselves so."""
    for candidate in _in_folder(reading, folder, folder):
        if _is_package(reading, candidate):
            yield from _in_folder(reading, folder, folder.parent)
        else:
            yield candidate


def _is_package(reading: Reading, candidate: Candidate) -> bool:
    """Tell whether the handler's folder is a package, and not a root beside which others lie."""
    names = names_of(reading, candidate.file)
    folder = candidate.source
    if names.relative or folder.name in names.modules:
        return True
    siblings = {file.stem for file in _python_files(folder)}
    return _is_declared(reading, folder) and not siblings & set(names.modules)


def _is_declared(reading: Reading, folder: Path) -> bool:
    return folder.name not in ROOT_FOLDERS and reading.has(folder / "__init__.py")


def _in_package(reading: Reading, source: Path) -> list[Candidate]:
    """Find handlers in the package that pyproject.toml names, below `source`."""
    name = reading.project_table(reading.root).get("name")
    package = re.sub(r"[-.]+", "_", name) if isinstance(name, str) else ""
    if not re.fullmatch(r"\w+", package):
        return []
    spellings = dict.fromkeys((package.lower(), package))
    found = (_in_folder(reading, source / spelling, source) for spelling in spellings)
    return next(filter(None, found), [])
