"""`lpack check`: the verdict, and nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lpack.cli.remembered import Memory, remember_all
from lpack.cli.running import Running, report_of
from lpack.cli.selection import select
from lpack.pipeline import check_function
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function
    from lpack.outcome import Report
    from lpack.pipeline import Built


def check(context: Context) -> Report:
    """Check the chosen functions; exit status 1 if a rule finds an error."""
    started = time.time_ns()
    work = replace(context.work(), strict=context.options.strict)
    selection = select(context, work)
    memory = Memory("check", work, selection.plan, started)

    def do(function: Function) -> Built:
        return check_function(function, work, selection.plan)

    results = Running(context, work, memory, do).results(selection.functions)
    report = report_of(selection, results)
    remember_all(context, report, results.values(), memory)
    return report
