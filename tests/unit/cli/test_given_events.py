"""What stands behind `--event` is found out, and what is none is told with what there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lpack.cli.given_events import events_of
from lpack.errors import UsageError

if TYPE_CHECKING:
    from lpack.model import Json

DECLARED: dict[str, Json] = {"stores an order": {"id": 7}}


@pytest.mark.parametrize("text", ["1", "-1.5", " null", "true", "[]", '"text"', '{"a": 1}'])
def test_json_reaches_the_function_as_it_is(text: str) -> None:
    """Byte for byte: a handler may look at the raw event."""
    (found,) = events_of([text], DECLARED, {})

    assert found.content == text.encode()


@pytest.mark.parametrize(
    ("text", "member"), [("stores an order", "id"), ("s3:put", "Records"), ("http", "rawPath")]
)
def test_names_are_those_of_tests_and_samples(text: str, member: str) -> None:
    """Tests of the project come first."""
    (found,) = events_of([text], DECLARED, {})

    assert member in json.loads(found.content)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("gone.json", "there is no file `gone.json`", "name a file, "),
        ("events/gone", "there is no file `events/gone`", "name a file, "),
        ("htpp", "`htpp` is neither JSON nor the name of", "did you mean `http`?"),
        ("store an order", "`store an order` is neither JSON", "did you mean `stores an order`?"),
        ("", "the event is empty", "leave out `--event` for"),
        (" ", "the event is empty", "leave out `--event` for"),
        ("NaN", "`NaN` is neither JSON", "name a file, "),
        ("tru\x1b", "`tru?` is neither JSON", "name a file, "),
        ("{broken", "the event `{broken` is not JSON: ", "name a file, "),
        ("[NaN]", "the event `[NaN]` is not JSON: `NaN` is no value of JSON", "name a file, "),
    ],
)
def test_what_is_no_event_is_told(text: str, message: str, hint: str) -> None:
    """A name that is nearly right is recognised."""
    with pytest.raises(UsageError) as raised:
        events_of([text], DECLARED, {})

    (told,) = raised.value.diagnostics
    assert (told.code, told.message[: len(message)]) == ("LP411", message)
    assert str(told.hint).startswith(hint)


def test_samples_are_of_the_place_of_the_function() -> None:
    """An option that is typed wins, and an event that knows no account gets none."""
    place = {"region": "eu-west-3", "account": "111122223333"}

    near, far = (events_of([text], {}, place)[0] for text in ("sqs", "sqs --region us-west-2"))

    arn = json.loads(near.content)["Records"][0]["eventSourceARN"]
    assert arn.startswith("arn:aws:sqs:eu-west-3:111122223333:")
    assert json.loads(far.content)["Records"][0]["awsRegion"] == "us-west-2"
