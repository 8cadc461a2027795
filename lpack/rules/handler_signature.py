"""The handler cannot be called with an event and a context.

Why: the runtime client calls `handler(event, context)`; a function that takes fewer or requires
more arguments fails each call with a TypeError.

Fix: define it as `def handler(event, context)`.

Example:
    def handler(event): ...                    # wrong: it is called with two arguments
    def handler(event, context): ...           # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where
from lpack.rules.base import ends_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP324"
NAME = "handler-signature"
SEVERITY: Severity = "error"
SUMMARY = "The handler cannot be called with an event and a context"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a handler that does not take two positional arguments."""
    finding = facts.handler
    if finding.outcome == "signature" and finding.path:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{finding.attribute}` cannot be called with event and context: {finding.detail}"
            f"{ends_in(facts)}",
            Where(finding.path, finding.line),
            f"define it as `def {finding.attribute}(event, context)`",
        )
