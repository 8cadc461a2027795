"""The function's name is longer than Lambda takes, or has other characters.

Why: CreateFunction refuses a name of more than 64 characters, or with others than ASCII letters,
digits, hyphens and underscores.

Fix: rename the function.

Example:
    [functions."order service"]    # wrong: a space
    [functions.order-service]      # right
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

CODE = "LP326"
NAME = "function-name-malformed"
SEVERITY: Severity = "error"
SUMMARY = "The function's name is longer than Lambda takes, or has other characters"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Judge the length and the characters of the name."""
    function = facts.function
    name, where = function.deployed_name, function.where("settings.FunctionName")
    if name is None:
        return
    limit = limits.max_length("settings", "name")
    if len(name) > limit:
        message = f"the name `{name}` has {len(name)} characters, and Lambda takes {limit}"
        yield Diagnostic(CODE, SEVERITY, message, where, f"shorten it by {len(name) - limit}")
    elif not re.fullmatch(limits.pattern("settings", "name"), name):
        message = f"`{name}` is no name of a function that Lambda takes"
        hint = "use ASCII letters, digits, hyphens and underscores only"
        yield Diagnostic(CODE, SEVERITY, message, where, hint)
