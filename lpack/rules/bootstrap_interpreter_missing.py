"""The script `bootstrap` names an interpreter that is not there on Lambda.

Why: runtimes of `provided` are an operating system and nothing else: a shell, and no Python. Linux
then says `fork/exec /var/task/bootstrap: no such file or directory`, about a file that is there.

Fix: ship the interpreter in the package or in a layer, and name it by its path on Lambda; or begin
with a shell that starts it.

Example:
    #!/usr/bin/env python3     # wrong: nothing of provided.al2023 is called so
    #!/opt/bin/python3         # right, with the Python of a layer
    #!/bin/sh                  # right as well
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

CODE = "LP422"
NAME = "bootstrap-interpreter-missing"
SEVERITY: Severity = "error"
SUMMARY = "The script `bootstrap` names an interpreter that is not there on Lambda"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-provided.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report an interpreter that neither the system nor the package nor a layer has."""
    runtime = facts.function.target.runtime
    for path, fault, where in bootstrap_faults(facts, "interpreter"):
        verb = "cannot" if fault.is_certain else "may not"
        message = f"`{path}` {verb} start on {runtime.name}: {fault.detail}"
        name = fault.interpreter.rpartition("/")[2] or "python3"
        root = "/opt" if facts.function.format == "layer" else "/var/task"
        hint = f"ship it in the package, and begin with `#!{root}/bin/{name}`"
        if not fault.is_certain:
            hint = f"ship it as `bin/{name}`, or add the layer that has it"
        if "python" in name:
            hint = f"{runtime.name} has no Python: {hint}"
        severity: Severity = SEVERITY if fault.is_certain else "warning"
        yield Diagnostic(CODE, severity, message, where, hint)
