"""GitLab's code quality report, which merge requests show.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from lpack.reporters.findings import findings, told

if TYPE_CHECKING:
    from lpack.outcome import Report
    from lpack.reporters.base import Style

_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def render_gitlab(report: Report, style: Style) -> str:
    """Give a list of issues; what belongs to no file is shown at the top of the repository."""
    del style
    seen: Counter[str] = Counter()
    issues = []
    for one in findings(report):
        seen[one.fingerprint] += 1
        issues.append(
            {
                "description": told(one.diagnostic, one.functions),
                "check_name": f"{one.diagnostic.code} {one.entry.name}",
                "fingerprint": f"{one.fingerprint}-{seen[one.fingerprint]}",
                "severity": _SEVERITIES[one.diagnostic.severity],
                "location": {"path": one.path or ".", "lines": {"begin": one.line or 1}},
            }
        )
    return json.dumps(issues, indent=2) + "\n"
