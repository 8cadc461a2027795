"""The expected duration is longer than the timeout.

Why: Lambda ends an invocation at its timeout, so one that takes as long as is expected fails.

Fix: raise the timeout, or correct `duration_ms`.

Example:
    triggers = [{ kind = "sqs", messages_per_second = 50, duration_ms = 8000 }]
    timeout = 3      # wrong: an invocation takes 8 seconds
    timeout = 15     # right
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

CODE = "LP378"
NAME = "duration-longer-than-timeout"
SEVERITY: Severity = "error"
SUMMARY = "The expected duration is longer than the timeout"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Compare each declared duration with the timeout."""
    function = facts.function
    for place, trigger in enumerate(function.triggers):
        if trigger.duration_ms is not None and trigger.duration_ms > function.timeout * 1000:
            seconds = trigger.duration_ms / 1000
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"an invocation is expected to take {seconds:g} s, and `timeout` is"
                f" {function.timeout} s",
                function.where_first(*trigger_key(place, "duration_ms")),
                f"set `timeout` to more than {seconds:g}",
            )
