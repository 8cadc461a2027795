"""The handler is not of the form `module.function`.

Why: CreateFunction refuses a handler with white space or of more than 128 characters. Any other
text is accepted, and the first call then fails: the runtime client splits it at its last dot and
imports what stands before it.

Fix: write the path of the file from the package's root without `.py`, a dot, and the function's
name: `app.handler`, `package/module.handler`.

Example:
    handler = "handler"            # wrong: no module
    handler = "./src/app.handler"  # wrong: relative
    handler = "app.handler"        # right: the function `handler` of app.py
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

CODE = "LP306"
NAME = "handler-malformed"
SEVERITY: Severity = "error"
SUMMARY = "The handler is not of the form module.function"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"
_HINT = "write the file's path without `.py`, a dot and the function's name, such as `app.handler`"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report a handler that cannot name a function."""
    if facts.function.handler is None or facts.handler.outcome == "not-needed":
        return
    text, limit = facts.function.handler.text, limits.max_length("settings", "handler")
    where = facts.function.where("handler")
    if len(text) > limit:
        message = f"the handler has {len(text)} characters, and Lambda takes {limit}"
        yield Diagnostic(CODE, SEVERITY, message, where, "give the module a shorter path")
    if facts.handler.outcome == "malformed":
        message = f"the handler `{text}` is malformed: {facts.handler.detail}{ends_in(facts)}"
        hint = "leave it out" if facts.function.target.runtime.is_own else _HINT
        yield Diagnostic(CODE, SEVERITY, message, where, hint)
