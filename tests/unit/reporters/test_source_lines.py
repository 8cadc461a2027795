"""The line under a message: the right one, what is meant in it, and nothing that is secret."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from lpack.catalogue import ENTRIES
from lpack.model import Diagnostic, Where
from lpack.reporters import Style
from lpack.reporters.source_lines import SourceLines
from lpack.reporters.text import render_diagnostic

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"


def excerpt_of(folder: Path, text: str, where: Where, **said: str) -> list[str]:
    """Give the lines that are shown between the place and the hint, without their margin."""
    (folder / where.file).write_bytes(text.encode())
    one = Diagnostic(said.get("code", "LP310"), "error", said.get("message", "no"), where)
    told = render_diagnostic(one, Style(), source=SourceLines(folder)).splitlines()
    return [line.partition("|")[2].removeprefix(" ") for line in told[3:]]


def test_the_value_of_a_key_is_marked(tmp_path: Path) -> None:
    """What is wrong is mostly the value."""
    text = "[functions.api]\nmemory = 20  # MB\n"

    shown = excerpt_of(tmp_path, text, Where("lpack.toml", 2, "functions.api.memory"))

    assert shown == ["memory = 20  # MB", "         ^^"]


def test_an_unknown_key_is_marked_itself(tmp_path: Path) -> None:
    """There the key is what is wrong."""
    where = Where("lpack.toml", 2, "functions.api.memmory")

    shown = excerpt_of(tmp_path, "[functions.api]\nmemmory = 20\n", where, code="LP007")

    assert shown == ["memmory = 20", "^^^^^^^"]


def test_a_key_that_is_not_set_is_marked_where_it_would_be(tmp_path: Path) -> None:
    """The nearest table above is on the line, also where its name begins like another."""
    where = Where("lpack.toml", 1, "functions.api-2.handler")

    shown = excerpt_of(tmp_path, "[functions.api-2]\n[functions.api]\n", where)

    assert shown == ["[functions.api-2]", " ^^^^^^^^^^^^^^^"]


def test_what_the_message_names_is_marked_in_code(tmp_path: Path) -> None:
    """Of a line without columns, the first whole word that the message has in backticks."""
    text = "handlers = 1\nasync def handler(event):\n"

    shown = excerpt_of(tmp_path, text, Where("app.py", 2), message="`handler` is async")

    assert shown == ["async def handler(event):", "          ^^^^^^^"]


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("\tx = 1", 2, ["    x = 1", "    ^"]),
        ("日本 = 1", 4, ["日本 = 1", "     ^"]),
        ("é = 1", 5, ["é = 1", "    ^"]),
        ("a\x1b[31m\u202eb", 8, ["a\\x1b[31m\\u202eb", "               ^"]),
        ("x", 9, ["x", " ^"]),
    ],
)
def test_marks_stand_below_what_they_mean(
    tmp_path: Path, line: str, column: int, shown: list[str]
) -> None:
    """Tabs, wide and combining letters count as they are printed, and nothing is obeyed."""
    assert excerpt_of(tmp_path, line, Where("app.py", 1, column=column)) == shown


def test_a_long_line_is_cut_around_what_is_meant(tmp_path: Path) -> None:
    """It fits into 80 columns, and its marks are seen."""
    text = f"x = [{'1, ' * 100}] + wrong + [{'2, ' * 100}]\n"

    code, marks = excerpt_of(tmp_path, text, Where("app.py", 1), message="`wrong`")

    assert len(code) <= 68
    assert code.startswith("…")
    assert code.endswith("…")
    assert code[marks.index("^") : len(marks)] == "wrong"


@pytest.mark.parametrize(
    ("file", "text", "line", "key"),
    [
        ("lpack.toml", 'environment = {{ A = 1, B = "{}" }}', 1, "environment.B"),
        ("lpack.toml", '[environment]\nB = "hunter2 {}"', 2, "environment.B"),
        ("lpack.toml", "[environment]\nB = '''\n{}'''", 3, "environment.B"),
        ("lpack.toml", 'settings.Environment.Variables.X = "{}"', 1, "settings"),
        ("app.py", 'KEY = "{}"', 1, None),
        ("app.py", "url = 'https://user:{}@example.com'", 1, None),
        ("template.yaml", "  DB_PASSWORD: {}", 1, None),
        ("template.yaml", '  apiKey: "{} and more"', 1, None),
        ("app.py", "PEM = '-----BEGIN RSA PRIVATE KEY-----\\n{}'", 1, None),
    ],
)
def test_no_secret_is_shown(
    tmp_path: Path, file: str, text: str, line: int, key: str | None
) -> None:
    """Values of environment variables, known secrets, and what is called one."""
    shown = excerpt_of(tmp_path, text.format(TOKEN), Where(file, line, key))

    assert "***" in shown[0]
    assert not {TOKEN, "hunter2", "more"} & set(shown[0].replace('"', " ").split())
    assert TOKEN not in "".join(shown)
    assert "^" in shown[1]


@pytest.mark.parametrize(
    "text", ['environment = {A = "hunter2}\n', '[f.environment]\nA = "hunter2\n']
)
def test_no_variable_is_shown_of_a_file_that_cannot_be_parsed(tmp_path: Path, text: str) -> None:
    """There nobody knows where values end."""
    where = Where("lpack.toml", text.count("\n"), column=20)

    shown = excerpt_of(tmp_path, text, where, code="LP005")

    assert "hunter2" not in "".join(shown)
    assert "***" in shown[0]


@pytest.mark.parametrize("code", ["LP347", "LP365", "LP366"])
def test_no_line_is_shown_where_a_secret_was_found(tmp_path: Path, code: str) -> None:
    """Nobody knows how much of it is the secret."""
    (tmp_path / "settings.py").write_text("DB = 'hunter2'\n")
    one = Diagnostic(code, "error", "`settings.py` holds a secret", Where("settings.py", 1))

    assert SourceLines(tmp_path).find(one) is None


def test_the_codes_about_secrets_are_known() -> None:
    """A new one has to be added to those whose line is not shown."""
    about = {code for code, one in ENTRIES.items() if re.search("secret|credential", one.name)}

    assert about - {"LP205", "LP415"} == {"LP347", "LP365", "LP366"}


def test_nothing_is_shown_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, a pipe, a folder, a line that is not there or has no end: the place alone."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "short.py").write_text("x\n")
    (tmp_path / "long.py").write_text("x" * 10_000)
    (tmp_path / "large.py").write_bytes(b"x\n" * (1 << 20))
    source = SourceLines(tmp_path)
    places = [("none.py", 1), ("pipe", 1), (".", 1), ("short.py", 9), ("short.py", 0)]
    places += [("long.py", 1), ("large.py", 1), ("a\0b", 1), ("short.py", 2)]

    for file, line in places:
        one = Diagnostic("LP310", "error", "no", Where(file, line))

        assert source.find(one) is None
        assert source.located(one) == one
        assert SourceLines(None).find(one) is None


def test_columns_are_told(tmp_path: Path) -> None:
    """Other tools take them from 1, with the end after the last character."""
    (tmp_path / "lpack.toml").write_text("memory = 20\n")
    one = Diagnostic("LP310", "error", "no", Where("lpack.toml", 1, "memory"))

    where = SourceLines(tmp_path).located(one).where

    assert where == Where("lpack.toml", 1, "memory", 10, 12)
