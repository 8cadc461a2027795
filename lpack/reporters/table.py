"""Many functions: a line each, and what they are together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.printed import count, megabytes, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.outcome import ArtifactOutcome, Outcome, Report

_NUMBERS = range(3, 6)
"""Columns that are numbers, and end at the same place."""

Row = tuple[str, str, str, str, str, str, str]


def render_table(report: Report) -> str:
    """Give a line for each function, in their order, and the totals."""
    places = {safe(name): place for place, name in enumerate(report.names)}
    rows = [_row(outcome) for outcome in report.outcomes]
    rows += [
        (safe(name), "", "failed", "", "", "", "")
        for one in report.failures
        for name in one.functions
    ]
    if report.failures:
        rows.sort(key=lambda row: places[row[0]])
    return "".join(_aligned(rows)) + f"\n{totals(report)}\n"


def _row(outcome: Outcome) -> Row:
    made = [one for one in (outcome.artifact, outcome.layer, outcome.folder) if one]
    return (
        safe(outcome.name),
        f"{outcome.runtime} {outcome.architecture}",
        _state(outcome),
        " + ".join(megabytes(one.size) for one in _archives(outcome)),
        f"{megabytes(sum(one.unzipped for one in made))} unzipped" if made else "",
        count(sum(one.files for one in made), "file") if made else "",
        _judged((outcome,)),
    )


def _archives(outcome: Outcome) -> list[ArtifactOutcome]:
    return [one for one in (outcome.artifact, outcome.layer) if one]


def _state(outcome: Outcome) -> str:
    if outcome.artifact is None and outcome.folder is None:
        return "failed" if outcome.failed else "checked"
    return "packed" if outcome.changed else "unchanged"


def _judged(outcomes: tuple[Outcome, ...]) -> str:
    found = [one.severity for outcome in outcomes for one in outcome.diagnostics]
    return ", ".join(count(found.count(one), one) for one in ("error", "warning") if one in found)


def _aligned(rows: list[Row]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in _NUMBERS else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        )
        yield "  ".join(cells).rstrip() + "\n"


def totals(report: Report) -> str:
    """Count the functions by what came of them, and say what they are together."""
    states = [_state(outcome) for outcome in report.outcomes]
    states += ["failed" for one in report.failures for _ in one.functions]
    told = ", ".join(f"{states.count(one):,} {one}" for one in dict.fromkeys(states))
    artifacts = [one for outcome in report.outcomes for one in _archives(outcome)]
    zipped = megabytes(sum(one.size for one in artifacts))
    unzipped = megabytes(sum(one.unzipped for one in artifacts))
    sizes = (f"{zipped}, {unzipped} unzipped",) if artifacts else ()
    judged = filter(None, (_judged(report.outcomes),))
    aside = any(outcome.own_only for outcome in report.outcomes)
    passed = sum(len(outcome.tests.passed) for outcome in report.outcomes if outcome.tests)
    notes = ["without their dependencies"] if aside else []
    notes += [f"{count(passed, 'test')} passed"] if passed else []
    return "; ".join((f"{count(len(states), 'function')}: {told}", *sizes, *judged, *notes))
