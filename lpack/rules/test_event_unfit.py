"""The event of a declared test is not one that its trigger sends.

Why: a handler that is tried with an event of another shape is tried with something that it will
never get, such as a request of payload format 1.0 where its API sends 2.0.

Fix: correct the event; `lpack event SOURCE` prints what the trigger sends.

Example:
    tests = [{ name = "order", trigger = "http", event = { httpMethod = "GET" } }]   # wrong
    tests = [{ name = "order", sample = "http", options = { path = "/orders/7" } }]  # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Function, HandlerTest, Severity

CODE = "LP433"
NAME = "test-event-unfit"
SEVERITY: Severity = "warning"
SUMMARY = "The event of a declared test is not one that its trigger sends"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"
_SHOWN = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Hold each event against the schema of its trigger, and the trigger against the function's."""
    del limits
    for test in facts.function.tests:
        if test.trigger is not None:
            yield from _of_shape(test, test.trigger)
            yield from _of_function(test, test.trigger, facts.function)


def _of_shape(test: HandlerTest, trigger: str) -> Iterator[Diagnostic]:
    if test.is_sample:
        return
    from lpack.events import misfits, nearest  # noqa: PLC0415 - few tests name a trigger

    found = misfits(test.event, trigger)
    if not found:
        return
    others = [f"`{name}`" for name in nearest(test.event)]
    told = "; ".join(problem.message for problem in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    message = f"the event of test `{test.name}` is none of `{trigger}`: {told}{more}"
    hint = f"it is one of {' or '.join(others)}" if others else f"see `lpack event {trigger}`"
    yield Diagnostic(CODE, SEVERITY, message, test.where, hint)


def _of_function(test: HandlerTest, trigger: str, function: Function) -> Iterator[Diagnostic]:
    kinds = [one.kind for one in function.triggers]
    if kinds and trigger not in kinds:
        listed = ", ".join(f"`{kind}`" for kind in kinds)
        message = (
            f"the event of test `{test.name}` is one of `{trigger}`, and triggers are {listed}"
        )
        hint = f"add `{trigger}` to `triggers`, or try an event of one of them"
        yield Diagnostic(CODE, SEVERITY, message, test.where, hint)
