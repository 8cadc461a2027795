from __future__ import annotations

import pytest

from lpack.toml_lines import DEEPEST, KeyPath, dotted, key_lines

DOCUMENT = '''\
# [not.a.table]
title = "a" # = [
text = """
[no]
key = 1
quotes""""
"a.b".'c d'.e = 1

[tool.lpack.functions.api]
layers = [ # ]
  "a]",
  "b",
]
environment = { A = "x,y", "B C" = "}" }
[tool]
other = 1979-05-27 07:32:00
[[tests]]
name = "one"
[[tests.steps]]
[[tests]]
event = { list = [{ deep = 1 }] }
[tests.more]
key = 'C:\\'
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("text",), 3),
        (("a.b",), 7),
        (("a.b", "c d", "e"), 7),
        (("tool",), 15),
        (("tool", "lpack"), 9),
        (("tool", "lpack", "functions", "api"), 9),
        (("tool", "lpack", "functions", "api", "layers"), 10),
        (("tool", "lpack", "functions", "api", "layers", 0), 11),
        (("tool", "lpack", "functions", "api", "layers", 1), 12),
        (("tool", "lpack", "functions", "api", "environment", "A"), 14),
        (("tool", "lpack", "functions", "api", "environment", "B C"), 14),
        (("tool", "other"), 16),
        (("tests",), 17),
        (("tests", 0), 17),
        (("tests", 0, "name"), 18),
        (("tests", 0, "steps", 0), 19),
        (("tests", 1), 20),
        (("tests", 1, "event", "list", 0, "deep"), 21),
        (("tests", 1, "more", "key"), 23),
    ],
)
def test_each_kind_of_key_has_its_line(path: KeyPath, line: int) -> None:
    """Headers, dotted and quoted keys, arrays and inline tables are found where they stand."""
    found = key_lines(DOCUMENT)

    assert found[path] == line


@pytest.mark.parametrize("inside", ["[no]", "key", "not", "not.a.table", "A]"])
def test_nothing_inside_strings_and_comments_is_a_key(inside: str) -> None:
    """What only looks like a key has no line."""
    found = key_lines(DOCUMENT)

    assert not any(path[:1] == (inside,) for path in found)


def test_windows_line_ends_count_once() -> None:
    """A carriage return before the newline is no line of its own."""
    found = key_lines('a = 1\r\n[b]\r\nc = """x\r\ny"""\r\nd = 2\r\n')

    assert found == {("a",): 1, ("b",): 2, ("b", "c"): 3, ("b", "d"): 5}


@pytest.mark.parametrize(
    "deep",
    [
        "a = " + "[" * 10_000 + "]" * 10_000,
        "a = " + "{x=" * 10_000 + "1" + "}" * 10_000,
        "a" + ".x" * 10_000 + " = 1",
        "c = {a" + ".x" * 10_000 + " = {y = 1}}",
    ],
    ids=["arrays", "tables", "key", "key in a table"],
)
def test_deep_nesting_is_no_recursion_and_keeps_no_deep_path(deep: str) -> None:
    """Ten thousand levels are read without an error, and cost no square of their number."""
    found = key_lines(deep + "\nb = 1\n")

    assert found["b",] == 2
    assert max(map(len, found)) <= 2 * DEEPEST


def test_escaped_keys_are_unescaped() -> None:
    """A quoted key is the key that it stands for."""
    found = key_lines('"a\\u0062\\"" = 1\n')

    assert found == {('ab"',): 1}


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("tool", "lpack", "memory"), "tool.lpack.memory"),
        (("functions", "a b", "tests", 0, "event"), 'functions."a b".tests[0].event'),
        (("a.b", 'say "x"'), '"a.b"."say \\"x\\""'),
        (("bell\x07",), '"bell?"'),
        ((), ""),
    ],
)
def test_a_path_is_written_as_toml_would(path: KeyPath, written: str) -> None:
    """Bare keys stay bare, others are quoted, and control characters never reach a terminal."""
    assert dotted(path) == written
