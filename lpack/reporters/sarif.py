"""SARIF 2.1.0, which code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lpack import __version__
from lpack.catalogue import render_markdown
from lpack.reporters.findings import findings, told

if TYPE_CHECKING:
    from lpack.catalogue import Entry
    from lpack.outcome import Report
    from lpack.reporters.base import Style
    from lpack.reporters.findings import Finding

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_TOP = "%SRCROOT%"
"""What relative addresses start from: the top of the repository."""
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(report: Report, style: Style) -> str:
    """Give one run with a result for each thing that was found, and the rules behind them.

    A result has a place, or GitHub takes none of them; what has no file is told of the run.
    """
    del style
    found = findings(report)
    codes = sorted({one.diagnostic.code for one in found})
    entries = {one.diagnostic.code: one.entry for one in found}
    invocation = {
        "executionSuccessful": report.exit_status in (0, 1),  # 1 is a verdict
        "exitCode": report.exit_status,
        "toolExecutionNotifications": [_notification(one) for one in found if not one.path],
    }
    run = {
        "tool": {
            "driver": {
                "name": "lpack",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(entries[code]) for code in codes],
            }
        },
        "invocations": [invocation],
        "originalUriBaseIds": {_TOP: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results([one for one in found if one.path], codes),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _notification(finding: Finding) -> dict[str, Any]:
    return {
        "associatedRule": {"id": finding.diagnostic.code},
        "level": _LEVELS[finding.diagnostic.severity],
        "message": {"text": told(finding.diagnostic, finding.functions)},
    }


def _rule(entry: Entry) -> dict[str, Any]:
    address = {"helpUri": entry.source} if entry.source else {}
    return {
        "id": entry.code,
        "name": entry.name,
        "shortDescription": {"text": f"{entry.summary}."},
        "fullDescription": {"text": entry.why},
        "help": {"text": f"{entry.why}\n\nFix: {entry.fix}", "markdown": render_markdown(entry)},
        **address,
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {"tags": ["aws-lambda"], "problem.severity": entry.severity},
    }


def _results(found: list[Finding], codes: list[str]) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for one in found:
        seen[one.fingerprint] += 1
        results.append(
            {
                "ruleId": one.diagnostic.code,
                "ruleIndex": codes.index(one.diagnostic.code),
                "level": _LEVELS[one.diagnostic.severity],
                "message": {"text": told(one.diagnostic, one.functions)},
                "locations": [_location(one)],
                "partialFingerprints": {
                    "lpack/v1": f"{one.fingerprint}:{seen[one.fingerprint]}",
                },
            }
        )
    return results


def _location(finding: Finding) -> dict[str, Any]:
    artifact = {"uri": quote(finding.path or "", errors="replace"), "uriBaseId": _TOP}
    place = {"artifactLocation": artifact, "region": _region(finding)}
    functions = [{"name": name, "kind": "function"} for name in finding.functions]
    logical = {"logicalLocations": functions} if functions else {}
    return {"physicalLocation": place, **logical}


def _region(finding: Finding) -> dict[str, Any]:
    region = {
        "startLine": finding.line or 1,
        "startColumn": finding.column,
        "endColumn": finding.end_column,
    }
    return {key: value for key, value in region.items() if value is not None}
