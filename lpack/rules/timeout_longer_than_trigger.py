"""The function may run longer than its trigger waits for it.

Why: API Gateway gives its caller an error after 29 seconds, while the function runs on, is billed,
and its answer is lost.

Fix: set a timeout of at most 29 seconds, answer at once and work on in another call, or use a
function URL, which waits as long as the function runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP320"
NAME = "timeout-longer-than-trigger"
SEVERITY: Severity = "warning"
SUMMARY = "The function may run longer than its trigger waits for it"
SOURCE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the timeout with what API Gateway waits."""
    gateway = limits.definition("gateway_timeout")
    waits, timeout = int(gateway["maximum"]), facts.function.timeout
    kinds = [item.kind for item in facts.function.triggers if item.kind in gateway["triggers"]]
    if kinds and timeout > waits:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`timeout` of {timeout} s is longer than API Gateway waits ({waits} s)",
            facts.function.where("timeout"),
            f"set `timeout = {waits}`, or remove the `{kinds[0]}` trigger",
        )
