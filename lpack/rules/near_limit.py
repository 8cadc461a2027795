"""The package or its environment is near one of Lambda's limits.

Why: what fits today and has a fifth left does not fit after the next few updates of its
dependencies, and is then found out in the middle of a deployment.

Fix: make room while there is time; the message names who takes most. A limit that is never met may
be ignored by this code, without ignoring the limit itself.

Example:
    upload = "direct"          # a zip of 44 MB is near the 50 MB of a direct upload
    upload = "s3"              # right: a zip from a bucket may be larger
    slim = ["tests", "docs"]   # right, where that makes room
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import megabytes
from lpack.rules.base import is_near, percent, shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP334"
NAME = "near-limit"
SEVERITY: Severity = "warning"
SUMMARY = "The package or its environment is near one of Lambda's limits"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
_SMALLER = "exclude what the function does not need, or let `slim` leave out parts of distributions"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report what has 80 % of a limit or more, and not more than all of it."""
    yield from _zips(facts, limits)
    sizes, most = facts.sizes, limits.maximum("sizes", "unzipped")
    if is_near(sizes.together, most):
        owners = {**{one.owner: one.unzipped for one in sizes.by_owner}, **sizes.layers}
        layers = " with its layers" if sizes.layers else ""
        message = (
            f"the package has {megabytes(sizes.together)} unzipped{layers},"
            f" {percent(sizes.together, most)} of the {megabytes(most)} that Lambda takes:"
            f" {shares(owners)}"
        )
        yield Diagnostic(CODE, SEVERITY, message, facts.function.where(""), _SMALLER)
    used, most = facts.environment.bytes, limits.maximum("environment", "bytes")
    if is_near(used, most):
        variables = {f"`{one.name}`": one.bytes for one in facts.environment.variables}
        message = (
            f"the environment has {used:,} bytes as JSON, {percent(used, most)} of the {most:,}"
            f" that Lambda takes: {shares(variables)}"
        )
        hint = "keep long values in Parameter Store, or in a file of the package"
        yield Diagnostic(CODE, SEVERITY, message, facts.function.where("environment"), hint)


def _zips(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    most = limits.maximum("sizes", "zipped")
    for one in facts.sizes.archives:
        if is_near(one.size, most) and facts.function.upload == "direct":
            subject = "layer" if one.is_layer else "zip"
            brought = f": {shares(one.zipped)}" if one.zipped else ""
            message = (
                f"the {subject} has {megabytes(one.size)}, {percent(one.size, most)} of the"
                f" {megabytes(most)} that Lambda takes in a direct upload{brought}"
            )
            hint = f'{_SMALLER}; or set `upload = "s3"`'
            yield Diagnostic(CODE, SEVERITY, message, facts.function.where(""), hint)
