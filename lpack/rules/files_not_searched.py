"""Own files were not searched for secrets, because there is too much of them.

Why: a check ends in well under a second, so it reads 5,000 own files and 100 MB of them at most,
and the first megabyte of each. What comes after may hold secrets that nobody was told about.

Fix: leave out what the function does not need with `exclude`, or declare dependencies instead of
copying them into the source.

Example:
    source = "."           # with a folder of 20,000 data files
    exclude = ["data/"]    # right, if the function does not read them
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

CODE = "LP367"
NAME = "files-not-searched"
SEVERITY: Severity = "info"
SUMMARY = "Own files were not searched for secrets, because there is too much of them"
SOURCE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Say how many."""
    if facts.parts.unread:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"not searched for secrets: {count(facts.parts.unread, 'own file')}",
            facts.function.where("source"),
            "leave out with `exclude` what the function does not need",
        )
