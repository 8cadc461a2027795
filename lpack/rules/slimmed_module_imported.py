"""Slimming left out a module that the function imports.

Why: the import fails with ModuleNotFoundError, and with it the first call. Some distributions keep
what they need in a folder that is named like tests or documentation.

Fix: keep the folder with `include`, which wins over slimming, or take the rule out of `slim`.

Example:
    slim = ["tests"]                           # wrong, where app.py imports `shop.tests.factory`
    include = ["shop/tests/"]                  # right, beside it: the folder stays
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.imports_removed import RemovedImport
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP328"
NAME = "slimmed-module-imported"
SEVERITY: Severity = "error"
SUMMARY = "Slimming left out a module that the function imports"
SOURCE = "https://docs.python.org/3/reference/import.html"
_LONGEST_CHAIN = 5


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report once for each thing that was left out and is imported, by the strongest reason."""
    told: set[str] = set()
    for item in facts.removed_imports:
        if item.removed not in told:
            told.add(item.removed)
            same = [other for other in facts.removed_imports if other.removed == item.removed]
            yield _report(facts, item, len(same) - 1)


def _report(facts: Facts, item: RemovedImport, others: int) -> Diagnostic:
    verb = "imports" if item.certain else "may import"
    more = f" and {count(others, 'other import')}" if others else ""
    return Diagnostic(
        CODE,
        SEVERITY if item.certain else "warning",
        f"slimming left out `{item.name}` of {item.owner}, which the function {verb}: "
        f"{_chain(item)}{more}",
        facts.function.where("slim"),
        f'keep it with `include = ["{item.removed}"]`, or take "{item.rule}" out of `slim`',
    )


def _chain(item: RemovedImport) -> str:
    """Write who imports whom, the middle left out where it is long."""
    names = item.chain
    if not names:
        return "it is the handler's module"
    if len(names) > _LONGEST_CHAIN:
        names = (*names[:2], "…", *names[-2:])
    return " → ".join((*names, f"{item.name} ({item.path}:{item.line})"))
