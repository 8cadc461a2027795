"""`lpack test`: the tests that functions declare, run against their packages as on Lambda."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lpack.cli.selection import select
from lpack.cli.telling import write_texts
from lpack.cli.trying import Trying
from lpack.errors import UsageError
from lpack.printed import count, safe
from lpack.reporters import TEST_REPORTERS, Style
from lpack.reporters.tests_text import render_ending
from lpack.testing import selected

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function
    from lpack.testing import TestReport


def test(context: Context) -> int:
    """Run the tests of the chosen functions; exit status 1 if one fails."""
    work = context.work()
    selection = select(context, work)
    functions, pattern = selection.functions, context.options.pattern
    tests = {one.name: selected(one.tests, pattern) for one in functions}
    wanted = {name: found for name, found in tests.items() if found}
    if selection.skipped and context.options.output == "text":
        number = count(len(selection.skipped), "function")
        sys.stdout.write(f"skipped  {number} unchanged since {safe(selection.since)}\n")
    elif not wanted and not selection.skipped:
        raise _nothing_to_run(context, functions)
    return _told(context, Trying(context, work, selection.plan, wanted).report())


def _told(context: Context, report: TestReport) -> int:
    form, style = context.options.output, context.style
    context.progress.clear()
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
