"""The class of error that Lambda reports for what is wrong with a handler.

The names are those of
https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/lambda_runtime_exception.py
and of Python itself, where the runtime client passes those on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.python_names import BUILTIN_MODULES
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.facts.handler_finding import HandlerFinding

_IMPORT = "Runtime.ImportModuleError"
_NOT_FOUND = "Runtime.HandlerNotFound"
_OF_OUTCOME = {
    "module-missing": _IMPORT,
    "syntax-error": "Runtime.UserCodeSyntaxError",
    "syntax-unsure": "Runtime.UserCodeSyntaxError",
    "not-callable": "TypeError",
    "signature": "TypeError",
    "async": "Runtime.MarshalError",
}


def with_error(finding: HandlerFinding) -> HandlerFinding:
    """Add the class of the error that a call ends in; nothing where none is known."""
    return replace(finding, error=_error(finding))


def _error(finding: HandlerFinding) -> str:
    if finding.outcome == "malformed":
        return _of_malformed(finding)
    if finding.outcome == "builtin-conflict":
        return _of_conflict(finding)
    if finding.outcome == "function-missing":
        # An import fails to find the name, before anybody looks for the handler.
        return _IMPORT if finding.line else _NOT_FOUND
    return _OF_OUTCOME.get(finding.outcome, "")


def _of_malformed(finding: HandlerFinding) -> str:
    module, attribute = finding.module, finding.attribute
    if any(character.isspace() for character in module + attribute):
        return ""  # CreateFunction refuses it
    if not finding.has_dot:
        return "Runtime.MalformedHandlerName"
    if not module:
        return "ValueError"
    if not attribute:
        return _NOT_FOUND
    return "TypeError" if module.startswith((".", "/")) else _IMPORT


def _of_conflict(finding: HandlerFinding) -> str:
    first, _, rest = finding.module.replace("/", ".").partition(".")
    if first in BUILTIN_MODULES:
        return "Runtime.BuiltInModuleConflict"
    return _IMPORT if rest else _NOT_FOUND
