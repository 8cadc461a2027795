"""A module of the standard library is imported that is not there on Linux.

Why: winreg, msvcrt and their like are there on Windows alone, and Lambda runs Linux. The import
fails with ModuleNotFoundError, and with it every call, or the one that gets there.

Fix: import it under `if sys.platform == "win32"`, or do without it.

Example:
    import msvcrt                     # wrong at the top of app.py
    if sys.platform == "win32":       # right
        import msvcrt
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import place_of_import, severity_of_import, unshipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP355"
NAME = "standard-module-of-other-system"
SEVERITY: Severity = "error"
SUMMARY = "A module of the standard library is imported that is not there on Linux"
SOURCE = "https://docs.python.org/3/library/windows.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each module once."""
    for one, importer in unshipped(facts, ("other-system",)):
        yield Diagnostic(
            CODE,
            severity_of_import(one),
            f"`{one.module}` is imported{importer}, and Linux does not have it",
            place_of_import(facts, one),
            "import it where `sys.platform` says that it is there, or do without it",
        )
