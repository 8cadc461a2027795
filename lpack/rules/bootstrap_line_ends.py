"""The first line of the script `bootstrap` ends as on Windows.

Why: to Linux, the carriage return at its end is a letter of the interpreter's name, and there is no
`/bin/sh` with one; each call ends with `fork/exec /var/task/bootstrap: no such file or directory`.

Fix: save the file with the line ends of Linux, and keep git from changing them.

Example:
    bootstrap text eol=crlf    # wrong, in .gitattributes
    bootstrap text eol=lf      # right
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

CODE = "LP423"
NAME = "bootstrap-line-ends"
SEVERITY: Severity = "error"
SUMMARY = "The first line of the script `bootstrap` ends as on Windows"
SOURCE = "https://man7.org/linux/man-pages/man2/execve.2.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a first line that ends with a carriage return."""
    for path, _, where in bootstrap_faults(facts, "line-ends"):
        message = f"the first line of `{path}` ends with a carriage return, as on Windows"
        hint = f"save it with the line ends of Linux: `sed -i 's/\\r$//' {path}`"
        yield Diagnostic(CODE, SEVERITY, message, where, hint)
