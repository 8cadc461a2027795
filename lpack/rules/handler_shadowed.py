"""A distribution's module stands before the function's own, where the handler is looked for.

Why: Python takes a package before a module of the same name, an extension module before source
code, and a module before a folder without `__init__.py`. So Lambda imports what the distribution
brings, and the function's own file is never read: the call fails, or runs somebody else's code.

Fix: rename the own module, and the handler with it.

Example:
    handler = "redis.handler"            # wrong: redis.py is own, and redis/ is of a distribution
    handler = "redis_handler.handler"    # right
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

CODE = "LP333"
NAME = "handler-shadowed"
SEVERITY: Severity = "error"
SUMMARY = (
    "A distribution's module stands before the function's own, where the handler is looked for"
)
SOURCE = "https://docs.python.org/3/reference/import.html#path-entry-finders"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report an own file that the import of the handler's module does not reach."""
    finding = facts.handler
    if finding.hidden:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the handler's module `{finding.module}` is `{finding.found_at}` of {finding.owner},"
            f" which Python takes before your `{finding.hidden}`{ends_in(facts)}",
            facts.function.where("handler"),
            f"rename `{finding.hidden}`, and the handler with it",
        )
