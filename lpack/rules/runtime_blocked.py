"""Lambda creates no more functions with this runtime.

Why: after its date, CreateFunction refuses the runtime. A function that exists can be updated until
a later date, and then no more.

Fix: move to a supported runtime. AWS has moved such dates before; the page below has them.

Example:
    runtime = "python3.7"      # wrong: no functions are created with it since 2024
    runtime = "python3.13"     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import newest_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP313"
NAME = "runtime-blocked"
SEVERITY: Severity = "error"
SUMMARY = "Lambda creates no more functions with this runtime"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - dates are no limit
    """Compare the runtime's dates with today."""
    runtime = facts.function.target.runtime
    if runtime.create_blocked is None or runtime.create_blocked > facts.today:
        return
    message = f"Lambda creates no functions with {runtime.name} since {runtime.create_blocked}"
    if runtime.update_blocked is not None:
        verb = "are" if runtime.update_blocked > facts.today else "were"
        message += f"; existing ones {verb} updated until {runtime.update_blocked}"
    yield Diagnostic(
        CODE,
        SEVERITY,
        message,
        facts.function.where("runtime"),
        f"set `{facts.function.written('runtime', newest_runtime(facts.today))}`",
    )
