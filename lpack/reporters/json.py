"""The report as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack import __version__
from lpack.outcome import to_json
from lpack.values import asdict

if TYPE_CHECKING:
    from lpack.outcome import Report
    from lpack.reporters.base import Style


def render_json(report: Report, style: Style) -> str:
    """Give the whole report; `functions` and `diagnostics` are always there."""
    del style
    document = {
        "report_version": 1,
        "lpack": __version__,
        "status": "failed" if report.exit_status else "ok",
        "exit_status": report.exit_status,
        "functions": [to_json(outcome) for outcome in report.outcomes],
        "diagnostics": [
            *map(asdict, report.diagnostics),
            *(
                {**asdict(one), "functions": list(failure.functions)}
                for failure in report.failures
                for one in failure.diagnostics
            ),
        ],
        **_skipped(report),
    }
    # ASCII only: no output encoding can break it, and no terminal obeys what is in it.
    return json.dumps(document, indent=2) + "\n"


def _skipped(report: Report) -> dict[str, object]:
    """Tell what was left out, where that was asked for."""
    if not report.since:
        return {}
    return {"since": report.since, "skipped": list(report.skipped)}
