"""A file has a date that no zip can hold.

Why: dates in a zip begin with 1980. Python's `zipfile`, and tools that rest on it, refuse to pack
an older file: "ZIP does not support timestamps before 1980". In a zip, a date that is none is
read as another one by each reader.

Fix: set the date, as with `find FOLDER -exec touch -d 1980-01-02 {} +`, or let `lpack build` make
the package.

Example:
    -rw-r--r-- 1 root root 120 Jan  1 1970 app.py    # wrong
    -rw-r--r-- 1 root root 120 Jan  2 1980 app.py    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP399"
NAME = "date-out-of-range"
SEVERITY: Severity = "info"
SUMMARY = "A file has a date that no zip can hold"
SOURCE = "https://docs.python.org/3/library/zipfile.html"
_HINT = "touch it, if the zip is made with Python's `zipfile`"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report files that are older than the format."""
    yield from report_flaws(facts, "date", CODE, SEVERITY, "info", _HINT)
