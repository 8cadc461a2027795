"""The zip cannot be unpacked.

Why: Lambda refuses a file that is no zip, or that was cut off on its way: "Could not unzip
uploaded file. Please check your file, then try to upload again." Such files are left behind by
builds that were interrupted, by uploads that ended early, and by git where the file is in Git LFS.

Fix: make the zip again; `unzip -t FILE` tells whether it is whole.

Example:
    $ file function.zip
    function.zip: ASCII text     # wrong: it names an object of Git LFS
    function.zip: Zip archive    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP390"
NAME = "archive-unreadable"
SEVERITY: Severity = "error"
SUMMARY = "The zip cannot be unpacked"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html"
_HINT = "make the zip again"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report an archive whose directory cannot be read."""
    yield from report_flaws(facts, "unreadable", CODE, SEVERITY, "error", _HINT)
