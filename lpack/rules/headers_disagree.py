"""The headers of a file in the zip disagree.

Why: the name, the size and the checksum of each file stand twice in a zip. Where they differ, some
readers take the one and some the other, so that what was scanned is not what runs; two files that
share bytes are made to deceive.

Fix: make the zip again, with another tool.

Example:
    $ unzip -l function.zip
    app.py:  mismatching "local" filename (other.py)    # wrong
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP396"
NAME = "headers-disagree"
SEVERITY: Severity = "error"
SUMMARY = "The headers of a file in the zip disagree"
SOURCE = "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"
_HINT = "make the zip again, with another tool"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report entries whose own header tells something else than the directory."""
    yield from report_flaws(facts, "disagreeing", CODE, SEVERITY, "warning", _HINT)
