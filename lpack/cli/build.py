"""`lpack build`: from the project to published packages."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lpack.cli.context import chosen
from lpack.cli.unchanged import keep
from lpack.errors import LpackError
from lpack.lock_plan import LockPlan
from lpack.outcome import Report
from lpack.pipeline import Built, build_function, stage_function
from lpack.reporters import REPORTERS
from lpack.writers import listed, render_listing

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function
    from lpack.work import Work


def build(context: Context) -> Report | int:
    """Build the chosen functions; exit status 1 if a check finds an error."""
    started = time.time_ns()
    work = replace(context.work(), no_check=context.options.no_check)
    functions = chosen(work.project, context.options.names)
    plan = LockPlan(work)
    if context.options.list:
        return _list(context, functions, work, plan)
    built: list[Built] = []
    try:
        built.extend(build_function(function, work, plan) for function in functions)
    except LpackError as error:
        # What is done is done, and is told before what failed.
        outcomes = tuple(one.outcome for one in built)
        return Report(outcomes, error.diagnostics, error.exit_status)
    failed = any(one.outcome.failed for one in built)
    if not failed and all(one.lasts for one in built):
        _remember(context, built, started)
    return Report(tuple(one.outcome for one in built), exit_status=1 if failed else 0)


def _list(context: Context, functions: tuple[Function, ...], work: Work, plan: LockPlan) -> int:
    bundles = {one.name: stage_function(one, work, plan).bundle for one in functions}
    context.progress.clear()
    if context.options.output == "json":
        documents = {name: listed(bundle) for name, bundle in bundles.items()}
        sys.stdout.write(json.dumps(documents, indent=2) + "\n")
        return 0
    for name, bundle in bundles.items():
        heading = f"{name}\n" if len(bundles) > 1 else ""
        sys.stdout.write(heading + render_listing(bundle))
    return 0


def _remember(context: Context, built: list[Built], started: int) -> None:
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
    keep(context.words, context.system.environ, built, text, started)
