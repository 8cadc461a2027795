"""For logs of GitHub Actions: the text, and an annotation for each thing that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.printed import safe
from lpack.reporters.findings import findings, told
from lpack.reporters.text import render_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.outcome import Report
    from lpack.reporters.base import Style
    from lpack.reporters.findings import Finding

# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
# As `escapeData` and `escapeProperty` in
# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_LONGEST = 4_000
"""Characters of an annotation; of longer ones GitHub shows the beginning."""


def render_github(report: Report, style: Style) -> str:
    """Give what a person reads in the log, then what GitHub shows beside the code."""
    failing = {
        one for outcome in report.outcomes for one in filter(outcome.counts, outcome.diagnostics)
    }
    failing.update(report.diagnostics, *(one.diagnostics for one in report.failures))
    lines = (_harmless(line) for line in render_all(report, style).splitlines())
    shown = [one for one in findings(report) if not style.quiet or one.diagnostic in failing]
    return "\n".join([*lines, "", *map(_annotation, shown)]).lstrip("\n") + "\n"


def _harmless(line: str) -> str:
    """Keep GitHub from taking a line of the text for a command."""
    return f"| {line}" if line.lstrip().startswith(("::", "##[")) else line


def _annotation(finding: Finding) -> str:
    command = _COMMANDS[finding.diagnostic.severity]
    properties = ",".join(
        f"{name}={safe(str(value)).translate(_PROPERTY)}" for name, value in _properties(finding)
    )
    message = safe(told(finding.diagnostic, finding.functions)[:_LONGEST]).translate(_DATA)
    return f"::{command} {properties}::{message}"


def _properties(finding: Finding) -> Iterator[tuple[str, str | int]]:
    if finding.path is not None:
        yield "file", finding.path
        if finding.line is not None:
            yield "line", finding.line
            yield "endLine", finding.line
        if finding.column is not None and finding.end_column is not None:
            yield "col", finding.column
            yield "endColumn", finding.end_column
    yield "title", f"{finding.diagnostic.code} {finding.entry.name}"
