"""The ephemeral storage is outside of what Lambda offers.

Why: CreateFunction refuses a `/tmp` smaller than 512 MB or larger than 10,240 MB.

Fix: set `ephemeral_storage` to a number within the range.

Example:
    ephemeral_storage = 256    # wrong: /tmp has at least 512 MB
    ephemeral_storage = 512    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP312"
NAME = "ephemeral-storage-out-of-range"
SEVERITY: Severity = "error"
SUMMARY = "The ephemeral storage is outside of what Lambda offers"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the size of /tmp with the range."""
    function, key = facts.function, "ephemeral_storage"
    value = function.ephemeral_storage
    least, most = (
        limits.minimum("settings", "ephemeral_storage"),
        limits.maximum("settings", "ephemeral_storage"),
    )
    if not least <= value <= most:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"`{function.called(key)}` of {value:,} MB is not between {least:,} and {most:,}",
            function.where(key),
            f"set `{function.written(key, least if value < least else most)}`",
        )
