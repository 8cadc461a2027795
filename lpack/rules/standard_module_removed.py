"""A module of the standard library is imported that the runtime's Python no longer has.

Why: Python 3.12 went without distutils, imp, asyncore, asynchat and smtpd, 3.13 without the
nineteen modules of PEP 594, such as cgi, crypt, pipes and telnetlib. The import fails with
ModuleNotFoundError, and with it every call, or the one that gets there.

Fix: use what took its place, ship a distribution that brings the module, or take a newer version of
the distribution that imports it.

Example:
    runtime = "python3.13"     # and `import cgi`: gone since 3.13
    runtime = "python3.12"     # has it for the last time
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.standard_modules import standard_modules
from lpack.model import Diagnostic
from lpack.rules.base import place_of_import, severity_of_import, unshipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.part_findings import Unshipped
    from lpack.model import Severity

CODE = "LP353"
NAME = "standard-module-removed"
SEVERITY: Severity = "error"
SUMMARY = "A module of the standard library is imported that the runtime's Python no longer has"
SOURCE = "https://docs.python.org/3/whatsnew/3.12.html#removed"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each module once."""
    table = standard_modules()
    for one, importer in unshipped(facts, ("removed",)):
        top = next(
            name for name in (one.module, one.module.partition(".")[0]) if name in table.last
        )
        last = "{}.{}".format(*table.last[top])
        yield Diagnostic(
            CODE,
            severity_of_import(one),
            f"`{one.module}` is imported{importer}, and Python {last} was the last version with it",
            place_of_import(facts, one),
            _hint(one, table.replaced_by.get(top, "")),
        )


def _hint(one: Unshipped, instead: str) -> str:
    if one.owner:
        return f"require a newer version of {one.owner}, or choose an older runtime"
    return f"use {instead}" if instead else "choose an older runtime, or do without it"
