"""A distribution's wheel is not for the function's runtime and architecture.

Why: native code for another system, architecture, C library or Python cannot be loaded, so the
first import of the distribution fails.

Fix: lock again for the target, or choose a version that has a wheel for it.

Example:
    numpy-2.3.0-cp313-cp313-macosx_14_0_arm64.whl              # wrong: for macOS
    numpy-2.3.0-cp313-cp313-manylinux_2_28_x86_64.whl          # right for python3.13 x86_64
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP317"
NAME = "wheel-wrong-platform"
SEVERITY: Severity = "error"
SUMMARY = "A distribution's wheel is not for the function's runtime and architecture"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report wheels whose tags the target does not accept."""
    target, where = facts.function.target, facts.function.where("requirements")
    for item in facts.distributions:
        if item.fit == "misfit":
            message = f"`{item.filename}` does not run on {target}"
            yield Diagnostic(CODE, SEVERITY, message, where, "lock again for the target")
        elif item.fit == "built-here":
            message = f"`{item.filename}` does not tell which glibc it needs"
            hint = f"build it on {target.runtime.system}, or choose a version that has a wheel"
            yield Diagnostic(CODE, "warning", message, where, hint)
