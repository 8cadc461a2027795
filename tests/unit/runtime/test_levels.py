"""Of a log that is JSON, lines below the wanted level are left out, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.runtime.frames import Record
from lpack.runtime.levels import Levels


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('{"level": "DEBUG"}', "DEBUG"),
        ('  {"level": "debug", "message": "small letters"}', "DEBUG"),
        ('{"level": "WARNING"}', "WARN"),
        ('{"level": "CRITICAL"}', "FATAL"),
        ('{"level": "NOTICE"}', "INFO"),
        ('{"level": 3}', "INFO"),
        ('{"message": "no level"}', "INFO"),
        ('{"level": "DEBUG"', "INFO"),
        ('["level", "DEBUG"]', "INFO"),
        ("plain text", "INFO"),
        ("", "INFO"),
    ],
)
def test_a_line_has_the_level_that_lambda_gives_it(line: str, level: str) -> None:
    """It is written where that level is wanted, and no longer where the next one is."""
    order = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", None)
    text = f"{line}\n".encode()

    kept = [least for least in order if least and Levels(least).feed(text) == text]

    assert kept == list(order[: order.index(level) + 1])


@given(st.lists(st.text()), st.lists(st.integers(min_value=1, max_value=9)))
def test_text_comes_through_however_it_is_cut(lines: list[str], cuts: list[int]) -> None:
    """What is no JSON is of the level INFO, and stays what it is."""
    content = "\n".join(lines).encode()
    levels, found, place = Levels("INFO"), b"", 0
    for cut in [*cuts, len(content) + 1]:
        found += levels.feed(content[place : place + cut])
        place += cut

    assert found + levels.flush() == content


def test_a_message_does_not_complete_a_line() -> None:
    """What was printed before it without an end is a line of its own kind."""
    levels = Levels("WARN")

    assert levels.feed(b'{"level": "ERROR"}') == b""
    assert levels.feed(Record(b'{"level": "DEBUG"}\n')) == b'{"level": "ERROR"}'
    assert levels.feed(Record(b'{"level": "ERROR"}\n')) == b'{"level": "ERROR"}\n'
