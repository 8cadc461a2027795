"""The handler's module is no valid source code for the runtime's Python.

Why: every call fails with Runtime.UserCodeSyntaxError. Often the code uses grammar that is newer
than the runtime, such as `match` on Python 3.9.

Fix: correct the line, or choose a runtime whose Python knows the grammar. Where lpack itself runs
on an older Python than the runtime's, it cannot tell the two apart and only warns.

Example:
    match event["kind"]:           # wrong on python3.9, right on python3.10 and later
        case "order": ...
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where
from lpack.rules.base import ends_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP309"
NAME = "handler-syntax-error"
SEVERITY: Severity = "error"
SUMMARY = "The handler's module is no valid source code for the runtime's Python"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a syntax error in the handler's module, or in one it is imported from."""
    finding = facts.handler
    if finding.path is None or finding.outcome not in ("syntax-error", "syntax-unsure"):
        return
    runtime = facts.function.target.runtime.name
    severity, hint = SEVERITY, f"correct the line for {runtime}"
    message = f"`{finding.path}` is not valid for {runtime}: {finding.detail}{ends_in(facts)}"
    if finding.outcome == "syntax-unsure":
        host = f"{sys.version_info.major}.{sys.version_info.minor}"
        severity, hint = "warning", f"run lpack with the Python of {runtime}, or use `--import`"
        message = f"`{finding.path}` is not valid for Python {host}: {finding.detail}"
    where = Where(finding.path, finding.line, column=finding.column)
    yield Diagnostic(CODE, severity, message, where, hint)
