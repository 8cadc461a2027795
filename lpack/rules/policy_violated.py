"""A fact about the function is not one that a policy of the project allows.

Why: `policies` names schemas of the team's own, such as for naming, for sizes or for what may be
shipped; a package that breaks one is not published.

Fix: do what the policy wants; `lpack facts NAME` prints the facts that it judges.

Example:
    memory = 128     # wrong, where the policy says `"memory": { "minimum": 256 }`
    memory = 256     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts import document
from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.policy_words import Violation
    from lpack.model import Function, Severity, Where

CODE = "LP340"
NAME = "policy-violated"
SEVERITY: Severity = "error"
SUMMARY = "A fact is not one that a policy of the project allows"
SOURCE = "https://json-schema.org/draft/2020-12/json-schema-validation"
_HINT = "`lpack facts {}` prints the facts that policies judge"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Ask each policy; raises UsageError LP020 for one that takes too long."""
    if not limits.policies:
        return
    known = document(facts)
    for policy in limits.policies:
        for one in policy.violations(known):
            hint = one.hint or _HINT.format(facts.function.name)
            where = _where(facts.function, one)
            yield Diagnostic(CODE, SEVERITY, one.message, where, hint)


def _where(function: Function, violation: Violation) -> Where:
    """Point to the key of the configuration that the fact comes from, if there is one."""
    room, *inside = map(str, violation.path or ("",))
    if room == "request":
        return function.where_set(*inside)
    return function.where(inside[0] if room == "settings" and inside else room)
