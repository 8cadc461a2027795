"""Variables of the Serverless Framework, as far as files and defaults decide them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import UsageError
from lpack.model import Unknown
from lpack.templates.texts import parse_text
from lpack.templates.variables import Variables

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """
custom:
  stage: ${opt:stage, 'dev'}
  sizes: {dev: 128, prod: 512}
  names: [a, b]
  loop: ${self:custom.loop}
  empty: null
"""


def value_of(text: str, folder: Path, environ: dict[str, str] | None = None) -> Any:
    tree = parse_text(f"{SERVICE}\nvalue: {text}\n", "serverless.yml")[0]
    return Variables(tree, folder, "serverless.yml", environ or {}).at("value")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${self:custom.stage}", "dev"),
        ("${self:custom.sizes.${self:custom.stage}}", 128),
        ("${self:custom.sizes}", {"dev": 128, "prod": 512}),
        ("${self:custom.names.1}", "b"),
        ("a-${self:custom.stage}-b", "a-dev-b"),
        ("${self:custom.absent, self:custom.sizes.prod}", 512),
        ("${self:custom.empty, 'x'}", "x"),
        ("${opt:absent, '${self:custom.stage}, x'}", "${self:custom.stage}, x"),
        ("${sls:stage}", "dev"),
        ("${env:HERE}", "there"),
        ("${env:ABSENT, 7}", 7),
        ("${file(other.yml):a.b}", 1),
        ("${file(${self:custom.stage}.yml)}", {"c": "dev"}),
        ("${file(absent.yml):a, true}", True),
        ("plain $ {text}", "plain $ {text}"),
    ],
)
def test_what_is_decided_here(text: str, value: Any, tmp_path: Path) -> None:
    """The first source of a variable that gives anything counts."""
    (tmp_path / "other.yml").write_text("a: {b: 1}\n", encoding="utf-8")
    (tmp_path / "dev.yml").write_text("c: ${self:custom.stage}\n", encoding="utf-8")

    assert value_of(text, tmp_path, {"HERE": "there"}) == value


@pytest.mark.parametrize(
    "text",
    [
        "${opt:absent}",
        "${ssm:/path}",
        "${cf:stack.output, 'x'}",
        "${file(program.js):x}",
        "${file(/etc/hostname.yml)}",
        "${file(absent.yml)}",
        "${self:custom.sizes}-x",
        "${strange}",
    ],
)
def test_what_only_the_deployment_knows(text: str, tmp_path: Path) -> None:
    """Nothing of it is guessed."""
    assert isinstance(value_of(text, tmp_path), Unknown)


@pytest.mark.parametrize("text", ["${self:custom.loop}", "${self:value}", "${self:}"])
def test_what_needs_itself_is_refused(text: str, tmp_path: Path) -> None:
    """A circle must not be followed for ever."""
    with pytest.raises(UsageError) as caught:
        value_of(text, tmp_path)

    assert caught.value.code == "LP032"


def test_variables_that_double_each_other_are_refused(tmp_path: Path) -> None:
    """Forty lines would make a terabyte."""
    lines = [f"  v{number}: '${{self:c.v{number + 1}}}${{self:c.v{number + 1}}}'" for number in range(25)]
    text = "\n".join(["c:", *lines, "  v25: xxxxxxxxxx", "value: ${self:c.v0}"])
    tree = parse_text(text, "serverless.yml")[0]

    with pytest.raises(UsageError) as caught:
        Variables(tree, tmp_path, "serverless.yml", {}).at("value")

    assert caught.value.code == "LP029"
