"""Distributions are left out because the runtime brings them.

Why: AWS recommends to ship all dependencies, the SDK included. It changes the runtime's versions
without notice, so the function one day runs with others than those of the lock, and calls of a
newer API fail where the runtime's SDK does not know it yet.

Fix: take `runtime` out of `slim`, unless the space counts for more.

Example:
    slim = ["runtime"]       # wrong, where the version of boto3 matters
    slim = ["tests"]         # right: the package brings its own
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP329"
NAME = "runtime-package-left-out"
SEVERITY: Severity = "warning"
SUMMARY = "Distributions are left out because the runtime brings them, in versions that change"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"
_RULE = "runtime"
_SHARED = ("jmespath", "python-dateutil", "six", "urllib3")


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what is left to the runtime, or that nothing is although it was asked for."""
    where = facts.function.where("slim")
    if facts.left_to_runtime:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{', '.join(facts.left_to_runtime)} will be those of the runtime, whose versions AWS "
            f"changes without notice{_mixed(facts)}",
            where,
            'take "runtime" out of `slim` to ship the versions of the lock',
        )
    elif _RULE in facts.function.slim:
        yield Diagnostic(
            CODE, "info", f"nothing is left to the runtime: {_reason(facts)}", where, _HINT
        )


_HINT = 'take "runtime" out of `slim`'


def _mixed(facts: Facts) -> str:
    """Say which parts of the package the runtime's SDK will use instead of its own."""
    ships = {item.owner for item in facts.sizes.by_owner}
    shared = [name for name in _SHARED if name in ships]
    return f", and its boto3 will use this package's {', '.join(shared)}" if shared else ""


def _reason(facts: Facts) -> str:
    if any(item.name == "boto3" for item in facts.distributions):
        return "what ships asks for certain versions of boto3, and the runtime's are not known"
    return "boto3 is not among the dependencies"
