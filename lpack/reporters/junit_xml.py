"""JUnit XML as nearly every CI service reads it: suites of cases.

There is no standard of it; this has no element and no attribute that the schema of Jenkins lacks,
with which that refuses a whole report, such as the line of a case:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lpack.printed import safe
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Where


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: passed, or with one failure or error."""

    name: str
    kind: str = ""
    """`failure` for a verdict, `error` where there could be none; empty for passed."""
    message: str = ""
    type: str = ""
    text: str = ""
    """What is wrong."""
    output: str = ""
    """What was printed, or should be known."""
    where: Where | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one function."""

    name: str
    cases: tuple[Case, ...]
    seconds: float | None = None


def render_suites(suites: tuple[Suite, ...]) -> str:
    """Give the whole document."""
    every = tuple(case for suite in suites for case in suite.cases)
    timed = [suite.seconds for suite in suites if suite.seconds is not None]
    counts = _counts(every, sum(timed) if timed else None)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites name="lpack" {counts}>']
    for suite in suites:
        counts = _counts(suite.cases, suite.seconds)
        lines.append(f"  <testsuite name={_quoted(suite.name)} {counts}{_file(suite)}>")
        lines += [line for case in suite.cases for line in _written(case, suite.name)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _written(case: Case, suite: str) -> Iterator[str]:
    opening = f"    <testcase classname={_quoted(f'lpack.{suite}')} name={_quoted(case.name)}"
    opening += _time(case.seconds, 6)
    if not (case.kind or case.output):
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    if case.kind:
        said = f" message={_quoted(case.message)}"
        said += f" type={_quoted(case.type)}" if case.type else ""
        yield f"      <{case.kind}{said}>{escape(_laid_out(case.text))}</{case.kind}>"
    if case.output:
        yield f"      <system-out>{escape(_laid_out(case.output))}</system-out>"
    yield "    </testcase>"


def _file(suite: Suite) -> str:
    """Name the file that all cases stand in, if it is one."""
    files = {case.where.file for case in suite.cases if case.where is not None}
    return f" file={_quoted(files.pop())}" if len(files) == 1 else ""


def _time(seconds: float | None, digits: int) -> str:
    return "" if seconds is None else f' time="{seconds:.{digits}f}"'


def _counts(cases: tuple[Case, ...], seconds: float | None) -> str:
    kinds = [case.kind for case in cases]
    failures, errors = kinds.count("failure"), kinds.count("error")
    counts = f'tests="{len(kinds)}" failures="{failures}" errors="{errors}"'
    return counts + _time(seconds, 3)


def _laid_out(text: str) -> str:
    """Take out what XML does not have, and keep what lays out the lines."""
    return "\t".join(map(safe, text.replace("\r", "\n").replace("\xa0", " ").split("\t")))


def _quoted(text: str) -> str:
    return quoteattr(safe(text))
