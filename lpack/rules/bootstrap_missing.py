"""The function brings its own runtime, and nobody brings the executable `bootstrap`.

Why: with a runtime of `provided`, Lambda starts the file `bootstrap` at the root of the package or
of a layer; without it each call ends with `Runtime.InvalidEntrypoint`.

Fix: put `bootstrap` at the root of the source, or add the layer that holds it.

Example:
    source = "src"             # wrong, where the file is runtime/bootstrap
    source = ["src", "runtime"]    # right: the content of both is at the root
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.bootstrap import NAME as FILE
from lpack.model import Diagnostic
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP420"
NAME = "bootstrap-missing"
SEVERITY: Severity = "error"
SUMMARY = "The function brings its own runtime, and nobody brings the executable `bootstrap`"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report that there is none, and the folder that has one."""
    found = facts.bootstrap
    if found is None or not any(one.kind == "missing" for one in found.faults):
        return
    deeper = sorted(path for path in facts.paths if path.endswith(f"/{FILE}"))
    hint = f"put an executable file `{FILE}` at the root of the source, or add a layer that has it"
    if deeper:
        folder = deeper[0].removesuffix(f"/{FILE}")
        hint = f"move `{shown(deeper[0])}` there, or add its folder `{shown(folder)}` to `source`"
    runtime = facts.function.target.runtime.name
    message = f"{runtime} starts the file `{FILE}`, and there is none at the root of the package"
    yield Diagnostic(CODE, SEVERITY, message, facts.function.where("source"), hint)
