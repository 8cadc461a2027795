"""Results of tests as JUnit XML: a suite for each function, a case for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.reporters.junit_xml import Case, Suite, render_suites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Diagnostic
    from lpack.reporters.base import Style
    from lpack.testing import FunctionResults, Result, TestReport


def render_tests_junit(report: TestReport, style: Style) -> str:
    """Give a suite for each function, those included that could not be tried."""
    del style
    return render_suites(tuple(_suites(report)))


def _suites(report: TestReport) -> Iterator[Suite]:
    for function in report.functions:
        yield _suite(function)
    for failure in report.failures:
        for name in failure.functions:
            yield Suite(name, (_untried(failure.diagnostics),), 0.0)


def _suite(one: FunctionResults) -> Suite:
    return Suite(one.name, tuple(_case(result) for result in one.results), one.seconds)


def _case(result: Result) -> Case:
    name, where, seconds = result.test.name, result.test.where, result.duration / 1000
    if result.has_passed:
        return Case(name, where=where, seconds=seconds)
    text = "\n".join(
        "\n".join((one.what, *(f"  {line}" for line in one.lines))) for one in result.verdict
    )
    text += "" if where is None else f"\n--> {where}"
    message = result.verdict[0].what
    return Case(name, "failure", message, "", text, result.log, where, seconds)


def _untried(diagnostics: tuple[Diagnostic, ...]) -> Case:
    text = "\n".join(f"{one.severity}[{one.code}]: {one.message}" for one in diagnostics)
    first = diagnostics[0]
    return Case("deployment", "error", first.message, first.code, text)
