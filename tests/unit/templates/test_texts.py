"""Texts of templates become trees that know their lines, within bounds."""

from __future__ import annotations

import pytest

from lpack.errors import UsageError
from lpack.templates.texts import parse_text
from lpack.templates.tree import DEEPEST, line_of


def tree_of(text: str) -> object:
    return parse_text(text, "template.yaml")[0]


def test_values_without_quotes_are_read_as_yaml_1_1_and_dates_stay_texts() -> None:
    """CloudFormation takes a version such as 2012-10-17 as a text."""
    found = tree_of("[1, -2, 2.5, yes, off, ~, 2012-10-17, '1', 1.10.0, 007]")

    assert found == [1, -2, 2.5, True, False, None, "2012-10-17", "1", "1.10.0", "007"]


def test_short_forms_mean_the_long_ones() -> None:
    """`!Ref X` is `Ref: X`, and `!GetAtt A.B.C` names a resource and its attribute."""
    found = tree_of("[!Ref A, !GetAtt A.B.C, !Sub '${A}', !If [A, !Ref B, c], !Condition A]")

    assert found == [
        {"Ref": "A"},
        {"Fn::GetAtt": ["A", "B.C"]},
        {"Fn::Sub": "${A}"},
        {"Fn::If": ["A", {"Ref": "B"}, "c"]},
        {"Condition": "A"},
    ]


@pytest.mark.parametrize(
    "text",
    ["a:\n  b: 1\n  c:\n  - x\n  - y: 2\n", '{\n "a": {"b": 1,\n "c": [\n "x",\n {"y": 2}]}\n}'],
    ids=["yaml", "json"],
)
def test_lines_are_those_of_keys_and_items(text: str) -> None:
    """A path that goes on where nothing is has the line of what is nearest above it."""
    tree = tree_of(text)

    lines = [line_of(tree, path) for path in (("a",), ("a", "b"), ("a", "c", 1), ("a", "c", 1, "z"))]

    assert lines == ([1, 2, 5, 5] if text.startswith("a") else [2, 2, 5, 5])


def test_merged_keys_replace_nothing() -> None:
    """`<<` adds what is missing, and keeps the lines of where that stands."""
    tree = tree_of("a: &a\n  x: 1\n  y: 2\nb:\n  <<: *a\n  y: 3\n")

    assert tree == {"a": {"x": 1, "y": 2}, "b": {"y": 3, "x": 1}}
    assert line_of(tree, ("b", "x")) == 2


def test_keys_that_are_there_twice_are_told() -> None:
    """The last one stays, as for the tools that deploy."""
    tree, twice = parse_text("a: 1\nb: 2\na: 3\n", "template.yaml")

    assert tree == {"a": 3, "b": 2}
    assert [(one.key, one.line, one.first) for one in twice] == [("a", 3, 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "LP029"),
        ('{"a":' * 100_000, "LP029"),
        ("a: &a [*a]", "LP029"),
        ("a: *b", "LP029"),
        ("a: &a " + "[" * (DEEPEST - 2) + "]" * (DEEPEST - 2) + "\nb: [[[*a]]]", "LP029"),
        ("a: [1", "LP027"),
        ("a: 1\n---\nb: 2", "LP027"),
        ("? [a]\n: b", "LP027"),
        ('a: "\x01"', "LP027"),
    ],
)
def test_what_cannot_be_read_has_a_code(text: str, code: str) -> None:
    """Neither depth nor circles end in a traceback."""
    with pytest.raises(UsageError) as caught:
        tree_of(text)

    assert caught.value.code == code


def test_an_alias_bomb_is_refused_without_being_written_out() -> None:
    """Nine to the power of twenty values take no memory here."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 21):
        lines.append(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]")

    with pytest.raises(UsageError, match="too large with its aliases written out"):
        tree_of("\n".join(lines))


def test_broken_json_is_told_in_the_words_of_json() -> None:
    """The line is the one that the parser stumbled over."""
    with pytest.raises(UsageError, match="is not valid JSON") as caught:
        parse_text('{\n "a": 1\n "b": 2\n}', "stack.template.json")

    where = caught.value.diagnostics[0].where
    assert where is not None
    assert where.line == 3
