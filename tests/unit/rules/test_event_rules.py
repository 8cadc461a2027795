"""The rule about events of declared tests."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.events import sample
from lpack.model import HandlerTest, Where
from tests.function_builder import check

PLACE = Where("lpack.toml", 7, "functions.api.tests[0]")


def trying(event: Any, **more: Any) -> HandlerTest:
    return HandlerTest("it", event, None, has_response=False, error_type=None, where=PLACE, **more)


@pytest.mark.parametrize(
    "test",
    [
        trying({"any": 1}),
        trying(sample("http"), trigger="http"),
        trying(sample("http"), trigger="http", is_sample=True),
        trying({"any": 1}, trigger="ses", is_sample=True),
    ],
    ids=["nothing is said", "it fits", "a sample", "a sample of another kind"],
)
def test_an_event_that_fits_is_not_told(test: HandlerTest) -> None:
    """Where nothing is said, and where what is said is true, there is nothing to report."""
    assert check(tests=(test,)) == ()


def test_an_event_of_another_shape_is_told() -> None:
    """The payload formats of API Gateway are easily taken for each other."""
    found = check(tests=(trying(sample("rest"), trigger="http"),), triggers=("http",))

    (one,) = found
    assert (one.code, one.severity, one.where) == ("LP433", "warning", PLACE)
    assert one.message.startswith("the event of test `it` is none of `http`: ")
    assert one.hint == "it is one of `rest`"


def test_an_event_of_no_shape_is_told() -> None:
    """What fits nothing is told with the way to see what would."""
    (one,) = check(tests=(trying([], trigger="s3"),))

    assert (
        one.message
        == "the event of test `it` is none of `s3`: the top level must be a table, not a list"
    )
    assert one.hint == "see `lpack event s3`"


def test_an_event_of_a_trigger_that_the_function_has_not_is_told() -> None:
    """A sample of another source says that something was mixed up."""
    test = trying(sample("rest"), trigger="rest", is_sample=True)

    (one,) = check(tests=(test,), triggers=("http", "s3"))

    assert one.message == "the event of test `it` is one of `rest`, and triggers are `http`, `s3`"
