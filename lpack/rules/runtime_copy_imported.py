"""The function imports what only the runtime brings, in versions that change.

Why: the runtime's copies of boto3 and what it stands on are there, but AWS changes their versions
without notice and they differ between regions; it recommends to ship all dependencies. Newer calls
of the API are unknown to an older SDK.

Fix: add the distribution to the requirements to fix its version, or leave it if any will do.

Example:
    import boto3       # app.py, with nothing in requirements.txt: whatever the runtime has
    boto3==1.40.0      # requirements.txt: the version that was tested
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.standard_modules import standard_modules
from lpack.model import Diagnostic
from lpack.rules.base import unshipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP351"
NAME = "runtime-copy-imported"
SEVERITY: Severity = "info"
SUMMARY = "The function imports what only the runtime brings, in versions that change"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report all of them at once."""
    known = standard_modules().runtime
    tops = (one.module.partition(".")[0] for one, _ in unshipped(facts, ("runtime",)))
    names = {known.get(top, top) for top in tops} - set(facts.left_to_runtime)
    if names:
        listed = sorted(names)
        verb = "is" if len(listed) == 1 else "are"
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{', '.join(listed)} {verb} imported and not shipped: the function takes the runtime's"
            " copy, whose version AWS changes without notice",
            facts.function.where("requirements"),
            f"add `{listed[0]}` to the requirements to ship the version that was tested",
        )
