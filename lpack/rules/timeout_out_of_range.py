"""The timeout is outside of what Lambda offers.

Why: a function runs for at least one and at most 900 seconds; CreateFunction refuses any other
timeout.

Fix: set `timeout` to a number within the range, and give longer work to Step Functions, Batch or
another call.

Example:
    timeout = 1200   # wrong: Lambda ends any invocation after 900 seconds
    timeout = 900    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP311"
NAME = "timeout-out-of-range"
SEVERITY: Severity = "error"
SUMMARY = "The timeout is outside of what Lambda offers"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the timeout with the range."""
    function = facts.function
    value, name = function.timeout, function.called("timeout")
    least, most = limits.minimum("settings", "timeout"), limits.maximum("settings", "timeout")
    if not least <= value <= most:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{name}` of {value:,} seconds is not between {least:,} and {most:,}",
            function.where("timeout"),
            f"set `{function.written('timeout', least if value < least else most)}`",
        )
