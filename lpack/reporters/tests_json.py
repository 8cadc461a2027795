"""Results of tests as one JSON document, which `schemas/tests.schema.json` describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lpack import __version__
from lpack.values import asdict

if TYPE_CHECKING:
    from lpack.reporters.base import Style
    from lpack.testing import FunctionResults, Result, TestReport


def render_tests_json(report: TestReport, style: Style) -> str:
    """Give the whole report; `functions` and `diagnostics` are always there."""
    del style
    document = {
        "report_version": 1,
        "lpack": __version__,
        "status": "failed" if report.exit_status else "ok",
        "exit_status": report.exit_status,
        "seconds": round(report.seconds, 3),
        "functions": [_function(one) for one in report.functions],
        "diagnostics": [
            {**asdict(one), "functions": list(failure.functions)}
            for failure in report.failures
            for one in failure.diagnostics
        ],
    }
    # ASCII only: no output encoding can break it, and no terminal obeys what is in it.
    return json.dumps(document, indent=2) + "\n"


def _function(one: FunctionResults) -> dict[str, Any]:
    return {
        "name": one.name,
        "runtime": one.runtime,
        "architecture": one.architecture,
        "notes": list(one.notes),
        "seconds": round(one.seconds, 3),
        "passed": len(one.results) - one.failed,
        "failed": one.failed,
        "tests": [_test(each) for each in one.results],
    }


def _test(result: Result) -> dict[str, Any]:
    where = result.test.where
    return {
        "name": result.test.name,
        "outcome": "passed" if result.has_passed else "failed",
        "findings": [{"what": one.what, "lines": list(one.lines)} for one in result.verdict],
        "duration_ms": result.duration,
        "init_ms": result.init,
        "memory_mb": result.memory,
        "log": result.log,
        "where": None if where is None else asdict(where),
    }
