"""Results of tests as JUnit XML: a suite for each function, a case for each test.

There is no standard of it; this keeps to what Jenkins, GitLab and others take:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lpack.printed import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Diagnostic
    from lpack.reporters.base import Style
    from lpack.testing import FunctionResults, Result, TestReport


def render_tests_junit(report: TestReport, style: Style) -> str:
    """Give a suite for each function, those included that could not be tried."""
    del style
    tests = sum(len(one.results) for one in report.functions)
    failed = sum(one.failed for one in report.functions)
    errors = sum(len(one.functions) for one in report.failures)
    seconds = sum(one.seconds for one in report.functions)
    counts = _counts(tests + errors, failed, errors, seconds)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites name="lpack" {counts}>']
    for function in report.functions:
        lines += _suite(function)
    for failure in report.failures:
        for name in failure.functions:
            lines += _untried(name, failure.diagnostics)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(tests: int, failed: int, errors: int, seconds: float) -> str:
    return f'tests="{tests}" failures="{failed}" errors="{errors}" time="{seconds:.3f}"'


def _suite(one: FunctionResults) -> Iterator[str]:
    counts = _counts(len(one.results), one.failed, 0, one.seconds)
    yield f"  <testsuite name={_quoted(one.name)} {counts}>"
    for result in one.results:
        yield from _case(one.name, result)
    yield "  </testsuite>"


def _case(function: str, result: Result) -> Iterator[str]:
    names = f"classname={_quoted(f'lpack.{function}')} name={_quoted(result.test.name)}"
    where = result.test.where
    place = "" if where is None else f" file={_quoted(where.file)}"
    if where is not None and where.line is not None:
        place += f' line="{where.line}"'
    yield f'    <testcase {names}{place} time="{result.duration / 1000:.6f}">'
    if result.verdict:
        text = "\n".join(
            "\n".join((one.what, *(f"  {line}" for line in one.lines))) for one in result.verdict
        )
        message = _quoted(result.verdict[0].what)
        yield f"      <failure message={message}>{escape(safe(text))}</failure>"
        yield f"      <system-out>{escape(_log(result.log))}</system-out>"
    yield "    </testcase>"


def _untried(name: str, diagnostics: tuple[Diagnostic, ...]) -> Iterator[str]:
    text = "\n".join(f"{one.severity}[{one.code}]: {one.message}" for one in diagnostics)
    first = diagnostics[0]
    yield f"  <testsuite name={_quoted(name)} {_counts(1, 0, 1, 0)}>"
    yield f'    <testcase classname={_quoted(f"lpack.{name}")} name="deployment">'
    yield (
        f"      <error message={_quoted(first.message)} type={_quoted(first.code)}>"
        f"{escape(safe(text))}</error>"
    )
    yield "    </testcase>"
    yield "  </testsuite>"


def _log(text: str) -> str:
    """Take out what XML does not have, and keep what lays out the lines."""
    return "\t".join(map(safe, text.replace("\r", "\n").replace("\xa0", " ").split("\t")))


def _quoted(text: str) -> str:
    return quoteattr(safe(text))
