"""A test fails for every way in which a call is not as expected, and for no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpack.errors import UsageError
from lpack.model import HandlerTest
from lpack.testing import Observed, judged
from lpack.testing.differences import differences

ANY: dict[str, Any] = {"response": None, "has_response": False, "error_type": None}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def expecting(**expected: Any) -> HandlerTest:
    if "response" in expected:
        expected["has_response"] = True
    return HandlerTest("it", {}, **(ANY | expected))


def observing(response: Any = None, **more: Any) -> Observed:
    known = {"error_type": None, "log": "", "duration": 1.5, "memory": 40}
    return Observed(json.dumps(response).encode(), **(known | more))


def told(test: HandlerTest, observed: Observed) -> list[str]:
    return [line for one in judged(test, observed) for line in (one.what, *one.lines)]


FITTING = {
    "anything": (expecting(), observing({"a": 1})),
    "exactly": (expecting(response={"a": [1, None]}), observing({"a": [1.0, None]})),
    "null": (expecting(response=None), observing(None)),
    "like": (
        expecting(response_like={"statusCode": 200, "body": {"id": 7}}),
        observing({"statusCode": 200, "headers": {}, "body": '{"id": 7, "more": 1}'}),
    ),
    "schema": (
        expecting(response_schema={"type": "object", "required": ["a"]}),
        observing({"a": 1}),
    ),
    "error": (
        expecting(error_type="KeyError", response_like={"errorMessage": "'x'"}),
        observing({"errorMessage": "'x'", "errorType": "KeyError"}, error_type="KeyError"),
    ),
    "log": (
        expecting(log=("stored 1",), log_patterns=("^order \\d+$",)),
        observing(log="stored 1\norder 77\n"),
    ),
    "limits": (expecting(max_ms=1.5, max_mb=40), observing()),
}
FAILING = {
    "another": (
        expecting(response={"n": 5, "pay": True, "gone": {"a b": 1}, "list": [1, 2]}),
        observing({"n": 5, "pay": 1, "list": [1], "new": "x"}),
        [
            "the response is another",
            ".pay: expected true, got 1",
            '.gone: expected {"a b": 1}, and it is missing',
            ".list[1]: expected 2, and it is missing",
            '.new: not expected, got "x"',
        ],
    ),
    "not null": (
        expecting(response=None),
        observing(0),
        ["the response is another", "it: expected null, got 0"],
    ),
    "unlike": (
        expecting(response_like={"body": {"a b": [1]}, "x": 1}),
        observing({"body": '{"a b": [1, 2]}', "x": "1"}),
        [
            "the response is not like that",
            '.body["a b"][1]: not expected, got 2',
            '.x: expected 1, got "1"',
        ],
    ),
    "unlike text": (
        expecting(response_like={"body": {"a": 1}}),
        observing({"body": "{no json"}),
        ["the response is not like that", '.body: expected {"a": 1}, got "{no json"'],
    ),
    "no fit": (
        expecting(response_schema={"properties": {"a": {"type": "string"}}}),
        observing({"a": 1}),
        ["the response does not fit its schema", "$.a: 1 is not of type 'string'"],
    ),
    "raised": (
        expecting(response=1),
        observing(
            {"errorMessage": "no\x1b", "errorType": "E", "stackTrace": ["  File x\n    y\n"]},
            error_type="E",
        ),
        ["expected a response, got the error E", "no\\x1b", "  File x", "    y"],
    ),
    "raised another": (
        expecting(error_type="KeyError"),
        observing({"errorMessage": "m", "errorType": "E"}, error_type="E"),
        ["expected the error KeyError, got the error E", "m"],
    ),
    "returned": (
        expecting(error_type="KeyError"),
        observing([1]),
        ["expected the error KeyError, and it returned", "[1]"],
    ),
    "silent": (
        expecting(log=("a\tb",), log_patterns=("^x$", "y")),
        observing(log="b\ny"),
        ["the log lacks what was expected", '"a\\tb"', "/^x$/"],
    ),
    "slow and large": (
        expecting(max_ms=1, max_mb=39),
        observing(),
        ["it took 1.50 ms, more than 1 ms", "it used 40 MB, more than 39 MB"],
    ),
}


@pytest.mark.parametrize("name", FITTING)
def test_what_is_expected_passes(name: str) -> None:
    """Nothing is found where all is as expected."""
    assert told(*FITTING[name]) == []


@pytest.mark.parametrize("name", FAILING)
def test_what_is_not_expected_is_told(name: str) -> None:
    """Each way of failing is told, with the place and both values."""
    test, observed, expected = FAILING[name]

    assert told(test, observed) == expected


def test_a_response_that_is_no_json_is_told() -> None:
    """A handler may return bytes."""
    observed = Observed(b"\xff<html>", None, "", 1.0, 1)

    assert told(expecting(response=1), observed) == ["the response is not JSON", "�<html>"]
    assert told(expecting(), observed) == []


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strin"}, "'strin' is not valid under any of the given schemas"),
        ({"$ref": "https://example.com/x"}, "example.com"),
    ],
)
def test_a_schema_that_is_none_is_told(schema: Any, reason: str) -> None:
    """Nothing is fetched, and a broken schema does not pass as one that fits."""
    with pytest.raises(UsageError, match=reason) as caught:
        judged(expecting(response_schema=schema), observing(1))

    assert caught.value.code == "LP432"


def test_a_pattern_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regular expressions can take for ever, and are not given the time."""
    monkeypatch.setattr("lpack.testing.judging._SECONDS", 0.1)

    with pytest.raises(UsageError, match=r"was not decided within 0\.1 seconds"):
        judged(expecting(log_patterns=("(a+)+$",)), observing(log="a" * 40 + "b"))


def test_many_differences_are_cut() -> None:
    """The first ones are what a reader looks for."""
    lines = differences(list(range(50)), [-1] * 50)

    assert len(lines) == 21
    assert lines[-1] == "… and 30 more"


@given(VALUES, VALUES)
def test_differences_are_those_of_json(one: Any, other: Any) -> None:
    """There are none exactly where both are the same JSON."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (differences(one, other) == []) is same
    assert differences(one, json.loads(json.dumps(one))) == []


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=3), VALUES), st.dictionaries(st.text(max_size=3), VALUES))
def test_a_part_is_like_the_whole(part: Any, more: Any) -> None:
    """A response may have more keys than those that a test expects."""
    assert differences(part, {**more, **part}, partly=True) == []
