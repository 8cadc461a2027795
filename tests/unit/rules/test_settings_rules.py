"""Rules about what CreateFunction is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lpack.model import Where
from tests.function_builder import check, codes

LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:{}:{}"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"memory": 127}, ["LP310-error"]),
        ({"memory": 10_241}, ["LP310-error"]),
        ({"memory": 10_240}, []),
        ({"timeout": 0}, ["LP311-error"]),
        ({"timeout": 901}, ["LP311-error"]),
        ({"timeout": 900}, []),
        ({"ephemeral_storage": 511}, ["LP312-error"]),
        ({"ephemeral_storage": 10_241}, ["LP312-error"]),
        ({"ephemeral_storage": 10_240}, []),
        ({"description": "x" * 257}, ["LP322-error"]),
        ({"description": "x" * 256}, []),
        ({"name": "x" * 65}, ["LP326-error"]),
        ({"name": "my function"}, ["LP326-error"]),
        ({"name": "x" * 64}, []),
        ({"runtime": "python3.15"}, ["LP315-warning"]),
        ({"runtime": "python3.9"}, ["LP314-warning"]),
        ({"runtime": "python3.7"}, ["LP313-error"]),
        ({"runtime": "python3.7", "architecture": "arm64"}, ["LP313-error", "LP316-error"]),
        ({"runtime": "python3.8", "architecture": "arm64"}, ["LP314-warning"]),
        ({"timeout": 30, "triggers": ("sqs", "http")}, ["LP320-warning"]),
        ({"timeout": 30, "triggers": ("rest",)}, ["LP320-warning"]),
        ({"timeout": 29, "triggers": ("http",)}, []),
        ({"timeout": 900, "triggers": ("url", "s3")}, []),
        ({"timeout": 31, "triggers": ("sqs",)}, ["LP320-info"]),
        ({"timeout": 30, "triggers": ("sqs",)}, []),
        ({"timeout": 6, "triggers": ("cognito",)}, ["LP320-warning"]),
        ({"environment": {"AWS_REGION": "x"}}, ["LP304-error"]),
        ({"environment": {"_HANDLER": "x"}}, ["LP304-error"]),
        ({"environment": {"AWS_XRAY_CONTEXT_MISSING": "x"}}, []),
        ({"environment": {"A": "x"}}, ["LP305-error"]),
        ({"environment": {"_PRIVATE": "x", "A-B": "y"}}, ["LP305-error", "LP305-error"]),
        ({"environment": {"AB\n": "x"}}, ["LP305-error"]),
        ({"environment": {"a1": "x", "A_": "y"}}, []),
        ({"layers": tuple(LAYER.format(n, 1) for n in range(6))}, ["LP325-error"]),
        ({"layers": tuple(LAYER.format(n, 1) for n in range(5))}, []),
        ({"layers": ("my-layer",)}, ["LP325-error"]),
        ({"layers": (LAYER.format("a", "latest"),)}, ["LP325-error"]),
        ({"layers": (LAYER.format("a", 1), LAYER.format("a", 2))}, ["LP325-error"]),
        ({"layers": (LAYER.format("a", 1), LAYER.format("b", 1))}, []),
        (
            {"layers": (LAYER.format("a", 1), LAYER.format("b", 1).replace("eu-west", "us-east"))},
            ["LP325-error"],
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_settings_are_judged(settings: dict[str, Any], expected: list[str]) -> None:
    """Each setting is refused outside of its limit and taken at it."""
    assert codes(**settings) == expected


def test_the_range_is_told_with_the_nearest_value() -> None:
    """The message has the value and both ends, and the hint the end that is nearest."""
    (found,) = check(memory=20_000)

    assert found.message == "`memory` of 20,000 MB is not between 128 and 10,240"
    assert found.hint == "set `memory = 10240`"


def test_the_place_of_the_setting_is_told() -> None:
    """A diagnostic points to where the key was declared."""
    place = Where("lpack.toml", 7, "functions.api.timeout")

    (found,) = check(timeout=0, origins={"": Where("lpack.toml"), "timeout": place})

    assert found.where == place


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 3), []),
        (date(2026, 5, 4), ["LP314-warning"]),
        (date(2026, 10, 31), ["LP314-warning"]),
        (date(2027, 1, 31), ["LP314-warning"]),
        (date(2027, 2, 1), ["LP313-error"]),
    ],
)
def test_a_runtime_goes_through_its_dates(today: date, expected: list[str]) -> None:
    """It is good, then warned of for 180 days and while it can be created, then refused."""
    assert codes(runtime="python3.10", today=today) == expected


def test_a_blocked_runtime_names_its_successor_and_its_dates() -> None:
    """The hint names a runtime that is supported on that day."""
    (found,) = check(runtime="python3.7")

    assert found.message == (
        "Lambda creates no functions with python3.7 since 2024-01-09; "
        "existing ones are updated until 2027-03-03"
    )
    assert found.hint == 'set `runtime = "python3.14"`'
