"""`lpack invoke --tests`: the tests that a function declares, called one after another."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from lpack.cli.calling import HANDLER_FAILED, Calls
from lpack.cli.given_events import NamedEvent
from lpack.printed import safe
from lpack.testing import Observed, judged

if TYPE_CHECKING:
    from lpack.model import Function


def run_tests(calls: Calls, function: Function) -> int:
    """Call the handler with the event of each test, and judge what it gives."""
    shown, calls.is_shown = calls.is_shown, False
    failures = 0
    for test in function.tests:
        done = calls.call(NamedEvent(test.name, json.dumps(test.event).encode()))
        log = done.log.decode(errors="replace")
        observed = Observed(done.payload, done.error_type, log, done.duration, done.memory)
        verdict = judged(test, observed)
        if verdict:
            failures += 1
            if shown:
                sys.stderr.write(log)
        sys.stderr.write(f"{'FAILED' if verdict else 'passed'} {safe(test.name)}\n")
        for finding in verdict:
            lines = "".join(f"    {safe(line)}\n" for line in finding.lines)
            sys.stderr.write(f"  {safe(finding.what)}\n{lines}")
    total = len(function.tests)
    sys.stderr.write(f"{total - failures} of {total} tests passed\n")
    return HANDLER_FAILED if failures else 0
