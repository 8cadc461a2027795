"""Public parsers and adapters take the events of the catalogue for those of AWS."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from lpack.events import names, sample, sources

CHILD = Path(__file__).parent.parent / "event_parsers_child.py"
PARSERS = ("aws-lambda-powertools[parser]", "mangum", "apig-wsgi")
EVENTS: dict[str, Any] = {
    source.full_name: sample(source.full_name) for name in names() for source in sources(name)
}
REQUESTS = ("alb:single-value", "alb:multi-value", "http", "rest", "url")
# Cognito sends the scopes as a list, and that model wants a table of them:
# https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
NOT_AS_DOCUMENTED = {"cognito:pre-token-generation-v2"}
# A REST API tells no version and no source of an identity: only an HTTP API that sends the older
# format does. Cookies and parameters are there where a request has some.
MISSING = {
    "authorizer:http": ["cookies", "query_string_parameters"],
    "authorizer:request": ["authorization_token", "identity_source", "version"],
    "rest": ["version"],
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Install the parsers apart from all else, and hand them every event."""
    folder = tmp_path_factory.mktemp("parsers")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", *PARSERS]
    subprocess.run(install, check=True, capture_output=True)
    ran = subprocess.run(
        [python, CHILD], input=json.dumps(EVENTS), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info >= (3, 15), reason="pydantic has no wheels for it yet"),
]


def test_every_event_has_all_that_its_data_class_reads(answers: dict[str, Any]) -> None:
    """Each property of Powertools' data classes finds what it looks for."""
    assert answers.keys() == EVENTS.keys()
    for name, told in answers.items():
        assert told["data_class"]["raw_event"].keys() == EVENTS[name].keys(), name
        assert told["missing"] == MISSING.get(name, []), name


def test_every_event_fits_its_model(answers: dict[str, Any]) -> None:
    """Powertools' pydantic models take each event, and give back what stood in it."""
    for name, told in answers.items():
        if name != "alb:multi-value":  # there is no model for it
            assert isinstance(told["model"], dict) != (name in NOT_AS_DOCUMENTED), (
                name,
                told["model"],
            )


def test_what_the_data_classes_decode_is_what_was_chosen(answers: dict[str, Any]) -> None:
    """Encoded parts come back as they were given."""
    assert answers["s3:put"]["data_class"]["object_key"] == "photos/summer 2026/café.jpg"
    assert answers["kinesis"]["model"]["Records"][0]["kinesis"]["data"] == '{"order":42}'
    assert answers["dynamodb:modify"]["data_class"]["records"][0]["dynamodb"]["size_bytes"] == 65


@pytest.mark.parametrize("adapter", ["mangum", "apig_wsgi"])
@pytest.mark.parametrize("name", REQUESTS)
def test_every_request_reaches_an_application(
    answers: dict[str, Any], name: str, adapter: str
) -> None:
    """ASGI and WSGI applications get the request that the event tells of."""
    told = answers[name][adapter]

    assert told["statusCode"] == 200
    asked = json.loads(told["body"])
    assert asked["method"] == "POST"
    assert asked["path"] == "/orders/42"
    assert asked["body"] == '{"name":"Ada","pay":1}'
    assert "tag=b" in asked["query"]
    assert asked["host"].endswith((".amazonaws.com", ".on.aws"))
