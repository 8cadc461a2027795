"""A schedule has no time to come.

Why: EventBridge takes such a schedule and never calls the function: its day is past, or there is no
such day, like the 30th of February.

Fix: correct the date or the year, or remove the trigger.

Example:
    triggers = [{ kind = "schedule", expression = "cron(0 8 31 4 ? *)" }]      # wrong: April has 30
    triggers = [{ kind = "schedule", expression = "cron(0 8 L 4 ? *)" }]       # right: its last day
"""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import trigger_key
from lpack.schedules import Malformed, next_times, parse_schedule
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP376"
NAME = "schedule-never-comes"
SEVERITY: Severity = "warning"
SUMMARY = "A schedule has no time to come"
SOURCE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Look for a time from the beginning of today on."""
    today = datetime.combine(facts.today, time(), timezone.utc)
    for place, trigger in enumerate(facts.function.triggers):
        if trigger.expression is not None and not _comes(trigger.expression, today):
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"`{shown(trigger.expression)}` has no time to come",
                facts.function.where_first(*trigger_key(place, "expression")),
                "correct the date, or remove the trigger",
            )


def _comes(text: str, today: datetime) -> bool:
    try:
        return bool(next_times(parse_schedule(text), today, number=1))
    except Malformed:  # which has its own rule
        return True
