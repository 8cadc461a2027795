"""The date of everything in a package comes from one variable, or is a fixed one."""

from __future__ import annotations

import pytest

from lpack.errors import UsageError
from lpack.model import Moment
from lpack.source_date import source_date

FIRST, LAST = "1980-01-01 00:00:00", "2107-12-31 23:59:58"


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        (None, FIRST),
        ("0", FIRST),
        ("-1", FIRST),
        ("-99999999999999999999", FIRST),
        ("315532799", FIRST),
        ("315532800", FIRST),
        ("315532803", "1980-01-01 00:00:02"),
        ("000001700000001", "2023-11-14 22:13:20"),
        ("1709208000", "2024-02-29 12:00:00"),
        ("4354819198", LAST),
        ("4354819199", LAST),
        ("4354819200", LAST),
        ("1000000000000", LAST),
        ("9" * 100_000, LAST),
    ],
)
def test_the_date_is_the_nearest_that_a_zip_can_hold(stated: str | None, date: str) -> None:
    """Between 1980 and 2107, in steps of two seconds, rounded down."""
    environ = {} if stated is None else {"SOURCE_DATE_EPOCH": stated}

    assert str(source_date(environ)) == date


def test_without_the_variable_the_date_is_the_first_one() -> None:
    """As the digests of all packages were before there was a choice."""
    assert source_date({}) == Moment(0x21, 0)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        " 1",
        "1\n",
        "+1",
        "1.0",
        "1_0",
        "0x1",
        "1e9",
        "now",
        "--1",
        "-",
        "\u0661",
        "2023-11-14",
        "\x1b[2J",
    ],
)
def test_what_is_no_number_is_refused(stated: str) -> None:
    """A date that is ignored would make another package than the one that was meant."""
    with pytest.raises(UsageError) as caught:
        source_date({"SOURCE_DATE_EPOCH": stated})

    assert caught.value.code == "LP019"
    assert str(caught.value).isprintable()
