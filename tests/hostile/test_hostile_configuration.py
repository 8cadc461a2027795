"""Files that are meant to keep a parser busy, or to be printed: one error, at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.project_folder import HANDLER, refused, write

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 2.0
"""Seconds."""

FUNCTION = '[functions.api]\nhandler = "app.handler"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".".join(["a"] * 20_000) + " = 1\n", "more than 64 parts"),
        ("[" + ".".join(["a"] * 20_000) + "]\n", "more than 64 parts"),
        ("x = { " + ".".join(["a"] * 20_000) + " = 1 }\n", "more than the allowed 1000 parts"),
        ("\n".join(f"k{n}{'.a' * 200} = 1" for n in range(2_000)), "more than 64 parts"),
        ("a = " + "[" * 5_000 + "]" * 5_000, "are nested "),
        ("a = " + "{a = " * 3_000 + "1" + "}" * 3_000, "are nested "),
        ("a = " + "9" * 5_000, "for integer string conversion: value has 5000 digits"),
        (FUNCTION + "memory = 0x" + "f" * 200_000, "`memory` has more than 64 bits"),
        (FUNCTION + "memory = " + "9" * 4_000, "`memory` has more than 64 bits"),
        (FUNCTION + "memory = 1e999", "`memory` must be an integer"),
        (FUNCTION + 'exclude = ["ok", "!"]', "`exclude[1]` is no pattern"),
        (FUNCTION + FUNCTION.replace("api", "API"), "`API` differs from `api` only in case"),
        ("a = 1\n" + "#" * 2_000_000, "larger than 1,000,000 bytes"),
        ('a = "\0"', "Illegal character"),
    ],
)
def test_hostile_toml(project: Path, text: str, message: str) -> None:
    """Whatever the file holds, the answer is one clear mistake within two seconds."""
    write(project, {"app.py": HANDLER, "lpack.toml": text})
    started = time.perf_counter()

    mistake = refused(project)

    assert message in mistake
    assert time.perf_counter() - started < LONGEST
    assert len(mistake.splitlines()[0]) < 300


@pytest.mark.parametrize("word", ["amd64", "AMD64", "x64"])
def test_other_names_of_an_architecture(project: Path, word: str) -> None:
    """`amd64` means x86_64, although `arm64` is spelt alike."""
    write(project, {"app.py": HANDLER, "lpack.toml": f'{FUNCTION}architecture = "{word}"\n'})

    assert "did you mean `x86_64`?" in refused(project)
