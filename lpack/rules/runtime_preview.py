"""The runtime is a preview.

Why: a preview may change in ways that break a function, and is not for production.

Fix: choose the newest supported runtime, or ignore the warning while you try the preview.

Example:
    runtime = "python3.15"     # wrong for production, while it is a preview
    runtime = "python3.14"     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import newest_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP315"
NAME = "runtime-preview"
SEVERITY: Severity = "warning"
SUMMARY = "The runtime is a preview"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a runtime that is not yet generally available."""
    runtime = facts.function.target.runtime
    if runtime.preview:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{runtime.name} is a preview, which may change and is not for production",
            facts.function.where("runtime"),
            f"set `{facts.function.written('runtime', newest_runtime(facts.today))}`",
        )
