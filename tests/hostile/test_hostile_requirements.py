"""Requirements that loop, explode or lie about what they are: one error, at once."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import BuildError
from lpack.lockfile import file_url
from lpack.model import (
    Lock,
    LockedPackage,
    LockedWheel,
    Requirement,
    RequirementSet,
    RequirementsInput,
    Where,
)
from lpack.requirements.pyproject import read_pyproject
from lpack.requirements.syntax import check_syntax
from lpack.steps.fetch import fetch
from lpack.store import WheelStore
from lpack.system import System
from tests.function_builder import builder_of

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 2.0
"""Seconds."""
PROJECT = '[project]\nname = "My.Project"\nversion = "1"\n'


def read(folder: Path, text: str, **wanted: Any) -> list[str]:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    found = read_pyproject(path, folder, RequirementsInput(files=(path,), **wanted), {})
    return [line.text for line in found.requirements]


def groups(count: int, included: str) -> str:
    """Write groups `g0` to `g<count>`, each of which includes the next one as `included` says."""
    lines = [f"g{n} = [{included.format(n + 1)}]" for n in range(count)]
    return "\n".join(["[dependency-groups]", *lines, f'g{count} = ["beta"]'])


def test_groups_that_double_are_read_once(tmp_path: Path) -> None:
    """Thirty groups that each include the next one twice do not become a billion lines."""
    text = groups(30, '{{ include-group = "g{0}" }}, {{ include-group = "g{0}" }}')
    started = time.perf_counter()

    found = read(tmp_path, text, groups=("g0",))

    assert found == ["beta"]
    assert time.perf_counter() - started < LONGEST


def test_a_project_that_names_itself(tmp_path: Path) -> None:
    """`my-project[a]` is the extra `a`, also where extras include each other in a circle."""
    text = PROJECT + (
        '[project.optional-dependencies]\nall = ["my-project[a, b]"]\n'
        'a = ["alpha"]\nb = ["beta", "my_project[all]"]\n'
    )

    found = read(tmp_path, text, extras=("all",))

    assert found == ["alpha", "beta"]


@pytest.mark.parametrize(
    ("text", "wanted", "message"),
    [
        (groups(3_000, '{{ include-group = "g{0}" }}'), "groups", "more than 200 extras and"),
        ('[dependency-groups]\ng0 = [{ include-group = "g0" }]', "groups", "includes itself"),
        ('[dependency-groups]\ng0 = [{ include-group = "g1" }]', "groups", "`g1` does not exist"),
        ("[dependency-groups]\ng0 = 1", "groups", "must be a list of strings"),
        ("[dependency-groups]\ng0 = [{ a = 1 }]", "groups", "must be a list of strings"),
        ('dependency-groups = "x"', "groups", "`dependency-groups` must be a table"),
        (PROJECT + "optional-dependencies = [1]", "extras", "must be a table"),
        (PROJECT + "optional-dependencies = { g0 = 1 }", "extras", "must be a list of strings"),
        (PROJECT + "dependencies = 5", "extras", "must be a list of strings"),
        ("project = 5", "extras", "`project` must be a table"),
    ],
)
def test_malformed_tables(tmp_path: Path, text: str, wanted: str, message: str) -> None:
    """Each is refused by name."""
    with pytest.raises(BuildError, match=message):
        read(tmp_path, text, **{wanted: ("g0",)})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("beta; " + "(" * 10_000 + "python_version > '3'" + ")" * 10_000, "LP101"),
        ("beta==1." + "9" * 5_000, "LP101"),
        ("beta\0", "LP101"),
        ("beta\x1b[2J", "LP101"),
        ("beta @ file:///etc/passwd", "LP104"),
        ("beta @ git+https://example.com/beta", "LP104"),
        ("beta @ https://example.com/beta-1.0.tar.gz", "LP104"),
        ("beta @ https://example.com/beta.whl", "LP104"),
        ("beta @ https://example.com/%07/beta-1.0-py3-none-any.whl", "LP104"),
        ("beta @ https://[::1/beta-1.0-py3-none-any.whl", "LP104"),
    ],
)
def test_hostile_lines(text: str, code: str) -> None:
    """What is no requirement, or no wheel, is refused before a resolver sees it."""
    with pytest.raises(BuildError) as caught:
        check_syntax((Requirement(text, Where("requirements.txt", 1)),))

    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["fifo", "folder", "nothing"])
def test_a_locked_file_that_is_no_file(tmp_path: Path, kind: str) -> None:
    """A pipe has no end, and a folder no bytes: both are refused without a look inside."""
    path = tmp_path / "beta-1.0-py3-none-any.whl"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    wheel = LockedWheel(path.name, file_url(path), "00" * 32, None)
    lock = Lock(path, "", "", (LockedPackage("beta", "1.0", (wheel,)),), fresh=False)

    with pytest.raises(BuildError) as caught:
        fetch(
            lock,
            RequirementSet(()),
            WheelStore(tmp_path / "cache"),
            builder_of(tmp_path, System({})),
            {},
            progress=lambda _arrived, _total: None,
        )

    assert caught.value.code == "LP201"
