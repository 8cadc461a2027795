"""The module that the handler names is not in the package.

Why: every call fails with Runtime.ImportModuleError. Mostly the name is misspelt, or the package's
root is not the folder that the handler counts from.

Fix: correct the handler, or set `source` to the folder that the module lies in.

Example:
    handler = "src/app.handler"    # wrong with `source = "src"`, whose content is at the root
    handler = "app.handler"        # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import ends_in, wrong_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.handler_finding import HandlerFinding
    from lpack.facts.limits import Limits
    from lpack.model import Function, Severity

CODE = "LP307"
NAME = "handler-module-missing"
SEVERITY: Severity = "error"
SUMMARY = "The module that the handler names is not in the package"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a handler whose module nobody brings."""
    finding = facts.handler
    handler = facts.function.handler
    if finding.outcome != "module-missing" or finding.hidden or not facts.paths or not handler:
        return
    if wrong_root(facts):  # LP356 tells it
        return
    reason = finding.detail or f"`{finding.looked_for[0]}` is not in the package"
    yield Diagnostic(
        CODE,
        SEVERITY,
        f"the handler's module `{finding.module}` cannot be imported: {reason}{ends_in(facts)}",
        facts.function.where("handler"),
        _SCRIPT_HINT if handler.text in facts.paths else _hint(finding, facts.function),
    )


# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
_SCRIPT_HINT = "declare the layer whose AWS_LAMBDA_EXEC_WRAPPER runs this script: `layers = […]`"


def _hint(finding: HandlerFinding, function: Function) -> str:
    if not finding.suggestions:
        return f"add `{finding.looked_for[0]}`, or correct the handler"
    hint = f"did you mean `{finding.suggestions[0]}`?"
    folder = function.written("source", finding.folder)
    return f"{hint} or set `{folder}`" if finding.folder else hint
