"""The zip holds bytes that belong to no file of it.

Why: readers that start at the front see other files than those that start at the end. Bytes before
the archive, as of a self-extracting one, and files that its directory does not list are skipped by
most readers, and are uploaded all the same.

Fix: make the zip again, from the beginning.

Example:
    $ cat start.sh function.zip > together.zip    # wrong
    $ zip -r function.zip .                       # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP397"
NAME = "stray-bytes"
SEVERITY: Severity = "warning"
SUMMARY = "The zip holds bytes that belong to no file of it"
SOURCE = "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"
_HINT = "make the zip again, from the beginning"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what precedes or follows the archive, and entries that are not in the directory."""
    yield from report_flaws(facts, "stray", CODE, SEVERITY, "warning", _HINT)
