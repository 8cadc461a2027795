"""What the map of the code promises, held by machine; layers are held by import-linter."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lpack
from lpack.catalogue import ENTRIES
from lpack.cli.arguments import parse
from lpack.facts.fstrings import first_free_fstring
from lpack.facts.newer_syntax import first_newer
from lpack.failures import FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(lpack.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Several tests look at every file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def importers(module: str) -> set[str]:
    return {name_of(path) for path in MODULES if module in set(imports_of(path))}


def test_no_files_import_each_other() -> None:
    """Files can be read one after another, what is below first; names for types count too."""
    waiting = {_dotted(path): _files_imported(path) for path in MODULES}
    while ready := {name for name, needed in waiting.items() if needed.isdisjoint(waiting)}:
        waiting = {name: needed for name, needed in waiting.items() if name not in ready}

    assert waiting == {}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts)


def _files_imported(path: Path) -> set[str]:
    """Give the files of lpack that a file takes names from, but for the faces of folders."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found - {_dotted(path)}


def test_processes_are_started_in_one_place() -> None:
    """Whatever starts a process goes through `System`."""
    assert importers("subprocess") == {"system.py"}


def test_values_are_made_quickly() -> None:
    """Classes of the standard `dataclasses` would take a third of a short build."""
    assert importers("dataclasses") == {"values.py"}


def test_only_commands_print() -> None:
    """Steps and rules give values; a command turns them into text."""
    talkers = {
        name_of(path)
        for path in MODULES
        if re.search(r"\bprint\(|sys\.(stdout|stderr)\b", path.read_text(encoding="utf-8"))
    }

    # The child process answers its parent on standard output.
    assert {name for name in talkers if not name.startswith("cli/")} <= {
        "resolvers/pip_tools_child.py"
    }


def test_zip_bytes_are_touched_in_two_rooms() -> None:
    """Archives are read in `wheels/` and written in `writers/`."""
    touching = importers("zipfile") | {
        name_of(path) for path in MODULES if b"0x04034B50" in path.read_bytes().upper()
    }

    assert {name.split("/")[0] for name in touching} <= {"wheels", "writers"}
    # A source distribution is a tar file, and unpacked where it is built.
    assert {name.split("/")[0] for name in importers("tarfile")} <= {"building"}


def test_every_code_is_explained_and_used() -> None:
    """A code that is printed can be explained, and none is explained that is never printed."""
    used = {
        code
        for path in MODULES
        if path.parent.name != "failures"
        for code in re.findall(r'"(LP\d{3})"', path.read_text(encoding="utf-8"))
    }

    assert used == set(ENTRIES)
    assert set(FAILURES) < set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.code)
def test_every_explanation_is_complete(entry: object) -> None:
    """Name, summary, why and fix are there, and the name is in kebab-case."""
    values = [getattr(entry, key) for key in ("name", "severity", "summary", "why", "fix")]

    assert all(values)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", values[0])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """One sentence opens each module, and no module grows beyond one idea."""
    text = path.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 350


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_is_valid_for_the_oldest_python(path: Path) -> None:
    """Told by what tells it of the modules of a package, whichever Python runs this."""
    oldest = re.search(
        r'requires-python = ">=3\.(\d+)"', (ROOT.parent / "pyproject.toml").read_text()
    )
    assert oldest is not None

    python = (3, int(oldest[1]))

    assert first_newer(tree_of(path), path.read_bytes(), python) is None
    assert first_free_fstring(path.read_bytes()) is None


def test_an_unchanged_build_loads_little(tmp_path: Path) -> None:
    """It imports neither a resolver, a schema validator, an HTTP library nor the pipeline."""
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return 1\n")
    command = [sys.executable, "-X", "importtime", "-m", "lpack", "build"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    # The first build may be too young to be remembered.
    for _ in range(3):
        again = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        if "lpack.pipeline" not in again.stderr:
            break

    loaded = {line.split("|")[-1].strip() for line in again.stderr.splitlines() if "|" in line}
    heavy = {
        "typing",
        "hashlib",
        "dataclasses",
        "argparse",
        "jsonschema",
        "packaging",
        "requests",
        "pip",
        "tomli",
    }
    assert loaded & heavy == set()
    assert {name for name in loaded if name.startswith("lpack.")} == {
        "lpack.cache",
        "lpack.cli",
        "lpack.cli.color",
        "lpack.cli.main",
        "lpack.cli.streams",
        "lpack.cli.unchanged",
        "lpack.stamps",
    }


def test_the_readme_lists_every_command() -> None:
    """The table of commands is the one of `lpack --help`."""
    readme = (ROOT.parent / "README.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        parse(["--help"])

    listed = re.findall(r"^\| `lpack (\w+)", readme, re.MULTILINE)
    assert listed == [
        "build",
        "lock",
        "check",
        "stage",
        "invoke",
        "test",
        "event",
        "logs",
        "facts",
        "limits",
        "diff",
        "verify",
        "cache",
        "explain",
    ]
