"""`lpack check`: the verdict, and nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lpack.cli.given import assumption, paths_among, paths_instead
from lpack.cli.remembered import Memory, remember_all
from lpack.cli.running import Running, report_of
from lpack.cli.selection import select
from lpack.cli.template_names import templates_among
from lpack.errors import UsageError
from lpack.pipeline import check_function
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function
    from lpack.outcome import Report
    from lpack.staged import Built


def check(context: Context) -> Report:
    """Check the chosen functions, packages or templates; exit status 1 if a rule finds an error."""
    names = context.options.names
    if templates_among(names):
        from lpack.cli.check_template import check_templates  # noqa: PLC0415 - few have one

        return check_templates(context)
    if paths_among(names, context.options):
        return _check_packages(context)
    started = time.time_ns()
    options = context.options
    own_only = options.no_dependencies
    try:
        work = replace(context.work(), strict=options.strict, proves_imports=options.proves_imports)
        selection = select(context, work, locks=not own_only)
    except UsageError as error:
        if not paths_instead(error, names):
            raise
        return _check_packages(context, assumption(names))
    way = " --no-dependencies" if own_only else " --import" if options.proves_imports else ""
    memory = Memory(f"check{way}", work, selection.plan, started)

    def do(function: Function) -> Built:
        if own_only:
            from lpack.own_check import check_own  # noqa: PLC0415 - only hooks need it

            return check_own(function, work)
        return check_function(function, work, selection.plan)

    running = Running(context, work, memory, do, own_only=own_only)
    results = running.results(selection.functions)
    report = report_of(selection, results)
    remember_all(context, report, results.values(), memory)
    return report


def _check_packages(context: Context, note: str = "") -> Report:
    from lpack.cli.packages import check_packages  # noqa: PLC0415 - most checks are of a project

    return check_packages(context, context.options.names, note)
