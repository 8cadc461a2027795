"""The handler's module has no function of that name, or something that cannot be called.

Why: every call fails with Runtime.HandlerNotFound, with Runtime.ImportModuleError where an import
fails to find the name, or with a TypeError where the name is no function.

Fix: name a function that the module defines or imports.

Example:
    handler = "app.main"           # wrong, where app.py defines only `handler`
    handler = "app.handler"        # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where
from lpack.rules.base import ends_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.handler_finding import HandlerFinding
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP308"
NAME = "handler-function-missing"
SEVERITY: Severity = "error"
SUMMARY = "The handler's module has no such function"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a handler whose name the module does not bind, or binds to a value."""
    finding = facts.handler
    if finding.hidden or finding.outcome not in ("function-missing", "not-callable"):
        return
    where = facts.function.where("handler")
    if finding.path and finding.line:
        where = Where(finding.path, finding.line)
    yield Diagnostic(CODE, SEVERITY, _message(finding) + ends_in(facts), where, _hint(finding))


def _message(finding: HandlerFinding) -> str:
    if finding.outcome == "not-callable":
        value = finding.detail if "`" in finding.detail else f"`{finding.detail}`"
        return f"`{finding.attribute}` in `{finding.path}` cannot be called: it is {value}"
    message = f"`{finding.path}` has no function `{finding.attribute}`"
    return f"{message}: {finding.detail}" if finding.detail else message


def _hint(finding: HandlerFinding) -> str:
    if finding.suggestions:
        return f"did you mean `{finding.suggestions[0]}`?"
    return f"define `def {finding.attribute}(event, context)`, or name another function"
