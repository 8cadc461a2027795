"""Header fields of answers are taken at their word only where they have the right form."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.client import HTTPMessage

import pytest

from lpack.store.answers import pause_asked, validator_of


def fields(**values: str) -> HTTPMessage:
    message = HTTPMessage()
    for name, value in values.items():
        message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("0", 0), ("7", 7), (" 7 ", 7), ("-7", 0), ("1e9", 0), ("soon", 0), ("", 0), ("٣", 0)],
)
def test_a_pause_is_a_number_of_seconds(stated: str, seconds: float) -> None:
    """What is no number asks for no pause."""
    assert pause_asked(fields(Retry_After=stated)) == seconds


def test_a_pause_can_be_a_date() -> None:
    """The time until then, and none if that is over."""
    now = datetime.now(timezone.utc)

    later = pause_asked(fields(Retry_After=format_datetime(now + timedelta(hours=1), usegmt=True)))
    before = pause_asked(fields(Retry_After=format_datetime(now - timedelta(hours=1), usegmt=True)))

    assert 3500 < later <= 3600
    assert before == 0
    assert pause_asked(fields(Retry_After="Mon, 99 Foo 2026 99:99:99 GMT")) == 0
    assert pause_asked(fields()) == 0


@pytest.mark.parametrize(
    ("tag", "changed", "expected"),
    [
        ('"a"', "Mon", '"a"'),
        ('W/"a"', "Mon", "Mon"),
        ("a", "Mon", "Mon"),
        ('W/"a"', "", ""),
    ],
)
def test_only_a_strong_tag_can_be_a_condition(tag: str, changed: str, expected: str) -> None:
    """A weak one says that two files are alike, not that they are the same."""
    assert validator_of(fields(ETag=tag, Last_Modified=changed)) == expected
