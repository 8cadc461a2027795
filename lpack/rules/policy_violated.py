"""A fact about the function is not one that a policy of the project allows.

Why: `policies` names schemas of the team's own, such as for naming, for sizes or for what may be
shipped; a package that breaks one is not published.

Fix: do what the policy wants; `lpack facts NAME` prints the facts that it judges.

Example:
    memory = 128     # wrong, where the policy says `"memory": { "minimum": 256 }`
    memory = 256     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.facts import document
from lpack.model import Diagnostic, unknowns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.policy_words import Violation
    from lpack.model import Function, Severity, Where
    from lpack.toml_lines import KeyPath

CODE = "LP340"
NAME = "policy-violated"
SEVERITY: Severity = "error"
SUMMARY = "A fact is not one that a policy of the project allows"
SOURCE = "https://json-schema.org/draft/2020-12/json-schema-validation"
_IN_PART = frozenset({"settings", "request", "environment", "handler", "schedules", "load"})
"""What of the document is known without the dependencies."""
_OF_KEYS = frozenset({"required", "additionalProperties", "propertyNames", "dependentRequired"})
_HINT = "`lpack facts {}` prints the facts that policies judge"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Ask each policy; raises UsageError LP020 for one that takes too long."""
    if not limits.policies:
        return
    known = document(facts)
    unknown = _unknown(facts, known)
    for policy in limits.policies:
        for one in policy.violations(known):
            if not _is_certain(one, unknown):
                continue
            hint = one.hint or _HINT.format(facts.function.name)
            where = _where(facts.function, one)
            yield Diagnostic(CODE, SEVERITY, one.message, where, hint)


def _unknown(facts: Facts, known: dict[str, Any]) -> tuple[KeyPath, ...]:
    """Give the places of facts that only a build or the deployment decides."""
    undecided = facts.function.undecided
    found: list[KeyPath] = [("settings", key) for key in undecided]
    found += [path for path, _ in unknowns(known["request"], ("request",))]
    found += [("environment", "bytes")] if "environment" in undecided else []
    found += [("handler",)] if "handler" in undecided else []
    if facts.awaits:
        found += [(room,) for room in known if room not in _IN_PART]
    return tuple(found)


def _is_certain(violation: Violation, unknown: tuple[KeyPath, ...]) -> bool:
    """Whether a policy is broken whatever comes of what is not known."""
    path = violation.path
    if any(path[: len(one)] == one for one in unknown):
        return False
    # Which keys there are is known; what holds of all together, only if all of them are.
    return violation.keyword in _OF_KEYS or not any(one[: len(path)] == path for one in unknown)


def _where(function: Function, violation: Violation) -> Where:
    """Point to the key of the configuration that the fact comes from, if there is one."""
    room, *inside = map(str, violation.path or ("",))
    if room == "request":
        return function.where_set(*inside)
    return function.where(inside[0] if room == "settings" and inside else room)
