"""The runtime is deprecated, or will be within half a year.

Why: a deprecated runtime gets no security patches, and functions that use it can later neither be
created nor updated. AWS announces a deprecation 180 days ahead.

Fix: move to a runtime with more time left.

Example:
    runtime = "python3.9"      # wrong: deprecated since 2025
    runtime = "python3.13"     # right
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import newest_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP314"
NAME = "runtime-deprecated"
SEVERITY: Severity = "warning"
SUMMARY = "The runtime is deprecated, or will be within half a year"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the runtime's dates with today, while functions can still be created with it."""
    runtime, today = facts.function.target.runtime, facts.today
    blocked = runtime.create_blocked
    if runtime.deprecated is None or (blocked is not None and blocked <= today):
        return
    notice = timedelta(days=int(limits.definition("deprecation_notice")["maximum"]))
    if runtime.deprecated > today + notice:
        return
    verb = "is deprecated since" if runtime.deprecated <= today else "will be deprecated on"
    message = f"{runtime.name} {verb} {runtime.deprecated}"
    if blocked is not None:
        message += f", and no functions can be created with it from {blocked}"
    yield Diagnostic(
        CODE,
        SEVERITY,
        message,
        facts.function.where("runtime"),
        f"set `{facts.function.written('runtime', newest_runtime(today, is_own=runtime.is_own))}`",
    )
