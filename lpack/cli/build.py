"""`lpack build`: from the project to published packages."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from lpack.cli.context import chosen
from lpack.cli.unchanged import keep
from lpack.outcome import Report
from lpack.pipeline import Built, LockPlan, build_function, stage_function
from lpack.reporters import REPORTERS
from lpack.writers import render_listing

if TYPE_CHECKING:
    from lpack.cli.context import Context


def build(context: Context) -> Report | int:
    """Build the chosen functions; exit status 1 if a check finds an error."""
    work = replace(context.work(), no_check=context.options.no_check)
    functions = chosen(work.project, context.options.names)
    plan = LockPlan(work)
    if context.options.list:
        for function in functions:
            listing = render_listing(stage_function(function, work, plan).bundle)
            context.progress.clear()
            sys.stdout.write(listing)
        return 0
    built = [build_function(function, work, plan) for function in functions]
    failed = any(one.outcome.failed for one in built)
    report = Report(tuple(one.outcome for one in built), exit_status=1 if failed else 0)
    if not failed:
        _remember(context, built)
    return report


def _remember(context: Context, built: list[Built]) -> None:
    again = Report(
        tuple(
            replace(
                one.outcome,
                changed=False,
                lock=one.outcome.lock and replace(one.outcome.lock, written=False),
            )
            for one in built
        )
    )
    text = REPORTERS[context.options.output](again, context.style)
    keep(context.words, context.system.environ, built, text)
