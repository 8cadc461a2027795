"""CloudFormation's functions are carried out as far as the template decides them."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.errors import UsageError
from lpack.model import Unknown
from lpack.templates.intrinsics import Intrinsics, Malformed
from lpack.templates.texts import parse_text

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: prod}
  Size: {Type: Number, Default: 256}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Free: {Type: String}
  Kept: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}
Mappings:
  Sizes: {prod: {Memory: 512}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsFree: !Equals [!Ref Free, x]
  Either: !Or [!Condition IsProd, !Condition IsFree]
  Both: !And [!Condition IsProd, !Condition IsFree]
  Neither: !Not [!Condition IsProd]
Resources:
  Table: {Type: 'AWS::DynamoDB::Table'}
"""


def value_of(text: str) -> Any:
    tree = parse_text(f"{TEMPLATE}\nValue: {text}\n", "template.yaml")[0]
    return Intrinsics(tree, "template.yaml").value(tree["Value"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "prod"),
        ("!Ref Size", 256),
        ("!Ref Names", ["a", "b"]),
        ("!Sub 'api-${Stage}-${Size}'", "api-prod-256"),
        ("!Sub ['${a}/${Stage}', {a: !Ref Size}]", "256/prod"),
        ("!Sub 'a ${!Stage}'", "a ${Stage}"),
        ("!Join [':', [a, !Ref Stage, 1]]", "a:prod:1"),
        ("!Join [',', !Ref Names]", "a,b"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select ['0', !Split ['-', x-y]]", "x"),
        ("!FindInMap [Sizes, !Ref Stage, Memory]", 512),
        ("!FindInMap [Sizes, dev, Memory, {DefaultValue: 128}]", 128),
        ("!If [IsProd, 1, 2]", 1),
        ("!If [Either, 1, 2]", 1),
        ("!If [Neither, 1, 2]", 2),
        ("[1, !If [IsProd, !Ref 'AWS::NoValue', 2], 3]", [1, 3]),
        ("{a: !Ref 'AWS::NoValue', b: 1}", {"b": 1}),
        ("!Base64 abc", "YWJj"),
        ("{'Fn::Length': !Ref Names}", 2),
        ("{'Fn::ToJsonString': {a: !Ref Size}}", '{"a":256}'),
    ],
)
def test_what_the_template_decides(text: str, value: Any) -> None:
    """Parameters count with their defaults."""
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("!Ref Free", "parameter `Free` has no default"),
        ("!Ref Kept", "parameter `Kept` is kept in Parameter Store"),
        ("!Ref Table", "resource `Table` is made when it is deployed"),
        ("!Ref Nothing", "there is no parameter or resource `Nothing`"),
        ("!GetAtt Table.Arn", "resource `Table` is made when it is deployed"),
        ("!Sub '${Table}-x'", "resource `Table` is made when it is deployed"),
        ("!ImportValue x", "`Fn::ImportValue` is carried out when it is deployed"),
        ("!If [Both, 1, 2]", "condition `Both` is not known: parameter `Free` has no default"),
        ("!If [Absent, 1, 2]", "condition `Absent` is not known: there is no condition `Absent`"),
        ("!FindInMap [Sizes, dev, Memory]", "there is no `Sizes.dev.Memory` in the mappings"),
        ("'{{resolve:ssm:/a}}'", "`{{resolve:ssm:/a}}` is looked up when it is deployed"),
    ],
)
def test_what_only_the_deployment_knows(text: str, why: str) -> None:
    """Nothing of it is guessed."""
    found = value_of(text)

    assert isinstance(found, Unknown)
    assert found.why == why


def test_what_is_known_of_a_text_is_kept() -> None:
    """An ARN can be judged by its form although its region is not known."""
    found = value_of("!Sub 'arn:${AWS::Partition}:x:${AWS::Region}:${Stage}'")

    assert isinstance(found, Unknown)
    assert found.text == "arn:${AWS::Partition}:x:${AWS::Region}:prod"


@pytest.mark.parametrize(
    "text",
    ["!Join x", "!Join ['', x]", "!Sub [x]", "!Select [9, [a]]", "!If [IsProd]", "!GetAtt x", "!Ref [a]"],
)
def test_what_is_not_written_as_it_has_to_be(text: str) -> None:
    """CloudFormation refuses it as well."""
    with pytest.raises(Malformed):
        value_of(text)


def test_conditions_that_need_each_other_are_refused() -> None:
    """A circle has no answer, and must not be looked for for ever."""
    text = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nValue: !If [A, 1, 2]"
    tree = parse_text(text, "template.yaml")[0]

    with pytest.raises(UsageError, match="condition `A` needs itself"):
        Intrinsics(tree, "template.yaml").value(tree["Value"])


def test_a_long_chain_of_conditions_is_not_known() -> None:
    """Python's stack is shorter than a template may be."""
    lines = [f"  C{number}: !Not [!Condition C{number + 1}]" for number in range(5_000)]
    text = "\n".join(["Conditions:", *lines, "  C5000: !Equals [a, a]", "Value: !If [C0, 1, 2]"])
    tree = parse_text(text, "template.yaml")[0]

    assert isinstance(Intrinsics(tree, "template.yaml").value(tree["Value"]), Unknown)
