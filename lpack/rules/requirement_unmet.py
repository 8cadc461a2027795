"""A distribution of the package asks for another version than the one that is there.

Why: a folder that several installations went into, or a layer of another day, brings versions that
nobody has seen together. The distribution was made for others, and fails where they differ, be it
on import or on some later call. Nor is one sure to work that asks for another Python.

Fix: install all of it together, in one run of the installer for the runtime's Python, as `lpack
build` does; `pip check` tells the same of an environment.

Example:
    requests 2.32.3 asks for urllib3<3, and the package has 3.0.0        # wrong
    requests 2.32.3 asks for urllib3<3, and the package has 2.2.3        # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP491"
NAME = "requirement-unmet"
SEVERITY: Severity = "warning"
SUMMARY = "A distribution of the package asks for another version than the one that is there"
SOURCE = "https://packaging.python.org/en/latest/specifications/core-metadata/"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what the metadata of distributions asks for and does not get."""
    for one in facts.unmet:
        has = "the runtime" if one.wanted.startswith("Python ") else "the package"
        asks = f"{shown(one.owner)} {shown(one.version)} asks for {shown(one.wanted)}"
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{asks}, and {has} has {shown(one.found)}",
            facts.function.where("requirements"),
            "install all of it together, for the runtime's Python",
        )
