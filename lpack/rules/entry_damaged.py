"""A file of the package cannot be read, or has another content than the zip states.

Why: Lambda refuses a zip in which a file does not unpack to its stated size and checksum. A file
that is no regular one, or that may not be read, cannot be zipped at all.

Fix: make the zip again; look at the disk and at the tool that made it, if it happens again.

Example:
    $ unzip -t function.zip
    testing: app.py   bad CRC 00000000  (should be 5d1c5c2b)    # wrong
    testing: app.py   OK                                        # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP393"
NAME = "entry-damaged"
SEVERITY: Severity = "error"
SUMMARY = "A file of the package cannot be read, or has another content than the zip states"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html"
_HINT = "make the package again"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report entries that do not inflate to what their headers state."""
    yield from report_flaws(facts, "damaged", CODE, SEVERITY, "warning", _HINT)
