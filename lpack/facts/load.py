"""How many invocations at a time the declared load needs.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#calculating-concurrency
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts.limits import Limits
    from lpack.model import Function, Trigger

_BATCH = 10
"""Messages of a queue that an invocation is given, where nothing else is said.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""
_TIMES = "\u00d7"
WAITED_FOR = frozenset({"http", "rest", "websocket", "url", "alb", "authorizer", "cognito", "lex"})
"""Triggers whose callers wait for the answer."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one trigger needs."""

    place: int
    """Of the trigger among all, from 0."""
    kind: str
    executions: int
    """Invocations at a time, rounded up."""
    formula: str
    """How that is computed, in words to print, without the result."""


def needs_of(function: Function, limits: Limits) -> tuple[Need, ...]:
    """Compute what each trigger needs of which the load is declared."""
    return tuple(_needs(function, limits))


def account_limit(function: Function, limits: Limits) -> int:
    """Give the invocations at a time that the function's account may have."""
    return function.account_concurrency or int(limits.definition("concurrency")["maximum"])


def _needs(function: Function, limits: Limits) -> Iterator[Need]:
    for place, trigger in enumerate(function.triggers):
        if trigger.shards is not None:
            factor = trigger.parallelization_factor or 1
            each = f" {_TIMES} parallelization factor {factor}" if factor > 1 else ""
            noun = "partitions" if trigger.kind == "kafka" else "shards"
            formula = f"{trigger.shards:,} {noun}{each}"
            yield Need(place, trigger.kind, trigger.shards * factor, formula)
        elif trigger.per_second is not None:
            yield Need(place, trigger.kind, *_by_rate(trigger, function, limits))


def _by_rate(trigger: Trigger, function: Function, limits: Limits) -> tuple[int, str]:
    """Give invocations a second times duration, or what so many requests need in any case."""
    rate = trigger.per_second or 0.0
    seconds = function.timeout if trigger.duration_ms is None else trigger.duration_ms / 1000
    long = f"{_number(seconds)} s" + (" (the timeout)" if trigger.duration_ms is None else "")
    if trigger.kind == "sqs":
        batch = trigger.batch_size or _BATCH
        formula = f"{_number(rate)} messages/s ÷ {batch:,} a batch {_TIMES} {long}"
        return _rounded(rate / batch * seconds), formula
    needed = _rounded(rate * seconds)
    row = limits.schema["$defs"].get("requests_per_execution")
    if row is not None and trigger.kind in WAITED_FOR and rate / row["maximum"] > needed:
        each = int(row["maximum"])
        return ceil(rate / each), f"{_number(rate)} requests/s ÷ {each} that Lambda takes of each"
    return needed, f"{_number(rate)} requests/s {_TIMES} {long}"


def _rounded(value: float) -> int:
    """Round up; 0.1 times 30 is 3, whatever floating point makes of it."""
    return ceil(round(value, 6))


def _number(value: float) -> str:
    return f"{value:,.6g}" if value < 10_000 else f"{value:,.0f}"  # noqa: PLR2004 - as people write it
