"""The description is longer than Lambda takes.

Why: CreateFunction refuses a description of more than 256 characters.

Fix: shorten it.

Example:
    description = "Makes thumbnails, and … (300 characters)"   # wrong
    description = "Makes thumbnails of new pictures"           # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP322"
NAME = "description-too-long"
SEVERITY: Severity = "error"
SUMMARY = "The description is longer than Lambda takes"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Count the description's characters."""
    length = len(facts.function.description)
    name = facts.function.called("description")
    limit = limits.max_length("settings", "description")
    if length > limit:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{name}` has {length:,} characters, and Lambda takes {limit:,}",
            facts.function.where("description"),
            f"shorten it by {length - limit:,}",
        )
