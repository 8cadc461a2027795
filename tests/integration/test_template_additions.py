"""What lpack.toml says of a template's functions is added to what the template says, and wins."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from lpack.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: api/, Handler: app.handler, Runtime: python3.13, MemorySize: 512}
  Other:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: api/, Handler: app.handler, Runtime: python3.13, MemorySize: 256}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "app.py").write_text("def handler(event, context):\n    return 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Give the settings of a function as `lpack facts` prints them."""
    assert main(["facts", *words]) == 0
    return json.loads(capsys.readouterr().out)["settings"]


def test_more_of_a_function_is_added(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Key by key; what is not named stays as the template has it."""
    (project / "lpack.toml").write_text('[functions.Api]\nmemory = 1024\nslim = ["tests"]\n')

    found = settings(capsys, "Api")
    other = settings(capsys, "Other", "--template", "template.yaml")

    assert (found["memory"], found["handler"], other["memory"]) == (1024, "app.handler", 256)


def test_mistakes_are_told_where_they_stand(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In lpack.toml for what it adds, in the template for the rest."""
    (project / "lpack.toml").write_text('[functions.Api]\nmemory = "much"\n')

    assert main(["facts", "Api", "--template", "template.yaml"]) == 2

    assert "--> lpack.toml:2:10: functions.Api.memory" in capsys.readouterr().err


def test_functions_of_their_own_leave_the_template_aside(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table that says where a function is, or that the template has none of, declares it."""
    text = '[functions.own]\nhandler = "app.handler"\nsource = "api"\nrequirements = []\n'
    (project / "lpack.toml").write_text(text)

    assert settings(capsys)["name"] == "own"
    assert settings(capsys, "Api", "--template", "template.yaml")["memory"] == 512


def test_a_function_changes_with_its_layer(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests of it are not skipped because its own code is what it was."""
    layer = "  Shared:\n    Type: AWS::Serverless::LayerVersion\n"
    layer += "    Properties: {ContentUri: shared/}\n    Metadata: {BuildMethod: python3.13}\n"
    text = TEMPLATE.replace("MemorySize: 512", "Layers: [!Ref Shared]")
    (project / "template.yaml").write_text(text + layer)
    (project / "shared").mkdir()
    (project / "shared" / "tools.py").write_text("ONE = 1\n")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *words], cwd=project, check=True)
    (project / "shared" / "tools.py").write_text("ONE = 2\n")

    main(["check", "--changed-since", "HEAD", "--output", "json"])

    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["functions"]] == ["Api", "Shared"]
