"""The report as one JSON document, which `schemas/report.schema.json` describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.outcome import to_json
from lpack.reporters.source_lines import SourceLines
from lpack.values import asdict

if TYPE_CHECKING:
    from lpack.model import Diagnostic
    from lpack.outcome import Outcome, Report
    from lpack.reporters.base import Style


def render_json(report: Report, style: Style) -> str:
    """Give the whole report; `functions` and `diagnostics` are always there."""
    del style
    lines = SourceLines(report.root)
    document = {
        "report_version": 1,
        "lpack": __version__,
        "status": "failed" if report.exit_status else "ok",
        "exit_status": report.exit_status,
        "functions": [_function(outcome, lines) for outcome in report.outcomes],
        "diagnostics": [
            *(_diagnostic(one, lines) for one in report.diagnostics),
            *(
                {**_diagnostic(one, lines), "functions": list(failure.functions)}
                for failure in report.failures
                for one in failure.diagnostics
            ),
        ],
        **_skipped(report),
    }
    # ASCII only: no output encoding can break it, and no terminal obeys what is in it.
    return json.dumps(document, indent=2) + "\n"


def _function(outcome: Outcome, lines: SourceLines) -> dict[str, Any]:
    diagnostics = [_diagnostic(one, lines) for one in outcome.diagnostics]
    return {**to_json(outcome), "diagnostics": diagnostics}


def _diagnostic(one: Diagnostic, lines: SourceLines) -> dict[str, Any]:
    """Give a diagnostic with the name of its code, and with columns where they are known."""
    from lpack.catalogue import ENTRIES  # noqa: PLC0415 - most packages are fine

    values = asdict(lines.located(one))
    return {"code": values.pop("code"), "name": ENTRIES[one.code].name, **values}


def _skipped(report: Report) -> dict[str, object]:
    """Tell what was left out, where that was asked for."""
    others = [{"name": name, "what": what} for name, what in report.others]
    told: dict[str, object] = {"others": others} if others else {}
    if not report.since:
        return told
    return {**told, "since": report.since, "skipped": list(report.skipped)}
