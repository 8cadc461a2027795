"""A schedule is not one that EventBridge takes.

Why: PutRule and CreateSchedule refuse an expression that breaks their rules, which are not those of
Unix: six fields, `?` for one of the two fields for days, `1` for Sunday, and `rate(1 minute)` but
`rate(5 minutes)`. Forms that the documentation does not have may be refused.

Fix: write what the hint says; `lpack check` shows the next times of a schedule.

Example:
    triggers = [{ kind = "schedule", expression = "cron(0 8 * * 1-5)" }]            # wrong
    triggers = [{ kind = "schedule", expression = "cron(0 8 ? * MON-FRI *)" }]      # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import trigger_key
from lpack.schedules import Cron, Malformed, parse_schedule, zone_named
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity, Where

CODE = "LP375"
NAME = "schedule-invalid"
SEVERITY: Severity = "error"
SUMMARY = "A schedule is not one that EventBridge takes"
SOURCE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
_ZONES = "names are those of the IANA, such as `Europe/Berlin`"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Read each expression, and look up each time zone."""
    for place, trigger in enumerate(facts.function.triggers):
        if trigger.expression is not None:
            where = facts.function.where_first(*trigger_key(place, "expression"))
            yield from _expression(trigger.expression, where)
        if trigger.timezone is not None and _is_unknown(trigger.timezone):
            where = facts.function.where_first(*trigger_key(place, "timezone"))
            message = f"there is no time zone `{shown(trigger.timezone)}`"
            yield Diagnostic(CODE, SEVERITY, message, where, _ZONES)


def _expression(text: str, where: Where) -> Iterator[Diagnostic]:
    try:
        schedule = parse_schedule(text)
    except Malformed as error:
        message = f"EventBridge does not take `{shown(text)}`: {error.reason}"
        yield Diagnostic(CODE, SEVERITY, message, where, error.hint or None)
        return
    for doubt in schedule.doubts if isinstance(schedule, Cron) else ():
        message = f"EventBridge may not take `{shown(text)}`: {doubt}"
        yield Diagnostic(CODE, "warning", message, where, "write it in another way")


def _is_unknown(name: str) -> bool:
    try:
        return zone_named(name) is None
    except LookupError:  # this machine has no database of them
        return False
