"""The executable `bootstrap` may not be executed by Lambda's user.

Why: the function runs as another user than the owner of its files, so that `bootstrap` needs the
mode 755; otherwise each call ends with `fork/exec /var/task/bootstrap: permission denied`. Git and
archives made on Windows often lose that mode.

Fix: `chmod 755 bootstrap`, and in git `git update-index --chmod=+x bootstrap`.

Example:
    -rw-r--r--  bootstrap      # wrong: mode 644
    -rwxr-xr-x  bootstrap      # right: mode 755
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

CODE = "LP421"
NAME = "bootstrap-not-executable"
SEVERITY: Severity = "error"
SUMMARY = "The executable `bootstrap` may not be executed by Lambda's user"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a mode without the bits of others."""
    for path, _, where in bootstrap_faults(facts, "not-executable"):
        message = f"`{path}` has a mode with which Lambda's user cannot execute it"
        yield Diagnostic(CODE, SEVERITY, message, where, f"`chmod 755 {path}`")
