"""The report as JUnit XML: a suite for each function."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lpack.catalogue import ENTRIES
from lpack.reporters.findings import in_order
from lpack.reporters.junit_xml import Case, Suite, render_suites

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.model import Diagnostic
    from lpack.outcome import Outcome, Report
    from lpack.reporters.base import Style


def render_junit(report: Report, style: Style) -> str:
    """Give a case for each function, and one for each code that was found in it."""
    del style
    return render_suites(
        tuple(Suite(name, tuple(cases)) for name, cases in _suites(report) if cases)
    )


def _suites(report: Report) -> Iterator[tuple[str, list[Case]]]:
    general = [
        one for failure in report.failures if not failure.functions for one in failure.diagnostics
    ]
    yield "lpack", [_failed(one) for one in (*report.diagnostics, *general)]
    suites = [(outcome.name, list(_cases(outcome))) for outcome in report.outcomes]
    for failure in report.failures:
        cases = [_failed(one) for one in failure.diagnostics]
        suites += ((name, cases) for name in failure.functions)
    yield from in_order(report, suites)


def _failed(one: Diagnostic) -> Case:
    return Case(_called(one), "error", one.message, one.code, _told([one]))


def _cases(outcome: Outcome) -> Iterator[Case]:
    """Give what passes wherever a verdict is reached, and what that is made of."""
    yield Case(f"{outcome.runtime} {outcome.architecture}")
    if outcome.tests is not None:
        # Those that failed have a diagnostic each.
        yield from (Case(f"test {name}") for name in outcome.tests.passed)
    ordered = sorted(outcome.diagnostics, key=lambda one: one.code)
    for _, group in groupby(ordered, key=lambda one: one.code):
        same = list(group)
        worst = next(filter(outcome.counts, same), None)
        if worst is None:
            yield Case(_called(same[0]), output=_told(same))
        else:
            yield Case(_called(worst), "failure", worst.message, worst.code, _told(same))


def _called(one: Diagnostic) -> str:
    return f"{one.code} {ENTRIES[one.code].name}"


def _told(found: Iterable[Diagnostic]) -> str:
    return "\n\n".join("\n".join(_lines(one)) for one in found)


def _lines(one: Diagnostic) -> Iterator[str]:
    yield f"{one.severity}[{one.code}]: {one.message}"
    if one.where is not None:
        yield f"  --> {one.where}"
    if one.hint is not None:
        yield f"hint: {one.hint}"
