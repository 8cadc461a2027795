"""The date of everything in a package: a fixed one, or the one that SOURCE_DATE_EPOCH names.

https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from lpack.errors import UsageError
from lpack.model import Moment, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SOURCE_DATE_EPOCH"
_FIRST, _LAST = 315_532_800, 4_354_819_199
"""The first second of 1980 and the last one of 2107: ZIP knows no other years."""
_MOST_DIGITS = 12
_SHOWN = 40


def source_date(environ: Mapping[str, str]) -> Moment:
    """Give the date that the environment asks for, or the nearest that a zip can hold.

    No clock is read. Raises UsageError LP019 when the variable is no number of seconds.
    """
    stated = environ.get(VARIABLE)
    if stated is None:
        return Moment()
    found = re.fullmatch("(-?)0*([0-9]+)", stated, re.ASCII)
    if found is None:
        raise UsageError(
            "LP019",
            f"`{VARIABLE}` is {stated[:_SHOWN]!a}, and should be seconds since 1970, in digits",
            where=Where(f"the environment variable {VARIABLE}"),
            hint="set it to what `git log -1 --format=%ct` prints, or take it away",
        )
    sign, digits = found.groups()
    # A number of any length may be meant, and Python converts long ones slowly.
    seconds = int(sign + digits) if len(digits) <= _MOST_DIGITS else int(f"{sign}{_LAST}")
    return _moment(min(max(seconds, _FIRST), _LAST))


def _moment(seconds: int) -> Moment:
    day = datetime.fromtimestamp(seconds, timezone.utc)
    return Moment(
        (day.year - 1980) << 9 | day.month << 5 | day.day,
        day.hour << 11 | day.minute << 5 | day.second >> 1,
    )
