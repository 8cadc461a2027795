"""Limits are read from their schema, and the schema and the rules judge alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lpack.data import own_json
from lpack.errors import UsageError
from lpack.facts import document
from lpack.facts.limits import read_limits
from lpack.model import LIMITS
from lpack.rules import REGISTRY, every_rule
from tests.function_builder import APP, facts_of, judged

LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:name{}:1"


def edges() -> list[dict[str, Any]]:
    """Make settings just below, at, and just above each limit."""
    numbers = {"memory": (128, 10_240), "timeout": (1, 900), "ephemeral_storage": (512, 10_240)}
    found: list[dict[str, Any]] = [
        {key: limit + step}
        for key, both in numbers.items()
        for limit in both
        for step in (-1, 0, 1)
    ]
    for step in (-1, 0, 1):
        found += [
            {"zipped": 52_428_800 + step},
            {"sizes": {"app.py": 262_144_000 + step}},
            {"environment": {"LARGE_VAR": "x" * (4_096 - 16 + step)}},
            {"description": "x" * (256 + step)},
            {"name": "x" * (64 + step)},
            {
                "handler": "x" * (128 - len(".handler") + step) + ".handler",
                "layers": (LAYER.format(1),),
            },
            {"layers": tuple(LAYER.format(number) for number in range(5 + step))},
        ]
    found += [{"environment": {name: "1"}} for name in ("A", "AB", "_AB", "AB-C", "AWS_REGION")]
    found += [{"runtime": "python3.7", "architecture": "arm64"}, {"name": "a b"}, {"files": {}}]
    found += [{"handler": "app handler.handler"}, {"layers": ("mine",)}]
    found += [{"zipped": None, "environment": {"AWS_REGION": "x", "9": "y"}}]
    return found


@pytest.mark.parametrize("settings", edges(), ids=lambda settings: str(settings)[:60])
def test_schema_and_rules_agree(settings: dict[str, Any]) -> None:
    """At every limit, one below and one above, the schema refuses what the rules refuse."""
    facts = facts_of(**{"files": APP, **settings})
    validator = Draft202012Validator(own_json("schemas", "limits", "current.schema.json"))

    reported = {item.code for item in judged(facts, read_limits()) if item.severity == "error"}

    # What no schema can tell: dates, and what the package's files hold.
    beyond = {"LP307", "LP308", "LP313"}
    assert validator.is_valid(document(facts)) == (not reported - beyond)


def test_the_edges_lie_on_both_sides() -> None:
    """The settings above are not all good or all bad."""
    validator = Draft202012Validator(own_json("schemas", "limits", "current.schema.json"))

    verdicts = [
        validator.is_valid(document(facts_of(**{"files": APP, **settings}))) for settings in edges()
    ]

    assert verdicts.count(True) == 27
    assert verdicts.count(False) == len(verdicts) - 27


@pytest.mark.parametrize("profile", LIMITS)
def test_every_number_has_its_source(profile: str) -> None:
    """Beside each number or pattern stands the https address of the page that states it."""
    keywords = {"minimum", "maximum", "minLength", "maxLength", "maxItems", "pattern", "enum"}

    def stated(place: dict[str, Any]) -> list[dict[str, Any]]:
        nested = [value for value in place.values() if isinstance(value, dict)]
        here = [place] if keywords & place.keys() and "enum" not in place.get("not", place) else []
        return here + [found for value in nested for found in stated(value)]

    places = stated(own_json("schemas", "limits", f"{profile}.schema.json"))

    assert len(places) >= 10
    assert len(list(read_limits(profile).rows())) >= len(places)
    assert [place for place in places if not place.get("source", "").startswith("https://")] == []


def test_accessors_walk_the_schema() -> None:
    """Numbers are found by the path of the fact that they limit."""
    limits = read_limits()

    assert limits.maximum("sizes", "zipped") == 52_428_800
    assert limits.minimum("settings", "memory") == 128
    assert limits.max_items("settings", "layers") == 5
    assert "AWS_REGION" in limits.forbidden("environment", "names", "items")
    assert limits.source("sizes", "zipped").startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(
    ("profile", "settings", "expected"),
    [
        ("2017", {"memory": 1_536, "timeout": 300}, []),
        ("2017", {"memory": 1_537}, ["LP310"]),
        ("2017", {"memory": 200}, ["LP310"]),
        ("2017", {"timeout": 301}, ["LP311"]),
        ("2017", {"ephemeral_storage": 513}, ["LP312"]),
        ("2017", {"layers": (LAYER.format(1),)}, ["LP325"]),
        ("2017", {"environment": {"LARGE_VAR": "x" * 4_096}}, ["LP303"]),
        ("2017", {"zipped": 52_428_801}, ["LP301"]),
        ("managed-instances", {"memory": 32_768, "timeout": 5_400}, []),
        ("managed-instances", {"memory": 32_769}, ["LP310"]),
        ("managed-instances", {"timeout": 5_401}, ["LP311"]),
        ("current", {"memory": 32_768, "timeout": 5_400}, ["LP310", "LP311"]),
    ],
)
def test_another_profile_has_other_numbers(
    profile: str, settings: dict[str, Any], expected: list[str]
) -> None:
    """Schema and rules judge by the profile, which is named where it is not today's."""
    facts = facts_of(**{"files": APP, **settings})
    validator = Draft202012Validator(own_json("schemas", "limits", f"{profile}.schema.json"))

    found = judged(facts, read_limits(profile))

    assert [one.code for one in found] == expected
    assert validator.is_valid(document(facts)) == (not expected)
    named = [f"(limits `{profile}`)" in one.message for one in found]
    assert named == [profile != "current"] * len(expected)


def test_the_next_step_of_the_memory_is_told() -> None:
    """A number between two steps is no multiple, and the hint is the next one."""
    (found,) = judged(facts_of(memory=1_000), read_limits("2017"))

    assert found.message == "`memory` of 1,000 MB is not a multiple of 64 (limits `2017`)"
    assert found.hint == "set `memory = 1024`"


def test_each_rule_that_has_a_number_of_the_profile_names_it() -> None:
    """Whoever reads a number of the limits is in the list of those that name the profile."""
    reads = re.compile(r"limits\.(?!definition\(\"deprecation|policies)\w+")

    reading = {
        rule.CODE
        for rule in every_rule()
        if reads.search(Path(rule.__file__ or "").read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    }

    assert reading - {"LP340"} == {row.code for row in REGISTRY if row.by_profile}


def test_an_unknown_profile_is_a_usage_error() -> None:
    """A profile that does not exist is named, with those that do."""
    with pytest.raises(UsageError, match="limits profile `2099`") as caught:
        read_limits("2099")

    assert caught.value.code == "LP015"
    assert "current" in (caught.value.diagnostics[0].hint or "")
