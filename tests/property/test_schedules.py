"""The next times of a schedule are those that a search of every minute finds."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lpack.schedules import Cron, Malformed, next_times, parse_schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Part = tuple[str, frozenset[int]]

UTC = timezone.utc
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
SEARCHED = 500
"""Days that are looked through."""


def parts(least: int, most: int) -> st.SearchStrategy[Part]:
    """Give parts of a field, each with the values that it stands for."""
    values = st.integers(least, most)
    steps = st.integers(1, most - least + 3)
    ranges = st.tuples(values, values).map(sorted)
    one = st.one_of(
        values.map(lambda n: (str(n), frozenset({n}))),
        ranges.map(lambda r: (f"{r[0]}-{r[1]}", frozenset(range(r[0], r[1] + 1)))),
        st.tuples(values, steps).map(
            lambda p: (f"{p[0]}/{p[1]}", frozenset(range(p[0], most + 1, p[1])))
        ),
        steps.map(lambda s: (f"*/{s}", frozenset(range(least, most + 1, s)))),
        st.tuples(ranges, steps).map(
            lambda p: (
                f"{p[0][0]}-{p[0][1]}/{p[1]}",
                frozenset(range(p[0][0], p[0][1] + 1, p[1])),
            )
        ),
    )
    everything = st.just(("*", frozenset(range(least, most + 1))))
    joined = st.lists(one, min_size=1, max_size=3).map(
        lambda many: (",".join(text for text, _ in many), frozenset().union(*(v for _, v in many)))
    )
    return st.one_of(everything, joined)


def weekday(day: date) -> int:
    """Give the number that EventBridge has for the day of the week."""
    return day.isoweekday() % 7 + 1


def length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def nearest(number: int) -> Callable[[date], bool]:
    """Tell whether a day is the one from Monday to Friday that is nearest to another."""

    def is_it(day: date) -> bool:
        if number > length(day):
            return False
        wanted = day.replace(day=number)
        distances = [
            (abs((one - wanted).days), one)
            for one in (day.replace(day=n) for n in range(1, length(day) + 1))
            if one.weekday() < 5
        ]
        return min(distances)[1] == day

    return is_it


def of_month() -> st.SearchStrategy[tuple[str, Callable[[date], bool]]]:
    plain = parts(1, 31).map(lambda part: (part[0], lambda day, v=part[1]: day.day in v))
    numbers = st.integers(1, 31)
    return st.one_of(
        plain,
        st.just(("L", lambda day: day.day == length(day))),
        numbers.map(lambda number: (f"{number}W", nearest(number))),
    )


def of_week() -> st.SearchStrategy[tuple[str, Callable[[date], bool]]]:
    numbers = st.integers(1, 7)
    names = st.sampled_from(DAYS)
    return st.one_of(
        numbers.map(lambda n: (str(n), lambda day, n=n: weekday(day) == n)),
        names.map(lambda n: (n, lambda day, n=n: DAYS[weekday(day) - 1] == n)),
        st.lists(names, min_size=1, max_size=3).map(
            lambda many: (",".join(many), lambda day: DAYS[weekday(day) - 1] in many)
        ),
        st.tuples(numbers, numbers).map(
            lambda pair: (
                f"{DAYS[pair[0] - 1]}-{pair[1]}",
                lambda day: (weekday(day) - pair[0]) % 7 <= (pair[1] - pair[0]) % 7,
            )
        ),
        numbers.map(
            lambda n: (f"{n}L", lambda day: weekday(day) == n and day.day + 7 > length(day))
        ),
        st.tuples(numbers, st.integers(1, 5)).map(
            lambda pair: (
                f"{pair[0]}#{pair[1]}",
                lambda day: (
                    weekday(day) == pair[0]
                    and sum(weekday(day.replace(day=n)) == pair[0] for n in range(1, day.day + 1))
                    == pair[1]
                ),
            )
        ),
    )


MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def crons(draw: st.DrawFn) -> tuple[str, Callable[[date], bool], Callable[[datetime], bool]]:
    """Give an expression, and whether a day and a time on the clock are of its own."""
    (minute, minutes), (hour, hours) = draw(parts(0, 59)), draw(parts(0, 23))
    month, months = draw(parts(1, 12))
    is_monthly = draw(st.booleans())
    days, is_day = draw(of_month() if is_monthly else of_week())
    year, years = draw(st.sampled_from([("*", range(1970, 2200)), ("2027-2028", (2027, 2028))]))
    fields = f"{days} {month} ?" if is_monthly else f"? {month} {days}"

    def is_one(day: date) -> bool:
        return day.month in months and day.year in years and is_day(day)

    def is_time(local: datetime) -> bool:
        return local.minute in minutes and local.hour in hours

    return f"cron({minute} {hour} {fields} {year})", is_one, is_time


def searched(
    is_day: Callable[[date], bool], is_time: Callable[[datetime], bool], after: datetime
) -> Iterator[datetime]:
    """Look at every minute of the days that may have any."""
    start = after.replace(hour=0, minute=0, second=0, microsecond=0)
    mornings = (start + timedelta(days=days) for days in range(SEARCHED))
    for morning in (one for one in mornings if is_day(one.date())):
        moments = (morning + timedelta(minutes=minutes) for minutes in range(24 * 60))
        yield from (one for one in moments if one > after and is_time(one))


@given(cron=crons(), after=MOMENTS)
def test_next_times_are_those_of_a_search(
    cron: tuple[str, Callable[[date], bool], Callable[[datetime], bool]], after: datetime
) -> None:
    """The first three, as far as the search goes."""
    text, is_day, is_time = cron

    found = next_times(parse_schedule(text), after)
    expected = tuple(islice(searched(is_day, is_time, after), 3))

    assert found[: len(expected)] == expected
    assert list(found) == sorted(set(found))
    assert len(expected) == 3 or all(
        moment >= after + timedelta(days=SEARCHED - 1) for moment in found[len(expected) :]
    )


@settings(max_examples=25)
@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@given(
    minute=st.sampled_from(["0", "30", "0/15", "*/20"]),
    hour=st.sampled_from(["*", "2", "1-3", "0/2"]),
    day=st.sampled_from([(3, 13), (3, 14), (3, 27), (3, 28), (4, 3), (10, 2), (10, 30), (11, 6)]),
    minutes=st.integers(0, 24 * 60),
)
def test_a_clock_that_is_put_forward_or_back(
    name: str, minute: str, hour: str, day: tuple[int, int], minutes: int
) -> None:
    """What the clock leaves out is left out, and what it shows twice comes once."""
    after = datetime(2027, *day, tzinfo=UTC) + timedelta(minutes=minutes)
    zone, schedule = ZoneInfo(name), parse_schedule(f"cron({minute} {hour} * * ? *)")
    assert isinstance(schedule, Cron)

    found = next_times(schedule, after, zone, number=15)

    expected: list[datetime] = []
    shown: set[datetime] = set()
    moment = (after - timedelta(hours=26)).replace(second=0, microsecond=0)
    while len(expected) < 15:
        moment += timedelta(minutes=1)
        local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        if local.minute in schedule.minutes and local.hour in schedule.hours:
            if local not in shown and moment > after:
                expected.append(moment)
            shown.add(local)
    assert [one.astimezone(UTC) for one in found] == expected


@pytest.mark.parametrize("text", ["C:\\(1 minute)", "x(rate(1 day))", "((5 minutes))", "1 day)"])
def test_what_is_meant_is_asked_once(text: str) -> None:
    """A form that nobody knows is no reason to look for another one for ever."""
    with pytest.raises(Malformed):
        parse_schedule(text)


@example("cron(0 0 29 2 ? 2199)")
@example("rate(999999999 days)")
@example("at(9999-12-31T23:59:59)")
@example("at(0001-01-01T00:00:00)")
@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"(cron|rate|at)\([0-9A-Z*?/#,LW -]{0,40}\)", fullmatch=True),
        st.lists(st.sampled_from(["*", "?", "1", "L", "5W", "2#2", "MON-", "0/0", "1-", "#"])).map(
            lambda many: f"cron({' '.join(many)})"
        ),
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else happens, and the search for the next times ends."""
    try:
        schedule = parse_schedule(text)
    except Malformed:
        return

    for zone in (UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Adak")):
        assert len(next_times(schedule, datetime(2026, 11, 30, tzinfo=UTC), zone)) <= 3
