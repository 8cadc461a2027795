"""Schedule expressions: `cron(…)`, `rate(…)` and `at(…)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lpack.lazily import pattern
from lpack.schedules.fields import Cron, Malformed, read_cron
from lpack.values import dataclass

__all__ = ["At", "Malformed", "Rate", "Schedule", "parse_schedule"]

_FORM = pattern(r"(?P<kind>[A-Za-z]*)\((?P<inside>[^()]*)\)")
_RATE = pattern(r"(?P<number>\S+)\s+(?P<unit>\S+)")
_AT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST_TEXT = 256
"""https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""
_UNITS = {"minute": 1, "hour": 60, "day": 60 * 24}
_LONGEST = 9
"""Digits of a rate; more would be millions of years."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A schedule that comes again and again, counted from when it is created."""

    minutes: int

    @property
    def every(self) -> timedelta:
        """How long there is between two times."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class At:
    """One time, in the schedule's own time zone."""

    moment: datetime


Schedule = Cron | Rate | At


def parse_schedule(text: str) -> Schedule:
    """Read an expression as EventBridge does, or raise Malformed."""
    if len(text) > _LONGEST_TEXT:
        raise Malformed(f"it has {len(text):,} characters, and may have {_LONGEST_TEXT}")
    match = _FORM.fullmatch(text.strip())
    kind = match["kind"] if match else ""
    if match is None or kind not in ("cron", "rate", "at"):
        raise Malformed("it is none of `cron(…)`, `rate(…)` and `at(…)`", _meant(text))
    if kind == "cron":
        return read_cron(match["inside"])
    return _rate(match["inside"].strip()) if kind == "rate" else _at(match["inside"].strip())


def _meant(text: str) -> str:
    """Suggest the form, where the word before the parenthesis is missing or in capitals."""
    match = _FORM.fullmatch(text.strip())
    if match and match["kind"].lower() in ("cron", "rate", "at"):
        return f"write `{match['kind'].lower()}({match['inside']})`"
    inside = text.strip().strip("()").strip()
    for kind, read in (("cron", read_cron), ("rate", _rate)):
        try:
            read(inside)
        except Malformed as error:
            if error.hint.startswith("write"):
                return error.hint
        else:
            return f"write `{kind}({text})`"
    return "such as `cron(0 8 ? * MON-FRI *)` or `rate(5 minutes)`"


def _rate(inside: str) -> Rate:
    match = _RATE.fullmatch(inside)
    number, unit = (match["number"], match["unit"]) if match else ("", "")
    if unit.removesuffix("s") not in _UNITS:
        raise Malformed(
            "a rate is a number and one of `minutes`, `hours` and `days`", "such as `rate(5 days)`"
        )
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST) or int(number) == 0:
        raise Malformed(
            f"`{number[:20]}` is no whole number of one or more", f"such as `rate(5 {unit})`"
        )
    singular = unit.removesuffix("s")
    right = singular if int(number) == 1 else f"{singular}s"
    if unit != right:
        raise Malformed(
            f"`{number}` goes with `{right}`, not with `{unit}`", f"write `rate({number} {right})`"
        )
    return Rate(int(number) * _UNITS[singular])


def _at(inside: str) -> At:
    hint = "such as `at(2030-01-31T08:00:00)`"
    if not _AT.fullmatch(inside):
        raise Malformed("it is no date and time as `yyyy-mm-ddThh:mm:ss`", hint)
    try:
        return At(datetime.fromisoformat(inside))
    except ValueError as error:
        raise Malformed(f"there is no such time: {error}", hint) from error
