"""Distributions are shipped that nothing imports.

Why: they make the package larger and every cold start slower. What is only loaded by a name that is
put together at run time cannot be seen, so this is no proof.

Fix: take them out of the requirements, or put them into a group that is not shipped, such as one
for development.

Example:
    requests, pytest   # requirements.txt, and nothing imports pytest
    requests           # requirements.txt: pytest went to requirements-dev.txt
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count, megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP352"
NAME = "distribution-unused"
SEVERITY: Severity = "info"
SUMMARY = "Distributions are shipped that nothing imports"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"
_LISTED = 5
_LEAST = 256 * 1024
"""Bytes together; less is not worth a word."""


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report the largest by name, if they count for anything together."""
    found = facts.parts.unused
    size = sum(one.bytes for one in found)
    if size < _LEAST:
        return
    named = ", ".join(f"{one.name} ({megabytes(one.bytes)})" for one in found[:_LISTED])
    others = f" and {count(len(found) - _LISTED, 'other')}" if len(found) > _LISTED else ""
    yield Diagnostic(
        CODE,
        SEVERITY,
        f"nothing imports {count(len(found), 'distribution')} of {megabytes(size)}: {named}"
        f"{others}",
        facts.function.where("requirements"),
        "take them out of the requirements unless they are loaded by name",
    )
