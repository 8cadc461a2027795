"""What lpack packs of a project is what the project's own build backend packs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from configparser import RawConfigParser
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from lpack.projects.building import wheel_of
from lpack.projects.reading import read_project
from tests.project_folder import write
from tests.unit.projects.trees import CASES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.network, pytest.mark.slow]

_BACKENDS = ("setuptools", "hatchling", "flit_core", "poetry-core", "uv_build", "pdm-backend")
_FIELDS = ("Name", "Version", "Summary", "Requires-Python", "Requires-Dist", "Provides-Extra")
_MORE_FIELDS = ("License-Expression", "Keywords")
_PLACES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "sys_platform": platform,
        "extra": extra,
    }
    for python in ("3.7", "3.8", "3.9", "3.10", "3.12")
    for platform in ("linux", "win32")
    for extra in ("", "web-ui", "fast")
]
# These only the backends themselves read, or, as the tag, lpack does not share.
_OWN_FILES = ("METADATA", "WHEEL", "RECORD", "top_level.txt", "zip-safe")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install all backends once, and give the environment that finds them."""
    folder = tmp_path_factory.mktemp("backends")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
    subprocess.run([*install, *_BACKENDS], check=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(folder), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("case", CASES)
def test_a_project_is_packed_as_its_backend_packs_it(
    case: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """The names of all files and the fields that a resolver or a reader uses are the same."""
    folder, copy = (_written(tmp_path / name, CASES[case]) for name in ("project", "copy"))
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*command, "-w", str(tmp_path / "real"), str(copy)], env=environment, check=True)
    (real,) = (tmp_path / "real").glob("*.whl")

    made = wheel_of(read_project(folder, folder), folder, tmp_path / "made.whl")

    assert made is not None
    assert made[0].split("-")[:2] == _spelled(real.name)
    assert _contents(tmp_path / "made.whl") == _contents(real)


def _written(folder: Path, files: dict[str, str]) -> Path:
    """Write a tree; one that ignores files becomes a repository that keeps an ignored one."""
    write(folder, files)
    if ".gitignore" in files:
        kept = next(name for name in files if name.endswith("sub/table.csv"))
        for words in (["init", "-q"], ["add", "--force", kept]):
            subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def _spelled(name: str) -> list[str]:
    """Spell the name and version of a wheel as the specification does; setuptools keeps case."""
    distribution, version = name.split("-")[:2]
    return [canonicalize_name(distribution).replace("-", "_"), version]


def _contents(wheel: Path) -> dict[str, object]:
    """Give the files' bytes by name, and METADATA field by field."""
    found: dict[str, object] = {"commands": set()}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            folder, slash, inside = name.partition(".dist-info/")
            if name.endswith("/") or inside in _OWN_FILES[1:] or _is_bytecode(name):
                continue
            if inside == "METADATA":
                found |= _fields(archive.read(name))
            elif inside == "entry_points.txt":
                found["commands"] = _commands(archive.read(name).decode())
            else:
                found[f"dist-info/{inside}" if slash else folder] = archive.read(name)
    return found


def _commands(text: str) -> set[tuple[str, str, str]]:
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign] # the way to keep the case
    parser.read_string(text)
    return {(group, *pair) for group in parser.sections() for pair in parser.items(group)}


def _is_bytecode(name: str) -> bool:
    """Some backends pack what lies around compiled, which is of the machine that compiled it."""
    return name.endswith(".pyc")


def _fields(content: bytes) -> dict[str, object]:
    message = message_from_bytes(content)
    given = {name: message.get_all(name) or [] for name in (*_FIELDS, *_MORE_FIELDS)}
    return {
        **given,
        "Summary": [" ".join(one.split()) for one in given["Summary"]],
        "Requires-Python": [SpecifierSet(one) for one in given["Requires-Python"]],
        "Requires-Dist": {_canonical(one) for one in given["Requires-Dist"]},
        "Provides-Extra": {canonicalize_name(one) for one in given["Provides-Extra"]},
        "Keywords": [sorted(one.split(",")) for one in given["Keywords"]],
        "Version": [Version(one) for one in given["Version"]],
    }


def _canonical(text: str) -> tuple[str, str, str, tuple[bool, ...]]:
    """Give a requirement with the places where it holds, however its marker is written."""
    one = Requirement(text)
    holds = tuple(one.marker is None or one.marker.evaluate(place) for place in _PLACES)
    return canonicalize_name(one.name), str(sorted(one.extras)), str(one.specifier), holds
