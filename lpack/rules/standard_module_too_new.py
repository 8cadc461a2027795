"""A module of the standard library is imported that the runtime's Python does not have yet.

Why: tomllib came with Python 3.11, zoneinfo and graphlib with 3.9, annotationlib and compression
with 3.14. On an older one the import fails with ModuleNotFoundError, and with it every call, or the
one that gets there.

Fix: choose a newer runtime, or ship the distribution that brings the same to older versions.

Example:
    runtime = "python3.10"     # and `import tomllib`: there since 3.11
    runtime = "python3.13"     # right
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
    from lpack.model import Severity

CODE = "LP354"
NAME = "standard-module-too-new"
SEVERITY: Severity = "error"
SUMMARY = "A module of the standard library is imported that the runtime's Python does not have yet"
SOURCE = "https://docs.python.org/3/library/index.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each module once."""
    table = standard_modules()
    for one, importer in unshipped(facts, ("not-yet",)):
        parts = one.module.split(".")
        places = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        name = next(place for place in places if place in table.first)
        first = "{}.{}".format(*table.first[name])
        instead = table.replaced_by.get(name, "")
        yield Diagnostic(
            CODE,
            severity_of_import(one),
            f"`{one.module}` is imported{importer}, and Python {first} is the first "
            "version with it",
            place_of_import(facts, one),
            f"choose the runtime python{first} or later{f', or use {instead}' if instead else ''}",
        )
