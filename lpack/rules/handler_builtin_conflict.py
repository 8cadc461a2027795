"""The handler's module has the name of a module that Python finds first.

Why: for a module that is built into Python, such as `time`, every call fails with
Runtime.BuiltInModuleConflict. A module that the runtime has already imported, such as `json` or
`logging`, is never imported from the package, so every call fails with Runtime.HandlerNotFound or
Runtime.ImportModuleError.

Fix: rename the module, for instance to `app`.

Example:
    handler = "time.handler"       # wrong: `time` is part of Python itself
    handler = "app.handler"        # right, with time.py renamed to app.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import ends_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP321"
NAME = "handler-builtin-conflict"
SEVERITY: Severity = "error"
SUMMARY = "The handler's module has the name of a module that Python finds first"
SOURCE = "https://github.com/aws/aws-lambda-python-runtime-interface-client"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a handler's module that another one stands in front of."""
    if facts.handler.outcome == "builtin-conflict":
        module = facts.handler.module
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the handler's module `{module}` cannot be imported: {facts.handler.detail}"
            f"{ends_in(facts)}",
            facts.function.where("handler"),
            "rename the module, for instance to `app`",
        )
