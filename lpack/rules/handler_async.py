"""The handler is an `async def`, which Lambda does not await.

Why: the runtime client calls the handler and writes what it returns as JSON. A coroutine cannot be
written, so every call fails with Runtime.MarshalError, and nothing of the function has run.

Fix: define a plain function that runs the coroutine: `return asyncio.run(main(event, context))`.

Example:
    async def handler(event, context): ...     # wrong: nobody awaits it
    def handler(event, context):               # right
        return asyncio.run(main(event, context))
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

CODE = "LP323"
NAME = "handler-async"
SEVERITY: Severity = "error"
SUMMARY = "The handler is an async def, which Lambda does not await"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a handler that returns a coroutine."""
    finding = facts.handler
    if finding.outcome == "async" and finding.path:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the handler `{finding.attribute}` is `async`, and Lambda does not await it"
            f"{ends_in(facts)}",
            Where(finding.path, finding.line),
            "call it from a plain function with `asyncio.run(…)`",
        )
