"""Two paths differ in case alone.

Why: Lambda's disk keeps them apart, those of macOS and Windows mostly do not. Whoever unzips the
package there, to run or debug it, gets one of the two, and other code than Lambda runs.

Fix: rename one of them.

Example:
    utils.py, Utils.py     # wrong: one of them on macOS and Windows
    utils.py, tools.py     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP359"
NAME = "paths-collide"
SEVERITY: Severity = "warning"
SUMMARY = "Two paths differ in case alone"
SOURCE = "https://docs.python.org/3/library/zipfile.html"
_LISTED = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report the first pairs, and count the others."""
    found = facts.parts.shape.collisions
    for first, second in found[:_LISTED]:
        others = len(found) - _LISTED
        more = f"; so do {count(others, 'other pair')}" if others > 0 else ""
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{first}` and `{second}` differ in case alone: one path on macOS and Windows{more}",
            facts.function.where("source"),
            "rename one of them",
        )
