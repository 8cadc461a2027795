"""The invocation script is rendered from settings that cannot change its code."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from lpack.data import own_json, own_text
from lpack.invocation import lambda_environment, render, sample_events
from lpack.model import Artifact, HandlerTest
from tests.function_builder import function_of

DIGEST = "0" * 64
KINDS = [
    *("http", "rest", "url", "alb", "s3", "sqs", "sns"),
    *("schedule", "eventbridge", "dynamodb", "kinesis"),
]


def artifact(name: str) -> Artifact:
    """Make a zip of this name."""
    return Artifact(Path(name), 0, DIGEST, 0)


def _settings(text: str) -> Any:
    """Read the settings back from a script, without running it."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SETTINGS":
            assert isinstance(node.value, ast.Call)
            return json.loads(ast.literal_eval(node.value.args[0]))
    pytest.fail("the script has no SETTINGS")


@pytest.mark.parametrize(
    "value",
    [
        *("'", '"', '"""', "'''", "\\", "\\'", '\\"', "\n", "\r", "\u2028", "\x00", "\ud800", "é"),
        *("@SETTINGS@", "')\nimport os; os.abort()\n('", "{x}", "%s", "# \\N{DIGIT ONE}"),
    ],
)
def test_no_value_breaks_out_of_the_literal(value: str) -> None:
    """Whatever text a setting holds, the code around it is the same, and the text comes back."""
    test = HandlerTest(value, {value: [value]}, value, has_response=True, error_type=None)
    function = function_of(environment={"NAME": value}, tests=(test,))

    text = render(function, (artifact(value),), native=False)

    found = _settings(text)
    template = ast.parse(own_text("templates", "invoke.py.tmpl"))
    assert len(ast.parse(text).body) == len(template.body)
    assert text.isascii()
    assert found["artifact"] == value
    assert found["environment"] == {"NAME": value}
    assert found["tests"] == [{"name": value, "event": {value: [value]}}]


def test_the_settings_are_those_of_the_function() -> None:
    """The script knows what it needs to run the package, and nothing of this machine."""
    function = function_of(
        runtime="python3.12",
        architecture="arm64",
        handler="pkg/mod.run",
        triggers=("sqs", "lex"),
        timeout=7,
        memory=256,
        region="eu-west-3",
        project_layers=("Shared",),
    )

    text = render(function, (artifact("api.zip"),), native=True)

    found = _settings(text)
    assert found.pop("lambda_environment") == lambda_environment(function, has_layer=True)
    assert found.pop("events").keys() == {"sqs"}
    assert found == {
        "artifact": "api.zip",
        "sha256": DIGEST,
        "layers": {"Shared.zip": ""},
        "function": "api",
        "partition": "aws",
        "region": "eu-west-3",
        "account": "123456789012",
        "handler": "pkg/mod.run",
        "runtime": "python3.12",
        "python": "3.12",
        "architecture": "arm64",
        "native": True,
        "memory": 256,
        "timeout": 7,
        "ephemeral_storage": 512,
        "environment": {},
        "tests": [],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_common_trigger_has_a_sample(kind: str) -> None:
    """A sample event exists for the trigger, and the schema knows the trigger."""
    known = own_json("schemas", "config.schema.json")

    sample = sample_events(function_of(triggers=(kind,)))

    assert f'"{kind}"' in json.dumps(known)
    assert isinstance(sample[kind], dict)
    assert json.loads(json.dumps(sample[kind])) == sample[kind]


def test_only_new_runtimes_choose_their_locale() -> None:
    """LC_CTYPE is set where the runtime's image lacks the locale that LANG names."""
    old = lambda_environment(function_of(runtime="python3.11"))
    new = lambda_environment(function_of(runtime="python3.12"))

    assert "LC_CTYPE" not in old
    assert new["LC_CTYPE"] == "C.UTF-8"
