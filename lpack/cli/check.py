"""`lpack check`: the verdict, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cli.context import chosen
from lpack.lock_plan import LockPlan
from lpack.outcome import Report
from lpack.pipeline import check_function

if TYPE_CHECKING:
    from lpack.cli.context import Context


def check(context: Context) -> Report:
    """Check the chosen functions; exit status 1 if a rule finds an error."""
    work = context.work()
    functions = chosen(work.project, context.options.names)
    plan = LockPlan(work)
    outcomes = tuple(check_function(function, work, plan) for function in functions)
    return Report(outcomes, exit_status=1 if any(one.failed for one in outcomes) else 0)
