"""A queue hides a message for less time than the function may take.

Why: CreateEventSourceMapping refuses a queue whose visibility timeout is shorter than the
function's timeout. Where it is less than six times as long, as AWS recommends, a message that waits
for its turn may be given to two invocations.

Fix: give the queue a visibility timeout of six times the function's timeout.

Example:
    timeout = 30
    triggers = [{ kind = "sqs", visibility_timeout = 20 }]      # wrong: Lambda refuses it
    triggers = [{ kind = "sqs", visibility_timeout = 180 }]     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import trigger_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP381"
NAME = "visibility-timeout-too-short"
SEVERITY: Severity = "error"
SUMMARY = "A queue hides a message for less time than the function may take"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
_TIMES = 6


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Compare each queue's visibility timeout with the function's timeout."""
    timeout, name = facts.function.timeout, facts.function.called("timeout")
    for place, trigger in enumerate(facts.function.triggers):
        hides = trigger.visibility_timeout
        if hides is None or hides >= timeout * _TIMES:
            continue
        refused = hides < timeout
        message = (
            f"the queue hides a message for {hides} s, and `{name}` is {timeout} s"
            if refused
            else f"the queue hides a message for {hides} s, less than six times the {timeout} s"
            f" of `{name}`"
        )
        where = facts.function.where_first(*trigger_key(place, "visibility_timeout"))
        hint = f"give the queue a visibility timeout of {timeout * _TIMES} s"
        yield Diagnostic(CODE, SEVERITY if refused else "info", message, where, hint)
