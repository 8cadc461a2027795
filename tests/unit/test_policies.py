"""A team's own schemas are asked for every fact, and refused where they cannot be."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import UsageError
from lpack.facts import document, policies
from lpack.facts.policies import read_policy
from lpack.facts.policy_words import in_words
from lpack.toml_lines import dotted
from lpack.validation.bounded import TooLongError, within
from tests.function_builder import facts_of

if TYPE_CHECKING:
    from pathlib import Path

FACTS = document(
    facts_of(
        memory=64,
        layers=("one", "two"),
        wheels=("numpy-2.0-py3-none-any.whl",),
        settings={"TracingConfig": {"Mode": "PassThrough"}},
        environment={"TOKEN": "hunter2"},
    )
)


def violations(folder: Path, policy: Any) -> list[str]:
    """Ask a policy, and give what it does not allow with its own words."""
    file = folder / "team.json"
    file.write_text(policy if isinstance(policy, str) else json.dumps(policy), encoding="utf-8")
    found = read_policy(file, "team.json").violations(FACTS)
    return [one.message if one.hint is None else f"{one.message}: {one.hint}" for one in found]


def refusal(folder: Path, policy: Any) -> str:
    """Give the error for which a policy is refused."""
    with pytest.raises(UsageError) as caught:
        violations(folder, policy)
    assert caught.value.code == "LP020"
    return str(caught.value)


def at(*path: str, **schema: Any) -> dict[str, Any]:
    """Make a schema for what stands at a path."""
    for name in reversed(path):
        schema = {"properties": {name: schema}}
    return schema


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, ""),
        (True, ""),
        (at("settings", "memory", minimum=64), ""),
        (
            at("settings", "memory", minimum=256, description="Small ones are slow."),
            (
                "`memory` of `settings` is `64`, and policy `team.json` wants at least 256: "
                "Small ones are slow."
            ),
        ),
        (
            at("settings", "name", pattern="^team-"),
            "`name` of `settings` is `api`, and policy `team.json` wants a match of `^team-`",
        ),
        (
            at("request", "TracingConfig", "Mode", const="Active"),
            (
                "`Mode` of `TracingConfig` of `request` is `PassThrough`, and policy `team.json` "
                "wants `Active`"
            ),
        ),
        (
            at("request", required=["Tags"]),
            "`request` has no `Tags`, and policy `team.json` wants it",
        ),
        (
            at("settings", "layers", maxItems=1),
            "`layers` of `settings` is a list of 2, and policy `team.json` wants at most 1 items",
        ),
        (
            at("distributions", items=at("name", **{"not": {"const": "numpy"}})),
            (
                "`name` of `numpy` in `distributions` is `numpy`, and policy `team.json` wants "
                "something else"
            ),
        ),
        (
            at("settings", "runtime", enum=["python3.14"]),
            (
                "`runtime` of `settings` is `python3.13`, and policy `team.json` wants one of "
                "`python3.14`"
            ),
        ),
        (
            at("environment", additionalProperties=False, properties={"bytes": {}}),
            "`environment` has a key that policy `team.json` does not allow: `names`",
        ),
        (
            {
                "$defs": {"small": {"maximum": 1}},
                **at("sizes", "files", **{"$ref": "#/$defs/small"}),
            },
            "",
        ),
        (False, "the document is a table, and policy `team.json` wants none"),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                **at("sizes", "files", maximum=0),
            },
            "`files` of `sizes` is `1`, and policy `team.json` wants at most 0",
        ),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_violation_names_policy_fact_and_value(
    tmp_path: Path, policy: Any, expected: str
) -> None:
    """What is wrong is said in words, with what the policy itself says of it."""
    assert "\n".join(violations(tmp_path, policy)) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("{", "policy `team.json` is not valid JSON: "),
        ('{"minimum": NaN}', "policy `team.json` cannot be asked: NaN is no JSON number"),
        ("[" * 100_000, "policy `team.json` is nested too deep, or refers to itself"),
        ("[]", "policy `team.json` is no JSON Schema: at `/`, [] is not of type"),
        (at("settings", minimum="2"), "policy `team.json` is no JSON Schema: at `/properties/"),
        (at("settings", "name", pattern="("), "policy `team.json` is no JSON Schema: at `/prop"),
        ({"$schema": "https://example.com/own"}, "policy `team.json` is of a kind that is not"),
        ({"$schema": 3}, "policy `team.json` is of a kind that is not known: `3`"),
        (
            {"$ref": "https://example.com/base.json"},
            "policy `team.json` refers to `https://example.com/base.json`, which is not in it",
        ),
        (
            at("never", "there", **{"$ref": "other.json#/x"}),
            "policy `team.json` refers to `other.json#/x`, which is not in it",
        ),
        ({"$ref": "file:///etc/passwd"}, "policy `team.json` refers to `file:///etc/passwd`, "),
        ({"$ref": "#/$defs/gone"}, "policy `team.json` refers to `#/$defs/gone`, which is not"),
        ({"$ref": "#"}, "policy `team.json` is nested too deep, or refers to itself"),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_policy_that_cannot_be_asked_is_one_error(
    tmp_path: Path, policy: Any, expected: str
) -> None:
    """No JSON, no schema, or one that refers to elsewhere: refused before it is asked."""
    assert refusal(tmp_path, policy).startswith(expected)


def doubling() -> dict[str, Any]:
    """Make a schema that is small to write and endless to ask."""
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(40)}
    return {"$ref": "#/$defs/l0", "$defs": levels | {"l40": {}}}


@pytest.mark.parametrize(
    "policy", [at("settings", "name", pattern="^(\\w+\\s?)*$"), doubling()], ids=["regex", "refs"]
)
def test_a_policy_that_has_no_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: dict[str, Any]
) -> None:
    """A pattern that backtracks and references that double are ended, by processor time."""
    monkeypatch.setattr(policies, "SECONDS", 0.3)
    monkeypatch.setitem(FACTS["settings"], "name", "a" * 40 + "!")

    assert refusal(tmp_path, policy) == "policy `team.json` takes too long to be asked"


def test_the_clock_is_put_back(tmp_path: Path) -> None:
    """After a policy was asked, time goes on without an end."""
    assert violations(tmp_path, {}) == []

    with pytest.raises(TooLongError), within(0.01):
        sum(1 for _ in count())
    assert sum(1 for _ in range(10**6)) == 10**6


def test_an_item_without_a_name_is_counted() -> None:
    """An item is called by its name, its path or its place."""
    assert in_words(("settings", "layers", 1), FACTS) == "item 2 in `layers` of `settings`"
    assert in_words(("distributions", 0), FACTS) == "`numpy` in `distributions`"


@pytest.mark.parametrize(
    ("policy", "path", "hint"),
    [
        (at("settings", "memroy", minimum=1), ("settings", "memroy"), "did you mean `memory`?"),
        (at("memory", minimum=1), ("memory",), "did you mean `memory` of `settings`?"),
        ({"required": ["requst"]}, ("requst",), "did you mean `request`?"),
        (
            at("request", "TracingConfig", "Moed", const="Active"),
            ("request", "TracingConfig", "Moed"),
            "did you mean `Mode`?",
        ),
        (
            at("distributions", items={"not": {"properties": {"title": {"const": "six"}}}}),
            ("distributions", "*", "title"),
            "`distributions.*` has `filename`, `fit`, `name`, `version`",
        ),
        (
            {"allOf": [{"if": {"$ref": "#/$defs/a"}}], "$defs": {"a": at("size", maximum=1)}},
            ("size",),
            "did you mean `sizes`?",
        ),
    ],
    ids=range(6),
)
def test_a_property_that_no_fact_has_is_refused(
    policy: Any, path: tuple[str, ...], hint: str, tmp_path: Path
) -> None:
    """It would hold for every function, wherever in a policy it stands."""
    file = tmp_path / "team.json"
    file.write_text(json.dumps(policy), encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        read_policy(file, "team.json")

    (found,) = caught.value.diagnostics
    assert (found.code, found.hint) == ("LP041", hint)
    assert f"is about `{dotted(path)}`" in found.message


def test_properties_that_only_some_functions_have_are_no_mistake(tmp_path: Path) -> None:
    """What the facts describe may be asked about, and so may names that anybody chooses."""
    policy = {
        "$ref": "#",
        "properties": {
            "request": {"properties": {"Tags": {"required": ["team"]}}},
            "bootstrap": {"properties": {"path": {"const": "bootstrap"}}},
            "load": {"items": {"required": ["trigger"]}},
        },
    }
    file = tmp_path / "team.json"
    file.write_text(json.dumps(policy), encoding="utf-8")

    assert read_policy(file, "team.json").file == "team.json"
