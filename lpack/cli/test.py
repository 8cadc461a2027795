"""`lpack test`: the tests that functions declare, run against their packages as on Lambda."""

from __future__ import annotations

import contextlib
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from lpack.cli.failing import told
from lpack.cli.selection import select
from lpack.cli.surroundings import surroundings_of
from lpack.cli.telling import write_texts
from lpack.deploying import deploy
from lpack.deploying.opening import opened, sandbox_limits
from lpack.errors import UsageError
from lpack.facts.limits import read_limits
from lpack.outcome import Failure
from lpack.printed import count, safe
from lpack.reporters import TEST_REPORTERS, Style
from lpack.reporters.tests_text import render_ending, render_heading, render_result
from lpack.testing import FunctionResults, TestReport, run_tests, selected
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function, HandlerTest
    from lpack.work import Work

Wanted = dict[str, "tuple[HandlerTest, ...]"]


def test(context: Context) -> int:
    """Run the tests of the chosen functions; exit status 1 if one fails."""
    work = context.work()
    selection = select(context, work)
    functions = selection.functions
    wanted = {one.name: selected(one.tests, context.options.pattern) for one in functions}
    if selection.skipped:
        number = count(len(selection.skipped), "function")
        _say(context, f"skipped  {number} unchanged since {safe(selection.since)}\n")
    elif not any(wanted.values()):
        raise _nothing_to_run(context, functions)
    report = TestReport(())
    for function in functions:
        if wanted[function.name]:
            report = _with(report, _tried(context, work, function, wanted[function.name]))
        if report.exit_status and context.options.exit_first:
            break
    return _told(context, report)


def _told(context: Context, report: TestReport) -> int:
    form, style = context.options.output, context.style
    if form == "text":
        sys.stdout.write(render_ending(report, style))
    else:
        sys.stdout.write(TEST_REPORTERS[form](report, style))
    sys.stdout.flush()
    texts = [(name, TEST_REPORTERS[one](report, Style())) for one, name in context.options.reports]
    return max(report.exit_status, write_texts(texts, style))


def _nothing_to_run(context: Context, functions: tuple[Function, ...]) -> UsageError:
    pattern = context.options.pattern
    names = ", ".join(f"`{one.name}`" for one in functions[:10])
    if pattern and any(one.tests for one in functions):
        return UsageError("LP434", f"no test of {names} fits `{pattern}`")
    return UsageError(
        "LP434",
        f"there is no test of {names}" if names else "no function was chosen",
        where=functions[0].where("tests") if functions else None,
        hint="declare one: `[[tool.lpack.functions.NAME.tests]]`",
    )


def _with(report: TestReport, found: FunctionResults | Failure) -> TestReport:
    if isinstance(found, FunctionResults):
        status = max(report.exit_status, 1 if found.failed else 0)
        return replace(report, functions=(*report.functions, found), exit_status=status)
    status = max(report.exit_status, found.exit_status)
    return replace(report, failures=(*report.failures, found), exit_status=status)


def _tried(
    context: Context, work: Work, function: Function, tests: tuple[HandlerTest, ...]
) -> FunctionResults | Failure:
    """Deploy a function and run its tests; one that cannot be deployed does not stop the others."""
    try:
        return _try(context, work, function, tests)
    except Exception as error:  # noqa: BLE001 - others can still be tried
        context.progress.clear()
        diagnostics, status = told(error, verbose=context.style.verbose)
        return Failure((function.name,), diagnostics, status)


def _try(
    context: Context, work: Work, function: Function, tests: tuple[HandlerTest, ...]
) -> FunctionResults:
    profile = read_limits(function.limits)
    around = surroundings_of(context, function, profile)
    deployed = deploy(function, work, exact=context.options.exact)
    deployment = deployed.deployment
    place = partial(opened, deployment, around, context.system, sandbox_limits(profile))
    began, results = time.monotonic(), []
    target = function.target
    found = FunctionResults(
        function.name, target.runtime.name, target.architecture, (), 0.0, deployed.notes
    )
    _say(context, render_heading(found, context.style))
    with contextlib.closing(run_tests(tests, place)) as running:
        for result in running:
            results.append(result)
            _say(context, render_result(result, context.style))
            if context.options.exit_first and not result.has_passed:
                break
    return replace(found, results=tuple(results), seconds=time.monotonic() - began)


def _say(context: Context, text: str) -> None:
    """Tell at once what has come of a test, where people are told."""
    context.progress.clear()
    if context.options.output == "text":
        sys.stdout.write(text)
        sys.stdout.flush()
