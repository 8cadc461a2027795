"""JUnit XML, which nearly every CI service reads: a suite for each function.

There is no standard of it; this keeps to what Jenkins, GitLab and others take:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lpack.catalogue import ENTRIES
from lpack.printed import safe
from lpack.reporters.findings import in_order
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpack.model import Diagnostic
    from lpack.outcome import Outcome, Report
    from lpack.reporters.base import Style


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case: passed, or with one failure or error."""

    name: str
    kind: str = ""
    """`failure` for a verdict, `error` where there could be none; empty for passed."""
    message: str = ""
    type: str = ""
    text: str = ""
    """Of what is wrong, or of what should be known."""


def render_junit(report: Report, style: Style) -> str:
    """Give a case for each function, and one for each code that was found in it."""
    del style
    suites = [(name, cases) for name, cases in _suites(report) if cases]
    every = [case for _, cases in suites for case in cases]
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    lines.append(f"<testsuites name={_quoted('lpack')} {_counts(every)}>")
    for name, cases in suites:
        lines.append(f"  <testsuite name={_quoted(name)} {_counts(cases)}>")
        lines += [line for case in cases for line in _written(case, name)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(report: Report) -> Iterator[tuple[str, list[_Case]]]:
    general = [
        one for failure in report.failures if not failure.functions for one in failure.diagnostics
    ]
    yield "lpack", [_failed(one) for one in (*report.diagnostics, *general)]
    suites = [(outcome.name, list(_cases(outcome))) for outcome in report.outcomes]
    for failure in report.failures:
        cases = [_failed(one) for one in failure.diagnostics]
        suites += ((name, cases) for name in failure.functions)
    yield from in_order(report, suites)


def _failed(one: Diagnostic) -> _Case:
    return _Case(_called(one), "error", one.message, one.code, _told([one]))


def _cases(outcome: Outcome) -> Iterator[_Case]:
    """Give what passes wherever a verdict is reached, and what that is made of."""
    yield _Case(f"{outcome.runtime} {outcome.architecture}")
    if outcome.tests is not None:
        # Those that failed have a diagnostic each.
        yield from (_Case(f"test {name}") for name in outcome.tests.passed)
    ordered = sorted(outcome.diagnostics, key=lambda one: one.code)
    for _, group in groupby(ordered, key=lambda one: one.code):
        same = list(group)
        worst = next(filter(outcome.counts, same), None)
        if worst is None:
            yield _Case(_called(same[0]), text=_told(same))
        else:
            yield _Case(_called(worst), "failure", worst.message, worst.code, _told(same))


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


def _written(case: _Case, suite: str) -> Iterator[str]:
    opening = f"    <testcase classname={_quoted(f'lpack.{suite}')} name={_quoted(case.name)}"
    if not case.text:
        yield f"{opening}/>"
        return
    tag = case.kind or "system-out"
    said = f" message={_quoted(case.message)} type={_quoted(case.type)}" if case.kind else ""
    yield f"{opening}>"
    yield f"      <{tag}{said}>{escape(safe(case.text))}</{tag}>"
    yield "    </testcase>"


def _counts(cases: list[_Case]) -> str:
    kinds = [case.kind for case in cases]
    return (
        f'tests="{len(kinds)}" failures="{kinds.count("failure")}" errors="{kinds.count("error")}"'
    )


def _quoted(text: str) -> str:
    return quoteattr(safe(text))
