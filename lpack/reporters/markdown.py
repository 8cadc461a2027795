"""A summary in Markdown: a table of functions, and what was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.printed import count, megabytes, safe
from lpack.reporters.findings import findings, in_order, told
from lpack.reporters.table import totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.outcome import Outcome, Report
    from lpack.reporters.base import Style
    from lpack.reporters.findings import Finding

_MOST = 200
"""Findings that are listed."""
_LONGEST = 1_000
_CODE = re.compile(r"`([^`\n]+)`")
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}  # noqa: RUF001 - the sign for information
# Whatever Markdown or HTML would take for markup, written so that it is shown.
_MARKUP = str.maketrans({one: f"&#{ord(one)};" for one in "&<>|*_[]`~\\#@"})


def render_markdown(report: Report, style: Style) -> str:
    """Give a heading with the result, the functions with their sizes, and the findings."""
    del style
    found = findings(report)
    return "\n".join([*_heading(report), *_functions(report), *_findings(found)]) + "\n"


def _heading(report: Report) -> Iterator[str]:
    sign = _SIGNS["error"] if report.exit_status else "✅"
    said = f" {_text(totals(report))}" if report.outcomes or report.failures else ""
    yield f"### lpack {sign}{said}"
    yield ""


def _functions(report: Report) -> Iterator[str]:
    rows = [_row(outcome) for outcome in report.outcomes]
    rows += [
        (name, "", _SIGNS["error"], "", "", "") for one in report.failures for name in one.functions
    ]
    if not rows:
        return
    yield "| function | target | | zip | unzipped | files |"
    yield "|---|---|---|--:|--:|--:|"
    for row in in_order(report, rows):
        yield f"| {' | '.join(map(_text, row))} |"
    yield ""


def _row(outcome: Outcome) -> tuple[str, str, str, str, str, str]:
    archives = [one for one in (outcome.artifact, outcome.layer) if one]
    made = [*archives, *((outcome.folder,) if outcome.folder else ())]
    limit = made[0].unzipped_limit if made else 0
    unzipped = sum(one.unzipped for one in made)
    severities = {one.severity for one in outcome.diagnostics}
    worst = next((one for one in ("error", "warning") if one in severities), None)
    return (
        outcome.name,
        f"{outcome.runtime} {outcome.architecture}",
        _SIGNS["error"] if outcome.failed else _SIGNS[worst] if worst else "✅",
        " + ".join(f"{megabytes(one.size)} of {megabytes(one.size_limit)}" for one in archives),
        f"{megabytes(unzipped)} of {megabytes(limit)}" if made else "",
        f"{sum(one.files for one in made):,}" if made else "",
    )


def _findings(found: tuple[Finding, ...]) -> Iterator[str]:
    if not found:
        return
    yield "| | code | function | what | where |"
    yield "|---|---|---|---|---|"
    for one in found[:_MOST]:
        cells = (
            _SIGNS[one.diagnostic.severity],
            f"{one.diagnostic.code} {one.entry.name}",
            ", ".join(one.functions),
            told(one.diagnostic),
            _where(one),
        )
        yield f"| {' | '.join(map(_text, cells))} |"
    if len(found) > _MOST:
        yield f"\nand {count(len(found) - _MOST, 'more finding')}"


def _where(one: Finding) -> str:
    if one.path is None:
        return ""
    return f"`{one.path}`" if one.line is None else f"`{one.path}:{one.line}`"


def _text(text: str) -> str:
    """Write text so that Markdown shows it as it is, with what stands in backticks as code."""
    pieces = _CODE.split(safe(text[:_LONGEST]))
    written = [one.translate(_MARKUP).replace("\n", "<br>") for one in pieces]
    written[1::2] = [f"<code>{one}</code>" for one in written[1::2]]
    return "".join(written)
