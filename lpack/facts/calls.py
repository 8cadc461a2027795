"""What calls a function, how often and with how much, as the facts document has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.facts.limits import read_limits
from lpack.facts.load import account_limit, needs_of
from lpack.facts.payloads import payloads_of

if TYPE_CHECKING:
    from lpack.model import Function


def calls_of(function: Function) -> dict[str, Any]:
    """Write the schedules, the load and the sizes of events by the function's own limits."""
    limits = read_limits(function.limits)
    needs = needs_of(function, limits)
    return {
        "schedules": [
            {"expression": one.expression, "timezone": one.timezone or "UTC"}
            for one in function.triggers
            if one.expression is not None
        ],
        "load": {
            "needs": [
                {"trigger": one.kind, "executions": one.executions, "formula": one.formula}
                for one in needs
            ],
            "executions": sum(one.executions for one in needs),
            "reserved": function.reserved_concurrency,
            "account": account_limit(function, limits),
        },
        "payloads": [
            {
                "trigger": one.kind,
                "invocation": one.invocation,
                "request": one.request,
                "response": one.response,
            }
            for one in payloads_of(function, limits)
        ],
    }
