"""The package states more than anybody would unpack.

Why: Lambda takes 250 MB unzipped. What states far more is not inflated here either, so that
nothing is known of what is in it.

Fix: look at what is in it: `unzip -l FILE`.

Example:
    $ unzip -l function.zip | tail -1
    5461307620    16 files    # wrong: 5 GB
    104857600    900 files    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.rules.base import report_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Diagnostic, Severity

CODE = "LP398"
NAME = "archive-bomb"
SEVERITY: Severity = "error"
SUMMARY = "The package states more than anybody would unpack"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html"
_HINT = "look at its list of files with `unzip -l`"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report archives that are too large, or have too many files, to be looked at."""
    yield from report_flaws(facts, "bomb", CODE, SEVERITY, "error", _HINT)
