"""An environment variable has a name that Lambda keeps for itself.

Why: Lambda sets these variables and refuses a function that sets one of them, with
InvalidParameterValueException.

Fix: choose another name, and read Lambda's own value where that was meant.

Example:
    environment = { AWS_REGION = "eu-west-1" }      # wrong: Lambda sets it
    environment = { BUCKET_REGION = "eu-west-1" }   # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP304"
NAME = "environment-name-reserved"
SEVERITY: Severity = "error"
SUMMARY = "An environment variable has a name that Lambda keeps for itself"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report each name that is reserved."""
    reserved = limits.forbidden("environment", "names", "items")
    for variable in facts.environment.variables:
        if variable.name in reserved:
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"the environment variable `{variable.name}` is set by Lambda itself",
                facts.function.where(f"environment.{variable.name}"),
                "choose another name",
            )
