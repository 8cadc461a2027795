"""The memory is outside of what Lambda offers.

Why: CreateFunction refuses a memory below 128 MB or above 10,240 MB. New accounts may be held to
3,008 MB, which no package shows.

Fix: set `memory` to a number within the range.

Example:
    memory = 64      # wrong: Lambda begins at 128
    memory = 128     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP310"
NAME = "memory-out-of-range"
SEVERITY: Severity = "error"
SUMMARY = "The memory is outside of what Lambda offers"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the memory with the range."""
    value, function = facts.function.memory, facts.function
    name = function.called("memory")
    least, most = limits.minimum("settings", "memory"), limits.maximum("settings", "memory")
    step = limits.step("settings", "memory")
    if least <= value <= most and value % step:
        message = f"`{name}` of {value:,} MB is not a multiple of {step}"
        hint = f"set `{function.written('memory', min(most, -(-value // step) * step))}`"
        yield Diagnostic(CODE, SEVERITY, message, function.where("memory"), hint)
    if not least <= value <= most:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{name}` of {value:,} MB is not between {least:,} and {most:,}",
            function.where("memory"),
            f"set `{function.written('memory', least if value < least else most)}`",
        )
