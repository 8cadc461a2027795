"""`lpack build --test` publishes what passes its tests, and leaves what was there otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lpack.data import own_json
from tests.command_line import lpack
from tests.runtime_client import seed_client

pytestmark = pytest.mark.slow  # each of them builds and starts several processes
FORMATS = ("zip", "zip+layer", "folder")
HANDLER = "def handler(event, context):\n    return {answer}\n"
CONFIGURATION = """
[functions.api]
handler = "app.handler"
source = "src"
requirements = []

[[functions.api.tests]]
name = "answers"
event = {{}}
response = {response}
"""


@pytest.fixture(autouse=True)
def _client() -> None:
    """Have Lambda's client in the cache."""
    for python in {sys.version_info[:2], (3, 13)}:
        seed_client(Path(os.environ["LPACK_CACHE_DIR"]), python)


def write(project: Path, answer: int, response: int) -> None:
    (project / "src").mkdir(exist_ok=True)
    (project / "src" / "app.py").write_text(HANDLER.format(answer=answer))
    (project / "lpack.toml").write_text(CONFIGURATION.format(response=response))


def manifest(project: Path) -> Any:
    return json.loads((project / "dist" / "api.manifest.json").read_text())


def test_what_fails_is_not_published(project: Path) -> None:
    """The package of before stays, also where checks are left out."""
    write(project, 1, 1)
    first = lpack(project, "build", "--test")
    before = manifest(project)
    write(project, 2, 1)

    failed = [lpack(project, "build", "--test", *more) for more in ((), ("--no-check",))]

    assert first.returncode == 0, first.stderr
    assert before["tests"] == {"passed": ["answers"]}
    assert not list(
        Draft202012Validator(own_json("schemas", "manifest.schema.json")).iter_errors(before)
    )
    for ran in failed:
        assert ran.returncode == 1
        assert "test `answers` failed: the response is another" in ran.stdout
        assert "it: expected 1, got 2" in ran.stdout
    assert manifest(project) == before
    assert lpack(project, "verify", "dist/api.zip").returncode == 0


def test_a_build_without_tests_records_none(project: Path) -> None:
    """The record says what was done, whatever an earlier build has done."""
    write(project, 1, 1)
    tried = lpack(project, "build", "--test")

    plain = lpack(project, "build")

    assert (tried.returncode, plain.returncode) == (0, 0)
    assert "tests" not in manifest(project)
    again = lpack(project, "build", "--test", "--output", "json")
    assert json.loads(again.stdout)["functions"][0]["tests"]["passed"] == ["answers"]
    assert manifest(project)["tests"] == {"passed": ["answers"]}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_that_can_be_called_is_tried(project: Path, form: str) -> None:
    """A folder and a layer beside its function are tried as well."""
    write(project, 2, 1)

    ran = lpack(project, "build", "--test", "--format", form)

    assert ran.returncode == 1
    assert "1 of 1 test failed" in ran.stdout
    assert not list((project / "dist").iterdir() if (project / "dist").exists() else [])


def test_a_layer_has_no_tests_to_run(project: Path) -> None:
    """Nothing calls a layer, so nothing of it is tried."""
    write(project, 2, 1)

    ran = lpack(project, "build", "--test", "--format", "layer")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "tested" not in ran.stdout


def test_what_has_not_changed_is_not_tried(project: Path) -> None:
    """In CI, nothing to run since a revision is no mistake."""
    write(project, 2, 1)
    (project / ".gitignore").write_text("dist/\n")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *words], cwd=project, check=True)

    unchanged = lpack(project, "test", "--changed-since", "HEAD")
    write(project, 3, 1)
    changed = lpack(project, "test", "--changed-since", "HEAD")

    assert (unchanged.returncode, changed.returncode) == (0, 1)
    assert unchanged.stdout.startswith("skipped  1 function unchanged since HEAD\n")
    assert "it: expected 1, got 3" in changed.stdout
