r"""A file in the zip has a name that leads elsewhere, or that Linux reads otherwise.

Why: a name that is absolute or has a part `..` would lie outside of `/var/task`, and readers
refuse it, or put it somewhere else. A backslash is no separator on Linux: a file named
`package\app.py`, as some tools on Windows write, is no module of a package. Names that are not
UTF-8 become other names.

Fix: make the zip with a tool that writes relative names with slashes, in UTF-8.

Example:
    package\app.py    # wrong: one file at the root, whose name has a backslash
    ../app.py         # wrong: beside the package
    package/app.py    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP394"
NAME = "entry-name-unsafe"
SEVERITY: Severity = "error"
SUMMARY = "A file in the zip has a name that leads elsewhere, or that Linux reads otherwise"
SOURCE = "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"
_HINT = "name it relative to the root, with slashes"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report names that are absolute, lead upwards, or are not what Linux reads."""
    yield from report_flaws(facts, "name", CODE, SEVERITY, "warning", _HINT)
