"""The schedules of EventBridge: what an expression says, and when it comes next."""

from lpack.schedules.expressions import At, Malformed, Rate, Schedule, parse_schedule
from lpack.schedules.fields import Cron
from lpack.schedules.times import next_times, zone_named

__all__ = [
    "At",
    "Cron",
    "Malformed",
    "Rate",
    "Schedule",
    "next_times",
    "parse_schedule",
    "zone_named",
]
