"""When a schedule comes next.

Times that daylight saving leaves out are skipped, and those that come twice count once:
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

from lpack.schedules.expressions import At, Rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.schedules.expressions import Schedule
    from lpack.schedules.fields import Cron

UTC = timezone.utc
_ONE_DAY = timedelta(days=1)


def next_times(
    schedule: Schedule, after: datetime, zone: tzinfo = UTC, number: int = 3
) -> tuple[datetime, ...]:
    """Give the next times after a moment, in the schedule's time zone; fewer where there are none.

    A rate is counted from `after`, as if the schedule were created then.
    """
    return tuple(islice(_times(schedule, after, zone), number))


def zone_named(name: str) -> tzinfo | None:
    """Give a time zone by its name, or None where there is none of that name.

    Raises LookupError where this machine has no database of time zones to look it up in.
    """
    if name == "UTC":
        return UTC
    import zoneinfo  # noqa: PLC0415 - few schedules have a time zone

    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        zoneinfo.ZoneInfo("Europe/London")
        return None


def _times(schedule: Schedule, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    if isinstance(schedule, Rate):
        yield from _rated(schedule, after, zone)
    elif isinstance(schedule, At):
        moment = _existing(schedule.moment, zone)
        if moment is not None and moment > after:
            yield moment
    else:
        start = (after.astimezone(zone) - _ONE_DAY).replace(tzinfo=None)
        for local in _local_times(schedule, start):
            moment = _existing(local, zone)
            if moment is not None and moment.astimezone(UTC) > after.astimezone(UTC):
                yield moment


def _rated(rate: Rate, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    moment = after.astimezone(UTC)
    while True:
        try:
            moment += rate.every
        except OverflowError:
            return
        yield moment.astimezone(zone)


def _local_times(cron: Cron, start: datetime) -> Iterator[datetime]:
    """Give the times on the clock from the day of `start` on, in their order."""
    for year in cron.years:
        for month in cron.months if year >= start.year else ():
            if (year, month) < (start.year, start.month):
                continue
            for day in cron.days.in_month(year, month):
                if datetime(year, month, day) + _ONE_DAY > start:  # noqa: DTZ001 - local on purpose
                    for hour in cron.hours:
                        for minute in cron.minutes:
                            yield datetime(year, month, day, hour, minute)  # noqa: DTZ001 - as above


def _existing(local: datetime, zone: tzinfo) -> datetime | None:
    """Put a time on the clock into its zone; None where the clock is put forward past it."""
    moment = local.replace(tzinfo=zone)
    try:
        back = moment.astimezone(UTC).astimezone(zone)
    except OverflowError:  # at the first or last day that Python has
        return None
    return moment if back.replace(tzinfo=None, fold=0) == local else None
