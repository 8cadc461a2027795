"""What stays in one place, held against what Python really imports from one place and from two."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.facts.shared import Shared, staying
from lpack.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOOK = """
import importlib, json, sys
sys.path[:0] = sys.argv[2:]
found = {}
for name in json.loads(sys.argv[1]):
    try:
        found[name] = getattr(importlib.import_module(name), "WHO", "namespace")
    except ImportError:
        found[name] = "missing"
print(json.dumps(found))
"""


def entries_of(files: Mapping[str, str]) -> list[Entry]:
    return [Entry(path, owner, 0, 0o644, Path("nowhere")) for path, owner in files.items()]


def found(names: Iterable[str], *roots: Path) -> dict[str, str]:
    """Import modules from folders, searched in their order, and tell whose each is."""
    command = [sys.executable, "-S", "-B", "-c", LOOK, json.dumps(sorted(names)), *map(str, roots)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, str] = json.loads(done.stdout)
    return told


def lay(files: Mapping[str, str], *roots: tuple[Path, frozenset[str]]) -> None:
    """Write each file, which says whose it is, below the folder of its owner."""
    for path, owner in files.items():
        for root, owners in roots:
            if owner in owners:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(f"WHO = '{owner}'\n")


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({"app.py": "", "alpha.py": "alpha"}, ""),
        ({"top/__init__.py": "", "top/a.py": "alpha"}, "alpha"),
        ({"top/mine.py": "", "top/__init__.py": "alpha"}, "alpha"),
        ({"top/mine.py": "", "top/a.py": "alpha"}, ""),
        ({"top/sub/__init__.py": "", "top/sub/a.py": "alpha", "top/b.py": "beta"}, "alpha"),
        ({"top/sub/mine.py": "", "top/__init__.py": "alpha", "top/a.py": "alpha"}, "alpha"),
        ({"top.py": "", "top/__init__.py": "alpha"}, "alpha"),
        ({"top.py": "", "top/a.py": "alpha"}, ""),
        ({"top/mine.py": "", "top.py": "alpha"}, ""),
        ({"top/mine.txt": "", "top/__init__.py": "alpha", "top/a.py": "alpha"}, "alpha"),
        (
            {"one/__init__.py": "", "one/a.py": "alpha", "two/__init__.py": "alpha"}
            | {"two/b.py": "beta", "three.py": "gamma"},
            "alpha beta",
        ),
    ],
)
def test_parting_changes_no_import(files: dict[str, str], kept: str, tmp_path: Path) -> None:
    """Own files and what stays come first, the rest second: imports are those from one place."""
    owners = frozenset(files.values())
    names = {path.removesuffix(".py").removesuffix("/__init__") for path in files}
    modules = {name.replace("/", ".") for name in names if "." not in name}
    merged, first, second = (tmp_path / name for name in ("merged", "first", "second"))

    stays = {one.owner for one in staying(entries_of(files), {""})}

    assert " ".join(sorted(stays)) == kept
    lay(files, (merged, owners), (first, frozenset({"", *stays})), (second, owners - {"", *stays}))
    assert found(modules, first, second) == found(modules, merged)


@pytest.mark.parametrize(
    "files",
    [
        {"top/__init__.py": "", "top/a.py": "alpha"},
        {"top/mine.py": "", "top/__init__.py": "alpha"},
        {"top.py": "", "top/__init__.py": "alpha"},
    ],
)
def test_parting_what_stays_would_break(files: dict[str, str], tmp_path: Path) -> None:
    """The reason why it stays: parted, a module is missing or another one."""
    modules = {path.removesuffix(".py").replace("/", ".") for path in files} - {"top.__init__"}
    merged, first, second = (tmp_path / name for name in ("merged", "first", "second"))
    lay(files, (merged, frozenset({"", "alpha"})))
    lay(files, (first, frozenset({""})), (second, frozenset({"alpha"})))

    assert found({"top", *modules}, first, second) != found({"top", *modules}, merged)


def test_bytecode_has_nothing_in_common() -> None:
    """It lies in one folder for many modules, which is no package whatever is in it."""
    files = {"__pycache__/__init__.cpython-313.pyc": "", "__pycache__/six.cpython-313.pyc": "six"}

    assert staying(entries_of({"__init__.py": "", "six.py": "six", **files}), [""]) == ()


def test_the_common_module_is_told() -> None:
    """The outermost package is named, for a message."""
    files = {"a/b/__init__.py": "", "a/b/c/__init__.py": "x", "a/b/c/d.py": "x", "a/b/c/e.py": "y"}

    assert staying(entries_of(files), {""}) == (Shared("x", "a/b"), Shared("y", "a/b"))
