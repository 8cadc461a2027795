"""An environment variable has a name that Lambda does not take.

Why: a name starts with a letter and has at least two characters, all of them ASCII letters, digits
or underscores. CreateFunction refuses any other.

Fix: rename the variable.

Example:
    environment = { _TOKEN = "x", "my-key" = "y", A = "z" }   # wrong, all three
    environment = { TOKEN = "x", MY_KEY = "y", A1 = "z" }     # right
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP305"
NAME = "environment-name-malformed"
SEVERITY: Severity = "error"
SUMMARY = "An environment variable has a name that Lambda does not take"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report each name that does not match, but for reserved ones, which have their own rule."""
    place = ("environment", "names", "items")
    pattern, reserved = re.compile(limits.pattern(*place)), limits.forbidden(*place)
    for variable in facts.environment.variables:
        if variable.name not in reserved and not pattern.fullmatch(variable.name):
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"`{variable.name}` is no name of an environment variable that Lambda takes",
                facts.function.where(f"environment.{variable.name}"),
                "start it with a letter, and use two or more ASCII letters, digits or underscores",
            )
