"""The zip has a file twice, or a file where others need a folder.

Why: readers of zips disagree which of two files with one name counts, and cannot put a file where
a folder is. Adding to a zip with Python's `zipfile` in mode `a` leaves the old file in it.

Fix: make the zip from the beginning instead of adding to it.

Example:
    ZipFile("function.zip", "a").write("app.py")    # wrong, if it is in it already
    ZipFile("function.zip", "w").write("app.py")    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP395"
NAME = "entry-twice"
SEVERITY: Severity = "error"
SUMMARY = "The zip has a file twice, or a file where others need a folder"
SOURCE = "https://docs.python.org/3/library/zipfile.html"
_HINT = "make the zip anew instead of adding to it"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report names that are not unique."""
    yield from report_flaws(facts, "twice", CODE, SEVERITY, "warning", _HINT)
