"""Functions of templates are judged with their code, as far as that is here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from lpack.judging import check_declared
from lpack.templates.reading import read_template

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.outcome import Outcome

TODAY = date(2026, 11, 23)
HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n"


def judged(folder: Path, properties: str, kind: str = "AWS::Serverless::Function") -> Outcome:
    text = f"{HEAD}    Type: {kind}\n    Properties:\n      Runtime: python3.13\n{properties}"
    path = folder / "template.yaml"
    path.write_text(text, encoding="utf-8")
    template = read_template(path, "template.yaml", {})
    (declared,) = template.functions
    return check_declared(declared, template, folder, today=TODAY)


def found(outcome: Outcome) -> list[tuple[str, str]]:
    return [(one.code, str(one.where)) for one in outcome.diagnostics if one.severity != "info"]


def test_code_in_a_template_is_judged_at_its_lines(tmp_path: Path) -> None:
    """CloudFormation adds `cfnresponse` where it is imported, and nothing else."""
    outcome = judged(
        tmp_path,
        "      Handler: index.handler\n      InlineCode: |\n        import cfnresponse\n"
        "        import requests\n        def handler(event):\n            return event\n",
    )

    assert found(outcome) == [
        ("LP324", "template.yaml:11: Resources.Api.Properties.InlineCode"),
        ("LP350", "template.yaml:10: Resources.Api.Properties.InlineCode"),
    ]


@pytest.mark.parametrize(
    ("requirements", "codes"), [(None, ["LP307", "LP350"]), ("requests\n", [])]
)
def test_what_will_be_installed_may_hold_what_is_missing(
    requirements: str | None, codes: list[str], tmp_path: Path
) -> None:
    """Of a folder that declares dependencies, only what is in it is judged."""
    source = tmp_path / "src"
    source.mkdir()
    (source / "other.py").write_text("import requests\n", encoding="utf-8")
    if requirements is not None:
        (source / "requirements.txt").write_text(requirements, encoding="utf-8")

    missing = judged(tmp_path, "      CodeUri: src/\n      Handler: app.handler\n")
    importing = judged(tmp_path, "      CodeUri: src/\n      Handler: other.requests\n")

    told = [code for one in (missing, importing) for code, _ in found(one) if code != "LP308"]
    assert told == codes


def test_rules_that_need_what_is_not_known_are_not_asked(tmp_path: Path) -> None:
    """Neither the runtime nor what depends on it is guessed."""
    (tmp_path / "app.py").write_text("print 'hello'\n", encoding="utf-8")
    path = tmp_path / "template.yaml"
    path.write_text(
        f"Parameters: {{Python: {{Type: String}}}}\n{HEAD}    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Runtime: !Ref Python\n      CodeUri: .\n      Handler: app.handler\n"
        "      SnapStart: {ApplyOn: PublishedVersions}\n",
        encoding="utf-8",
    )
    template = read_template(path, "template.yaml", {})

    outcome = check_declared(template.functions[0], template, tmp_path, today=TODAY)

    assert outcome.runtime == "runtime unknown"
    assert not found(outcome)
    assert outcome.template is not None
    assert outcome.template.unknown == (("Runtime", "parameter `Python` has no default"),)


def test_another_language_is_not_read_as_python(tmp_path: Path) -> None:
    """A placeholder for a runtime may stand for anything."""
    (tmp_path / "app.py").write_text("", encoding="utf-8")
    path = tmp_path / "template.yaml"
    text = f"{HEAD}    Type: AWS::Serverless::Function\n    Properties:\n"
    path.write_text(f"{text}      Runtime: JAVA\n      Handler: a.B::c\n", encoding="utf-8")
    template = read_template(path, "template.yaml", {})

    outcome = check_declared(template.functions[0], template, tmp_path, today=TODAY)

    assert [code for code, _ in found(outcome)] == ["LP010"]
