"""The reserved concurrency is not one that Lambda takes, or lets nothing run.

Why: PutFunctionConcurrency refuses a reservation that leaves less than 100 to the functions of the
account that have none. One of 0 stops the function: every call is refused with 429.

Fix: reserve less; where AWS has raised the account's limit, declare that as `account_concurrency`.

Example:
    reserved_concurrency = 950     # wrong, where the account has 1,000
    reserved_concurrency = 900     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.load import account_limit
from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP380"
NAME = "reservation-invalid"
SEVERITY: Severity = "error"
SUMMARY = "The reserved concurrency is not one that Lambda takes, or lets nothing run"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the reservation with the account's limit, of which 100 stay unreserved."""
    function, reserved = facts.function, facts.function.reserved_concurrency
    if reserved is None:
        return
    where, name = function.where("reserved_concurrency"), function.called("reserved_concurrency")
    account = account_limit(function, limits)
    left = int(limits.definition("unreserved_concurrency")["minimum"])
    elsewhere = function.reserved_elsewhere
    others = f", and other functions of the project reserve {elsewhere:,}" if elsewhere else ""
    if not reserved:
        message = f"`{name}` is 0, which stops the function: every call is refused"
        yield Diagnostic(CODE, "warning", message, where, "remove it, or reserve one or more")
    elif reserved > max(0, account - left - elsewhere):
        known = function.account_concurrency is not None
        yield Diagnostic(
            CODE,
            SEVERITY if known else "warning",
            f"`{name}` is {reserved:,}: of the {account:,} that the account has,"
            f" {left:,} have to stay unreserved{others}",
            where,
            f"reserve {account - left - elsewhere:,} at most"
            if known and account > left + elsewhere
            else "declare the account's limit as `account_concurrency`, or reserve less",
        )
