"""The declared load needs more invocations at a time than the function may have.

Why: Lambda runs one invocation in each execution environment, so the load needs requests per second
times seconds of them, or one for each shard. What exceeds the reservation or the account's limit is
refused with TooManyRequestsException (429), or waits in its queue or stream and falls behind.

Fix: reserve more, have the account's limit raised, give a queue larger batches, or make the
function faster. Where no `duration_ms` is declared, the timeout counts, the longest it can be.

Example:
    triggers = [{ kind = "http", requests_per_second = 200, duration_ms = 300 }]     # needs 60
    reserved_concurrency = 50      # wrong
    reserved_concurrency = 80      # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.load import account_limit, needs_of
from lpack.model import Diagnostic
from lpack.rules.base import trigger_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Function, Severity

CODE = "LP377"
NAME = "concurrency-too-low"
SEVERITY: Severity = "warning"
SUMMARY = "The declared load needs more invocations at a time than the function may have"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the sum of what the triggers need with the limit, and each queue with its own."""
    function = facts.function
    needs = needs_of(function, limits)
    needed = sum(one.executions for one in needs)
    reserved, account = function.reserved_concurrency, account_limit(function, limits)
    allowed = account - function.reserved_elsewhere if reserved is None else reserved
    if needed > allowed:
        terms = ", ".join(f"{one.kind} {one.formula} = {one.executions:,}" for one in needs)
        which = _of_account(function, account) if reserved is None else _reserved(reserved)
        message = f"the declared load needs {needed:,} invocations at a time, and {which}: {terms}"
        key = "account_concurrency" if reserved is None else "reserved_concurrency"
        where = function.where_first(key, "triggers")
        yield Diagnostic(CODE, SEVERITY, message, where, _hint(needed, reserved, account, limits))
    for need in needs:
        most = function.triggers[need.place].maximum_concurrency
        if most is not None and need.executions > most:
            message = (
                f"the queue needs {need.executions:,} invocations at a time, and its"
                f" `maximum_concurrency` is {most:,}: {need.formula} = {need.executions:,}"
            )
            where = function.where_first(*trigger_key(need.place, "maximum_concurrency"))
            yield Diagnostic(CODE, SEVERITY, message, where, "raise it, or give larger batches")


def _of_account(function: Function, account: int) -> str:
    elsewhere = function.reserved_elsewhere
    others = f", of which other functions of the project reserve {elsewhere:,}" if elsewhere else ""
    return f"the account has {account:,}{others}"


def _reserved(reserved: int) -> str:
    return f"`reserved_concurrency` is {reserved:,}"


def _hint(needed: int, reserved: int | None, account: int, limits: Limits) -> str:
    most = account - int(limits.definition("unreserved_concurrency")["minimum"])
    if reserved is not None and needed <= most:
        return f"set `reserved_concurrency = {needed}`"
    return "have AWS raise the account's limit, and declare it as `account_concurrency`"
