"""The runtime does not exist for the architecture.

Why: runtimes on Amazon Linux 1 run on x86_64 only, and CreateFunction refuses them for arm64.

Fix: choose a newer runtime, or x86_64.

Example:
    runtime = "python3.7"      # wrong with `architecture = "arm64"`
    runtime = "python3.13"     # right with both architectures
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

CODE = "LP316"
NAME = "architecture-unsupported"
SEVERITY: Severity = "error"
SUMMARY = "The runtime does not exist for the architecture"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report an old runtime on arm64."""
    target = facts.function.target
    if target.architecture != "x86_64" and target.runtime.name in limits.x86_only:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{target.runtime.name} does not run on `{target.architecture}`",
            facts.function.where("architecture"),
            f"set `{facts.function.written('runtime', newest_runtime(facts.today))}`",
        )
