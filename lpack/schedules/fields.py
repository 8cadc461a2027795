"""The six fields of a cron expression, by the rules of EventBridge.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_SATURDAY = 7
_WEEKS = 5
_PART = pattern(r"(?P<first>\*|[A-Z0-9]+)(?:-(?P<last>[A-Z0-9]+))?(?:/(?P<step>[0-9]+))?")
_NUMBER = pattern(r"[0-9]{1,4}")


class Malformed(Exception):
    """An expression that EventBridge refuses: the reason, and what to write instead."""

    def __init__(self, reason: str, hint: str = "") -> None:
        """Take the reason in words that follow a colon."""
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Field:
    """What one of the six fields takes."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    """Words for its values, the first for the least."""
    wildcards: str = ",-*/"


FIELDS = (
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day-of-month", 1, 31, wildcards=",-*?/LW"),
    Field("month", 1, 12, tuple(_MONTHS)),
    Field("day-of-week", 1, 7, tuple(_DAYS), wildcards=",-*?L#"),
    Field("year", 1970, 2199),
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a month that a field names; only one of the two fields for days names any."""

    of_month: frozenset[int] = frozenset()
    of_week: frozenset[int] = frozenset()
    """1 is Sunday, 7 Saturday."""
    is_last: bool = False
    """The last day of the month: `L`."""
    is_last_weekday: bool = False
    """The last one from Monday to Friday: `LW`."""
    near: frozenset[int] = frozenset()
    """Days of the month whose nearest day from Monday to Friday is meant: `3W`."""
    last_of_week: frozenset[int] = frozenset()
    """Days of the week that come last in the month: `6L`."""
    nth: tuple[int, int] | None = None
    """A day of the week, and which one in the month: `3#2`."""

    def in_month(self, year: int, month: int) -> tuple[int, ...]:
        """Give the days of one month, sorted."""
        first, length = monthrange(year, month)
        weekday = {day: (first + 1 + day - 1) % 7 + 1 for day in range(1, length + 1)}
        found = {day for day in weekday if day in self.of_month or weekday[day] in self.of_week}
        found |= {length} if self.is_last else set()
        found |= {nearest_weekday(year, month, length)} if self.is_last_weekday else set()
        found |= {nearest_weekday(year, month, day) for day in self.near if day <= length}
        found |= {day for day in weekday if weekday[day] in self.last_of_week and day + 7 > length}
        if self.nth:
            found |= {
                day
                for day in weekday
                if weekday[day] == self.nth[0] and (day + 6) // 7 == self.nth[1]
            }
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule by the calendar."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days
    months: tuple[int, ...]
    years: tuple[int, ...]
    doubts: tuple[str, ...] = ()
    """What EventBridge does not say that it takes."""


def nearest_weekday(year: int, month: int, day: int) -> int:
    """Give the day from Monday to Friday of the same month that is nearest to a day."""
    saturday, sunday = 5, 6
    length = monthrange(year, month)[1]
    weekday = date(year, month, day).weekday()
    if weekday == saturday:
        return day - 1 if day > 1 else day + 2
    if weekday == sunday:
        return day + 1 if day < length else day - 2
    return day


def read_cron(text: str) -> Cron:
    """Read what stands between the parentheses of `cron(…)`; raises Malformed."""
    parts = text.upper().split()
    if len(parts) != len(FIELDS):
        names = " ".join(field.name for field in FIELDS)
        reason = f"it has {len(parts)} field{'s'[: len(parts) != 1]}, and needs 6: {names}"
        raise Malformed(reason, _from_unix(parts))
    of_month, of_week = parts[2], parts[4]
    if (of_month == "?") == (of_week == "?"):
        which = "neither is" if of_month != "?" else "both are"
        raise Malformed(
            f"one of day-of-month and day-of-week has to be `?`, and {which}",
            _with_question_mark(parts),
        )
    doubts: list[str] = []
    days = _days_of_week(of_week) if of_month == "?" else _days_of_month(of_month, doubts)
    rows = (
        _values(field, part, doubts)
        for field, part in zip(FIELDS, parts, strict=True)
        if field.name not in ("day-of-month", "day-of-week")
    )
    minute, hour, months, years = rows
    return Cron(minute, hour, days, months, years, tuple(doubts))


def _values(field: Field, text: str, doubts: list[str]) -> tuple[int, ...]:
    """Give the values of a field without special forms, sorted."""
    found: set[int] = set()
    for part in text.split(","):
        found.update(_part(field, part, doubts))
    return tuple(sorted(found))


def _part(field: Field, part: str, doubts: list[str]) -> Iterator[int]:
    match = _PART.fullmatch(part)
    if match is None or ("/" in part and "/" not in field.wildcards):
        raise _refused(field, part)
    step = int(match["step"][:6]) if match["step"] else 1
    if not step:
        raise Malformed(f"`{part}` of {field.name} goes on by 0")
    first, last = _ends(field, match["first"], match["last"], part, is_open=bool(match["step"]))
    if first > last:
        doubts.append(f"`{part}` of {field.name} begins after its end")
        last += field.most - field.least + 1
    for value in range(first, last + 1, step):
        yield (value - field.least) % (field.most - field.least + 1) + field.least


def _ends(
    field: Field, first: str, last: str | None, part: str, *, is_open: bool
) -> tuple[int, int]:
    if first == "*":
        if last:
            raise _refused(field, part)
        return field.least, field.most
    start = _number(field, first, part)
    if last:
        return start, _number(field, last, part)
    return start, field.most if is_open else start


def _number(field: Field, text: str, part: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.least
    if not _NUMBER.fullmatch(text):
        raise _refused(field, part)
    number = int(text)
    if not field.least <= number <= field.most:
        raise Malformed(f"`{text}` of {field.name} is not between {field.least} and {field.most}")
    return number


def _refused(field: Field, part: str) -> Malformed:
    names = f" or {field.names[0]}-{field.names[-1]}" if field.names else ""
    marks = " ".join(field.wildcards)
    shown = part if len(part) <= 40 else f"{part[:40]}…"  # noqa: PLR2004 - as long as is read
    return Malformed(
        f"{field.name} cannot be `{shown}`",
        f"it takes {field.least}-{field.most}{names}, with {marks}",
    )


def _days_of_month(text: str, doubts: list[str]) -> Days:
    field = FIELDS[2]
    plain: set[int] = set()
    near: set[int] = set()
    parts = text.split(",")
    for part in parts:
        if part in ("L", "LW"):
            continue
        if part.endswith("W"):
            near.add(_number(field, part[:-1], part))
        else:
            plain.update(_part(field, part, doubts))
    special = [part for part in parts if part in ("L", "LW") or part.endswith("W")]
    if "LW" in parts:
        doubts.append("`LW` of day-of-month is not in EventBridge's documentation")
    if special and len(parts) > 1:
        doubts.append(f"`{special[0]}` of day-of-month stands in a list")
    return Days(frozenset(plain), frozenset(), "L" in parts, "LW" in parts, frozenset(near))


def _days_of_week(text: str) -> Days:
    field = FIELDS[4]
    if "#" in text:
        return Days(nth=_nth(field, text))
    plain: set[int] = set()
    last: set[int] = set()
    for part in text.split(","):
        if part == "L":  # the last day of the week
            plain.add(_SATURDAY)
        elif part.endswith("L"):
            last.add(_number(field, part[:-1], part))
        else:
            plain.update(_part(field, part, []))  # SAT-THU is a range of the week
    return Days(of_week=frozenset(plain), last_of_week=frozenset(last))


def _nth(field: Field, text: str) -> tuple[int, int]:
    day, _, number = text.partition("#")
    if "," in text:
        raise Malformed(f"day-of-week takes one `#` and nothing beside it, and is `{text[:40]}`")
    if not number.isdigit() or not 1 <= int(number[:3]) <= _WEEKS:
        raise Malformed(f"`{text[:40]}` of day-of-week has no number from 1 to 5 after `#`")
    return _number(field, day, text), int(number)


def _from_unix(parts: list[str]) -> str:
    """Suggest the expression that five fields of Unix probably mean; empty if it is no such."""
    if len(parts) != 5:  # noqa: PLR2004 - minutes, hours, day of month, month, day of week
        return ""
    *others, of_week = parts
    # Unix counts from 0 for Sunday, and EventBridge from 1.
    words = "".join(
        _DAYS[int(letter) % 7] if letter.isdigit() and "/" not in of_week else letter
        for letter in of_week
    )
    return _with_question_mark([*others, words, "*"])


def _with_question_mark(parts: list[str]) -> str:
    minutes, hours, of_month, month, of_week, year = parts
    if of_week in ("*", "?"):
        of_week, of_month = "?", "*" if of_month == "?" else of_month
    elif of_month in ("*", "?"):
        of_month = "?"
    else:
        return "name days of the month or of the week, and write `?` for the other"
    expression = f"cron({minutes} {hours} {of_month} {month} {of_week} {year})"
    try:
        read_cron(expression[5:-1])
    except Malformed:
        return ""
    return f"write `{expression}`"
