"""A file in the zip is encrypted.

Why: Lambda has no password to unpack it with, and refuses the zip.

Fix: make the zip without a password; what must stay secret belongs into AWS Secrets Manager.

Example:
    $ zip --encrypt -r function.zip .     # wrong
    $ zip -r function.zip .               # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP391"
NAME = "entry-encrypted"
SEVERITY: Severity = "error"
SUMMARY = "A file in the zip is encrypted"
SOURCE = "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"
_HINT = "make the zip without a password"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report entries whose flags say that they are encrypted."""
    yield from report_flaws(facts, "encrypted", CODE, SEVERITY, "error", _HINT)
