"""The package is larger than the project wants it to be.

Why: `budget` is the project's own limit, for cold starts and for uploads; Lambda would take more.

Fix: remove what the message names, or raise the budget, so that everybody sees that it grew.

Example:
    budget = "20 MB"                                          # of what is uploaded
    budget = { zipped = "20 MB", unzipped = "80 MB", files = 2000 }
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count, megabytes
from lpack.rules.base import is_near, percent, shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP335"
NAME = "budget-exceeded"
SEVERITY: Severity = "error"
SUMMARY = "The package is larger than the project wants it to be"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - the project's own
    """Compare what is uploaded, the bytes of all files and their number with the budget."""
    budget, sizes = facts.function.budget, facts.sizes
    unzipped = {one.owner: one.unzipped for one in sizes.by_owner}
    files = {one.owner: one.files for one in sizes.by_owner}
    zipped: dict[str, int] = {}
    for archive in sizes.archives:
        for owner, size in archive.zipped.items():
            zipped[owner] = zipped.get(owner, 0) + size
    uploaded = sum(one.size for one in sizes.archives)
    yield from _judged(facts, "zipped", uploaded, budget.zipped, zipped)
    yield from _judged(facts, "unzipped", sizes.unzipped, budget.unzipped, unzipped)
    yield from _judged(facts, "files", sizes.files, budget.files, files)


def _judged(
    facts: Facts, kind: str, size: int, most: int | None, owners: Mapping[str, int]
) -> Iterator[Diagnostic]:
    if most is None or not (size > most or is_near(size, most)):
        return
    parts = f": {shares(owners)}" if owners else ""
    message = (
        f"the package has {_amount(kind, size)}, {percent(size, most)} of its budget of"
        f" {_amount(kind, most)}{parts}"
    )
    where = facts.function.where_first(f"budget.{kind}", "budget")
    hint = f"remove {_amount(kind, size - most)}, or raise `budget`" if size > most else None
    yield Diagnostic(CODE, SEVERITY if size > most else "warning", message, where, hint)


def _amount(kind: str, size: int) -> str:
    if kind == "files":
        return count(size, "file")
    return megabytes(size) + (" unzipped" if kind == "unzipped" else " zipped")
