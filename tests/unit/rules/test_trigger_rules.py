"""Rules about what calls a function, and how much of it."""

from __future__ import annotations

from typing import Any

import pytest

from lpack.facts import document
from lpack.facts.limits import read_limits
from lpack.facts.load import needs_of
from lpack.model import HandlerTest, Trigger
from lpack.rules import check_all
from lpack.sources.accounts import sharing
from tests.function_builder import check, codes, facts_of, function_of


def schedule(expression: str, timezone: str | None = None) -> dict[str, Any]:
    """Make the settings of a function with one schedule."""
    return {"triggers": (Trigger("schedule", expression, timezone),)}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 12 * * ? *)", []),
        ("cron(0/15 8-17 ? JAN-MAR MON-FRI 2027-2030)", []),
        ("cron(15 10 ? * 6L *)", []),
        ("cron(0 9 ? * 2#1 *)", []),
        ("cron(0 9 L * ? *)", []),
        ("cron(0 9 3W * ? *)", []),
        ("rate(1 minute)", []),
        ("rate(12 hours)", []),
        ("at(2030-01-31T08:00:00)", []),
        ("cron(0 12 * * * *)", ["LP375-error"]),
        ("cron(0 12 ? * ? *)", ["LP375-error"]),
        ("cron(0 12 1 * MON *)", ["LP375-error"]),
        ("cron(0 12 * * ?)", ["LP375-error"]),
        ("cron(60 12 * * ? *)", ["LP375-error"]),
        ("cron(0 24 * * ? *)", ["LP375-error"]),
        ("cron(0 12 0 * ? *)", ["LP375-error"]),
        ("cron(0 12 ? * 0 *)", ["LP375-error"]),
        ("cron(0 12 ? * 3#6 *)", ["LP375-error"]),
        ("cron(0 12 ? * 3#1,6#3 *)", ["LP375-error"]),
        ("cron(0 12 ? * 2/2 *)", ["LP375-error"]),
        ("cron(0 12 * 13 ? *)", ["LP375-error"]),
        ("cron(0 12 * * ? 1969)", ["LP375-error"]),
        ("cron(0 12 * * ? 2200)", ["LP375-error"]),
        ("cron(L 12 * * ? *)", ["LP375-error"]),
        ("cron(0 12 ? * MONDAY *)", ["LP375-error"]),
        ("rate(1 minutes)", ["LP375-error"]),
        ("rate(5 minute)", ["LP375-error"]),
        ("rate(0 minutes)", ["LP375-error"]),
        ("rate(1.5 hours)", ["LP375-error"]),
        ("rate(30 seconds)", ["LP375-error"]),
        ("at(2030-02-30T08:00:00)", ["LP375-error"]),
        ("at(2030-02-20)", ["LP375-error"]),
        ("0 12 * * ? *", ["LP375-error"]),
        ("every day", ["LP375-error"]),
        ("cron(0 12 LW * ? *)", ["LP375-warning"]),
        ("cron(0 22-2 * * ? *)", ["LP375-warning"]),
        ("cron(0 12 L,15 * ? *)", ["LP375-warning"]),
        ("cron(0 12 30 2 ? *)", ["LP376-warning"]),
        ("cron(0 12 * * ? 2020)", ["LP376-warning"]),
        ("at(2020-01-31T08:00:00)", ["LP376-warning"]),
    ],
)
def test_schedules_are_judged(expression: str, expected: list[str]) -> None:
    """What EventBridge refuses is an error; what never comes, or is not documented, a warning."""
    assert codes(**schedule(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("cron(0 8 * * 1-5)", "write `cron(0 8 ? * MON-FRI *)`"),
        ("0 8 * * 0", "write `cron(0 8 ? * SUN *)`"),
        ("cron(0 8 1 * *)", "write `cron(0 8 1 * ? *)`"),
        ("cron(0 8 * * * *)", "write `cron(0 8 * * ? *)`"),
        ("Rate(5 minutes)", "write `rate(5 minutes)`"),
        ("5 minutes", "write `rate(5 minutes)`"),
        ("rate(1 days)", "write `rate(1 day)`"),
    ],
)
def test_what_was_probably_meant_is_suggested(expression: str, hint: str) -> None:
    """The hint is an expression that EventBridge takes."""
    (found,) = check(**schedule(expression))

    assert found.hint == hint
    assert codes(**schedule(hint.split("`")[1])) == []


def test_a_time_zone_is_looked_up() -> None:
    """A name that nobody knows is an error."""
    assert codes(**schedule("rate(1 day)", "Europe/Berlin")) == []
    assert codes(**schedule("rate(1 day)", "Europe/Bonn")) == ["LP375-error"]
    assert codes(**schedule("rate(1 day)", "../../etc/passwd")) == ["LP375-error"]


@pytest.mark.parametrize(
    ("trigger", "executions", "formula"),
    [
        (
            Trigger("http", per_second=200, duration_ms=300),
            60,
            "200 requests/s \u00d7 0.3 s",
        ),
        (
            Trigger("http", per_second=200, duration_ms=20),
            20,
            "200 requests/s \u00f7 10 that Lambda takes of each",
        ),
        (Trigger("s3", per_second=200, duration_ms=20), 4, "200 requests/s \u00d7 0.02 s"),
        (Trigger("s3", per_second=0.1), 1, "0.1 requests/s \u00d7 3 s (the timeout)"),
        (
            Trigger("sqs", per_second=500, batch_size=50, duration_ms=810),
            9,
            "500 messages/s \u00f7 50 a batch \u00d7 0.81 s",
        ),
        (Trigger("kinesis", shards=4), 4, "4 shards"),
        (
            Trigger("dynamodb", shards=4, parallelization_factor=10),
            40,
            "4 shards \u00d7 parallelization factor 10",
        ),
        (Trigger("kafka", shards=12), 12, "12 partitions"),
    ],
)
def test_load_needs_invocations_at_a_time(trigger: Trigger, executions: int, formula: str) -> None:
    """Requests a second times seconds, batches likewise, or one for each shard."""
    (need,) = needs_of(function_of(triggers=(trigger,)), read_limits())

    assert (need.executions, need.formula) == (executions, formula)


BUSY = Trigger("http", per_second=200, duration_ms=300)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"reserved_concurrency": 60}, []),
        ({"reserved_concurrency": 59}, ["LP377-warning"]),
        ({"account_concurrency": 60}, []),
        ({"account_concurrency": 59}, ["LP377-warning"]),
        ({"reserved_concurrency": 900}, []),
        ({"reserved_concurrency": 901}, ["LP380-warning"]),
        ({"reserved_concurrency": 901, "account_concurrency": 1000}, ["LP380-error"]),
        ({"reserved_concurrency": 901, "account_concurrency": 1001}, []),
        ({"reserved_concurrency": 0}, ["LP377-warning", "LP380-warning"]),
        ({"reserved_elsewhere": 940}, []),
        ({"reserved_elsewhere": 941}, ["LP377-warning"]),
        ({"reserved_elsewhere": 500, "reserved_concurrency": 400}, []),
        ({"reserved_elsewhere": 500, "reserved_concurrency": 401}, ["LP380-warning"]),
        ({"timeout": 1, "triggers": (Trigger("sns", duration_ms=1001),)}, ["LP378-error"]),
        ({"timeout": 1, "triggers": (Trigger("sns", duration_ms=1000),)}, []),
        ({"timeout": 5, "triggers": (Trigger("sqs", visibility_timeout=4),)}, ["LP381-error"]),
        ({"timeout": 5, "triggers": (Trigger("sqs", visibility_timeout=29),)}, ["LP381-info"]),
        ({"timeout": 5, "triggers": (Trigger("sqs", visibility_timeout=30),)}, []),
        (
            {"triggers": (Trigger("sqs", per_second=90, maximum_concurrency=27),)},
            [],
        ),
        (
            {"triggers": (Trigger("sqs", per_second=90, maximum_concurrency=26),)},
            ["LP377-warning"],
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_load_is_held_against_what_there_is(settings: dict[str, Any], expected: list[str]) -> None:
    """The reservation, or else the account, and each queue's own limit."""
    assert codes(**{"triggers": (BUSY,), **settings}) == expected


def test_functions_of_one_project_share_an_account() -> None:
    """Each is told what the others reserve, of the same account."""
    reserved = [(100, None), (None, None), (50, None), (70, 5000)]
    functions = [
        function_of(reserved_concurrency=one, account_concurrency=account)
        for one, account in reserved
    ]

    assert [one.reserved_elsewhere for one in sharing(functions)] == [50, 150, 100, 0]


def test_the_formula_is_shown() -> None:
    """The message has what was computed, and the hint what to set."""
    (found,) = check(triggers=(BUSY, Trigger("kinesis", shards=3)), reserved_concurrency=50)

    assert found.message == (
        "the declared load needs 63 invocations at a time, and `reserved_concurrency` is 50: "
        "http 200 requests/s \u00d7 0.3 s = 60, kinesis 3 shards = 3"
    )
    assert found.hint == "set `reserved_concurrency = 63`"


@pytest.mark.parametrize(
    ("kinds", "size", "expected"),
    [
        ((), 6_291_456, []),
        ((), 6_291_457, ["LP379-error"]),
        (("s3",), 1_048_576, []),
        (("s3",), 1_048_577, ["LP379-error"]),
        (("s3", "http"), 1_048_577, []),
        (("alb",), 1_048_577, ["LP379-error"]),
        (("sqs",), 6_291_457, ["LP379-error"]),
    ],
)
def test_events_are_held_against_what_lambda_takes(
    kinds: tuple[str, ...], size: int, expected: list[str]
) -> None:
    """An event that no trigger could bring is an error."""
    test = HandlerTest("big", "x" * (size - 2), None, has_response=False, error_type=None)

    assert codes(triggers=kinds, tests=(test,)) == expected


def test_the_facts_have_load_schedules_and_payloads() -> None:
    """What policies may judge of the triggers."""
    known = document(facts_of(triggers=(BUSY, "s3", *schedule("rate(1 day)")["triggers"])))

    assert known["load"]["executions"] == 60
    assert known["schedules"] == [{"expression": "rate(1 day)", "timezone": "UTC"}]
    assert known["payloads"][1] == {
        "trigger": "s3",
        "invocation": "asynchronous",
        "request": 1_048_576,
        "response": None,
    }


def test_limits_of_2017_are_other_ones() -> None:
    """An asynchronous event had 128 KB."""
    test = HandlerTest("big", "x" * 140_000, None, has_response=False, error_type=None)
    facts = facts_of(triggers=("sns",), tests=(test,), limits="2017")

    (found,) = check_all(facts, read_limits("2017"))

    assert found.code == "LP379"
    assert found.message.endswith("(limits `2017`)")
