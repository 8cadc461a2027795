"""The recipes for CI in the README: they parse, their commands run, and write what they upload."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command_line import lpack

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", README, re.DOTALL)
RECIPES: dict[str, Any] = {name: yaml.safe_load(text) for name, text in BLOCKS}
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def commands(recipe: str) -> list[list[str]]:
    if recipe == ".gitlab-ci.yml":
        lines = RECIPES[recipe]["lambda"]["script"]
    else:
        lines = [step.get("run", "") for step in RECIPES[recipe]["jobs"]["check"]["steps"]]
    words = [shlex.split(line) for line in lines]
    return [line[1:] for line in words if line[:1] == ["lpack"]]


def uploaded(recipe: str) -> list[str]:
    if recipe == ".gitlab-ci.yml":
        return list(RECIPES[recipe]["lambda"]["artifacts"]["reports"].values())
    steps = RECIPES[recipe]["jobs"]["check"]["steps"]
    return [step["with"]["sarif_file"] for step in steps if "sarif_file" in step.get("with", {})]


@pytest.mark.parametrize("recipe", [".github/workflows/lambda.yml", ".gitlab-ci.yml"])
def test_a_recipe_uploads_what_its_command_writes(recipe: str, project: Path) -> None:
    """Also when the check fails, which is when people look."""
    (project / "lpack.toml").write_text('[functions.api]\nhandler = "app.other"\n')
    (project / "app.py").write_text("def handler(event, context):\n    return event\n")

    (command,) = commands(recipe)
    done = lpack(project, *command)

    assert done.returncode == 1, done.stderr
    assert len(uploaded(recipe)) == sum("=" in word for word in command)
    for name in uploaded(recipe):
        assert "LP308" in (project / name).read_text(encoding="utf-8")


def test_the_hooks_of_the_recipe_are_those_that_there_are() -> None:
    """By their ids; each runs once, on the whole project, with a command that lpack knows."""
    (repository,) = RECIPES[".pre-commit-config.yaml"]["repos"]

    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]
    for hook in HOOKS:
        assert hook["require_serial"]
        assert not hook["pass_filenames"]
        assert hook["entry"].split()[:1] == ["lpack"]
