"""The function may run longer than its trigger waits for it.

Why: API Gateway gives its caller an error after 29 seconds and Cognito after 5, Alexa and Connect
wait for 8, Lex for 30 and Firehose for 300, while the function runs on, is billed, and its answer
is lost. A queue of SQS gives a message to the next invocation
when its visibility timeout ends, and Lambda takes no queue whose timeout is the shorter one.

Fix: set a shorter timeout, answer at once and work on in another call, or use a function URL, which
waits as long as the function runs. Give a queue a visibility timeout of six times the function's.

Example:
    triggers = ["http"]
    timeout = 60     # wrong: API Gateway waits 29 seconds
    timeout = 29     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP320"
NAME = "timeout-longer-than-trigger"
SEVERITY: Severity = "warning"
SUMMARY = "The function may run longer than its trigger waits for it"
SOURCE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_TIMES = 6


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the timeout with what its callers wait."""
    function = facts.function
    timeout, where, name = function.timeout, function.where("timeout"), function.called("timeout")
    for row in limits.callers():
        waits, kind = _waiting(row, facts)
        if kind and timeout > waits:
            message = f"`{name}` of {timeout} s is longer than {row['caller']} waits ({waits} s)"
            hint = f"set `{function.written('timeout', waits)}`, or remove the `{kind}` trigger"
            yield Diagnostic(CODE, SEVERITY, message, where, hint)
    hides, kind = _waiting(limits.definition("queue_visibility"), facts)
    declared = any(one.visibility_timeout is not None for one in facts.function.triggers)
    if kind and timeout > hides and not declared:
        message = (
            f"`{name}` of {timeout} s is longer than a queue hides a message ({hides} s), "
            "if that was not changed"
        )
        hint = f"give the queue a visibility timeout of {timeout * _TIMES} s, six times as long"
        yield Diagnostic(CODE, "info", message, where, hint)


def _waiting(caller: Mapping[str, Any], facts: Facts) -> tuple[int, str]:
    """Give the seconds that a caller waits, and the trigger by which the function has it."""
    kinds = (item.kind for item in facts.function.triggers if item.kind in caller["triggers"])
    return int(caller["maximum"]), next(kinds, "")
