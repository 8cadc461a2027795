"""An event of a test is larger than Lambda takes.

Why: Lambda refuses a larger event with RequestTooLargeException (413): 6 MB where the caller waits
for the answer, 1 MB where it does not. A load balancer passes on 1 MB.

Fix: put the content into a bucket, and its name into the event.

Example:
    { name = "big", event = "events/8mb.json" }           # wrong
    { name = "big", event = { key = "uploads/8mb" } }     # right
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.facts.payloads import payloads_of
from lpack.model import Diagnostic
from lpack.printed import megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.payloads import Payload
    from lpack.model import HandlerTest, Severity

CODE = "LP379"
NAME = "event-too-large"
SEVERITY: Severity = "error"
SUMMARY = "An event of a test is larger than Lambda takes"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the JSON of each event with what any of the triggers takes."""
    function = facts.function
    if not function.tests:
        return
    known = payloads_of(function, limits)
    for test in function.tests:
        payloads = tuple(one for one in known if test.trigger in (None, one.kind)) or known
        # A function without triggers is invoked, and the caller waits.
        most = max(
            (one.request for one in payloads),
            default=int(limits.definition("request_payload")["maximum"]),
        )
        size = _bytes(test)
        if size > most:
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"the event of test `{test.name}` has {megabytes(size)}, and Lambda takes"
                f" {megabytes(most)} from {_callers(payloads) or 'a caller'}",
                function.where("tests"),
                "put the content into a bucket, and its name into the event",
            )


def _bytes(test: HandlerTest) -> int:
    return len(json.dumps(test.event, separators=(",", ":"), ensure_ascii=False).encode())


def _callers(payloads: tuple[Payload, ...]) -> str:
    return " or ".join(f"`{one.kind}`" for one in payloads)
