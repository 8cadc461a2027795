"""What is said of the function that a package is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import UsageError
from lpack.packages.said import CODE_SHA256, read_environment, read_settings
from tests.create_function_answer import ANSWER

if TYPE_CHECKING:
    from pathlib import Path


def said(document: Any, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(document))
    return {key: value for key, (value, _) in read_settings(str(file), file).items()}


def test_an_answer_of_lambda_is_read_as_it_is(tmp_path: Path) -> None:
    """What only answers have is passed over, and what is switched off is not asked for."""
    found = said({"Configuration": ANSWER, "Code": {"Location": "https://…"}}, tmp_path)

    assert found == {
        "name": "orders",
        "runtime": "python3.12",
        "handler": "app.handler",
        "architecture": "arm64",
        "memory": 256,
        "timeout": 10,
        "ephemeral_storage": 512,
        "environment": {"STAGE": "test"},
        "layers": ("arn:aws:lambda:eu-west-1:123456789012:layer:tools:3",),
        "description": "",
        "settings": {
            "Role": "arn:aws:iam::123456789012:role/orders",
            "PackageType": "Zip",
            "TracingConfig": {"Mode": "PassThrough"},
            "SnapStart": {"ApplyOn": "None"},
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"},
        },
        CODE_SHA256: "c2hhMjU2",
    }


def test_a_request_keeps_what_nobody_knows(tmp_path: Path) -> None:
    """The rules tell of a member that CreateFunction does not take."""
    found = said({"Runtime": "python3.13", "Tiemout": 3, "Code": {"ZipFile": ""}}, tmp_path)

    assert found == {
        "runtime": "python3.13",
        "architecture": "x86_64",
        "settings": {"Tiemout": 3},
    }


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"Runtime": 3}',
        '{"Environment": {"Variables": {"A": 1}}}',
        '{"Environment": []}',
        '{"Layers": "arn"}',
        '{"Layers": [3]}',
        '{"Architectures": ["x86_64", "arm64"]}',
        '{"EphemeralStorage": 512}',
        '{"MemorySize": true}',
        '{"Timeout": "3"}',
        '{"a":' * 10_000,
        '{"Timeout": ' + "9" * 5_000 + "}",
    ],
)
def test_settings_of_another_form_are_refused(text: str, tmp_path: Path) -> None:
    """Nothing is guessed of a value that cannot be understood, and nothing hangs."""
    with pytest.raises(UsageError) as raised:
        read_settings(text, tmp_path / "unused")

    assert raised.value.code == "LP025"


def test_a_file_of_settings_is_an_object(tmp_path: Path) -> None:
    """A list is none, and what is no JSON has a line."""
    file = tmp_path / "settings.json"
    for text, line in (("[]", None), ('{\n"a": }', 2)):
        file.write_text(text)
        with pytest.raises(UsageError) as raised:
            read_settings(str(file), file)
        where = raised.value.diagnostics[0].where
        assert where is not None
        assert (raised.value.code, where.line) == ("LP025", line)


def test_a_file_of_variables(tmp_path: Path) -> None:
    """Comments, quotes and `export` are understood; what is no assignment is refused."""
    file = tmp_path / "vars"
    file.write_text("# x\n\nA=1\nexport B='two words'\nC=\"x=y\"\nD=\n")

    assert read_environment(file, "vars") == {"A": "1", "B": "two words", "C": "x=y", "D": ""}

    file.write_text("A=1\nB\n")
    with pytest.raises(UsageError) as raised:
        read_environment(file, "vars")
    assert raised.value.code == "LP025"
