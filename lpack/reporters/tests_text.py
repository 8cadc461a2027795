"""Results of tests for people: a line each, and what was not as expected below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.printed import count, safe
from lpack.reporters.text import render_diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.reporters.base import Style
    from lpack.testing import FunctionResults, Result, TestReport

_GREEN, _RED, _BOLD = "32", "31", "1"
_TAIL = 4_096
"""Letters of the log of a test that has failed."""
# What the runtime writes around each call, and the client before any error of a start.
_PLATFORM = ("INIT_START ", "INIT_REPORT ", "START RequestId: ", "END RequestId: ", "REPORT ")
_BESIDES = ("LAMBDA_WARNING: Unhandled exception.", " Task timed out after ")
# How the client writes the trace of an error, which was told already.
_ERROR, _TRACE = "[ERROR]", ("Traceback ", "\xa0")
_INDENT = " " * 10


def render_tests_text(report: TestReport, style: Style) -> str:
    """Give the text of a whole report."""
    blocks = [render_function(one, style) for one in report.functions]
    return "".join([*blocks, render_ending(report, style)])


def render_function(one: FunctionResults, style: Style) -> str:
    """Give all that there is to tell of a function."""
    return render_heading(one, style) + "".join(render_result(each, style) for each in one.results)


def render_heading(one: FunctionResults, style: Style) -> str:
    """Give the line of a function, with what is not as it would be on Lambda."""
    if style.quiet:
        return ""
    heading = f"{_paint(one.name, _BOLD, style)}  {one.runtime} {one.architecture}\n"
    return heading + "".join(f"  {'note':<8}{safe(note)}\n" for note in one.notes)


def render_result(result: Result, style: Style) -> str:
    """Give the line of a test, and where it has failed, all that helps to see why."""
    name = safe(result.test.name)
    numbers = f"{result.duration:.2f} ms, {result.memory} MB"
    if result.has_passed:
        passed = f"  {_paint('passed', _GREEN, style)}  {name}  {numbers}\n"
        return "" if style.quiet else passed
    lines = [f"  {_paint('FAILED', _RED, style)}  {name}  {numbers}"]
    for finding in result.verdict:
        lines.append(f"{_INDENT}{finding.what}")
        lines += [f"{_INDENT}  {line}" for line in finding.lines]
    log = list(_log(result))
    if log:
        lines += [f"{_INDENT}log", *(f"{_INDENT}  {line}" for line in log)]
    if result.test.where is not None:
        lines.append(f"{_INDENT}--> {safe(str(result.test.where))}")
    return "\n".join(lines) + "\n"


def _log(result: Result) -> Iterator[str]:
    # How the runtime has ended was told already, and so was the type of that error.
    told = {line for one in result.verdict for line in one.lines}
    told |= {one.what.rpartition("got the error ")[2] for one in result.verdict}
    is_trace = False
    for line in result.log[-_TAIL:].replace("\r", "\n").split("\n"):
        is_trace = line.startswith(_ERROR) or (is_trace and line.startswith(_TRACE))
        if not line.strip() or is_trace or line.startswith(_PLATFORM):
            continue
        if line not in told and not any(one in line for one in _BESIDES):
            yield safe(line)


def render_ending(report: TestReport, style: Style) -> str:
    """Give what kept functions from being tried, and the sum of all."""
    failures = "".join(
        "\n" + render_diagnostic(one, style, failure.functions)
        for failure in report.failures
        for one in failure.diagnostics
    )
    results = [one for function in report.functions for one in function.results]
    failed = sum(not one.has_passed for one in results)
    passed = len(results) - failed
    parts = [f"{failed} failed"] if failed else []
    parts += [f"{passed} passed"] if passed or not failed else []
    if report.failures:
        number = sum(len(one.functions) for one in report.failures)
        parts.append(f"{count(number, 'function')} not tried")
    color = _RED if failed or report.failures else _GREEN
    summary = f"{_paint(', '.join(parts), color, style)} in {report.seconds:.2f} s\n"
    return failures + ("" if style.quiet else f"\n{summary}")


def _paint(text: str, color: str, style: Style) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if style.color else text
