"""The file `bootstrap` is no program that the function's machine executes.

Why: Linux executes ELF programs for its own machine, and scripts that begin with `#!`; all else
ends each call with `fork/exec /var/task/bootstrap: exec format error`.

Fix: build it for the function's architecture, or begin the script with its interpreter.

Example:
    GOARCH=amd64 go build -o bootstrap    # wrong with `architecture = "arm64"`
    GOARCH=arm64 go build -o bootstrap    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import bootstrap_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP424"
NAME = "bootstrap-no-program"
SEVERITY: Severity = "error"
SUMMARY = "The file `bootstrap` is no program that the function's machine executes"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a program for another machine, and what is neither program nor script."""
    target = facts.function.target
    for path, fault, where in bootstrap_faults(facts, "no-program"):
        is_foreign = fault.detail.startswith("it is for ")
        message = f"`{path}` cannot start on {target}: {fault.detail}"
        hint = f"build it for Linux on {target.architecture}"
        if not is_foreign:
            hint = "begin it with its interpreter: `#!/bin/sh`"
        yield Diagnostic(CODE, SEVERITY, message, where, hint)
