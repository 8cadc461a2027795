"""Distributions that the runtime brings: boto3 and what it stands on.

Why: they are some 20 MB, and a managed runtime has them already.

Why it is a choice: AWS recommends to ship them, because it changes the runtime's versions without
notice; LP329 says so in each build. What goes is only what nothing else that ships relies on: the
SDK stays whole if another distribution asks for a certain version of a part of it, since the
runtime's version is not known, and urllib3, six, jmespath and python-dateutil stay if another
distribution requires them at all.

Never touched: anything if boto3 does not ship, or ships for another distribution that pins it.
What an extra requires counts if something that ships asks for the extra; METADATA does not tell
which extras the project itself asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.platforms import marker_environment
from lpack.slimming.base import DIST_INFO, Shipped
from lpack.slimming.runtime_distributions import BELOW_SDK, SDK
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.requirements import Requirement

    from lpack.model import Target

_METADATA_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class _Need:
    """That one distribution which ships requires another."""

    by: str
    name: str
    is_pinned: bool
    """Whether it asks for certain versions."""


def left_out(shipped: tuple[Shipped, ...], target: Target) -> Iterator[str]:
    """Give every file of the distributions that are left to the runtime."""
    gone = frozenset(one.name for one in shipped) & (SDK | BELOW_SDK)
    if not gone & SDK:
        return
    gone = _unneeded(gone, list(_needs(shipped, target)))
    for one in shipped:
        if one.name in gone:
            yield from one.files


def _unneeded(gone: frozenset[str], needs: list[_Need]) -> frozenset[str]:
    """Take back what stays for the sake of something else that stays, until that is all."""
    while True:
        stay = {
            need.name
            for need in needs
            if need.by not in gone and (need.is_pinned or need.name in BELOW_SDK)
        }
        stay |= SDK if stay & SDK else frozenset()
        if not gone & SDK - stay:
            return frozenset()
        if not gone & stay:
            return gone
        gone -= stay


def _needs(shipped: tuple[Shipped, ...], target: Target) -> Iterator[_Need]:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - only for this rule

    stated = {one.name: _requirements(one) for one in shipped}
    extras: dict[str, set[str]] = {}
    for requirement in (one for found in stated.values() for one in found):
        extras.setdefault(canonicalize_name(requirement.name), {""}).update(requirement.extras)
    environment = marker_environment(target)
    for owner, found in stated.items():
        for one in found:
            if _applies(one, extras.get(owner, {""}), environment):
                pinned = bool(one.specifier) or one.url is not None
                yield _Need(owner, canonicalize_name(one.name), pinned)


def _requirements(one: Shipped) -> list[Requirement]:
    """Read what a distribution's METADATA requires."""
    from packaging.metadata import parse_email  # noqa: PLC0415 - only for this rule
    from packaging.requirements import (  # noqa: PLC0415 - only for this rule
        InvalidRequirement,
        Requirement,
    )

    found = []
    for path in one.files:
        if path.endswith(f"{DIST_INFO}/METADATA") and path.count("/") == 1:
            for text in parse_email(one.read(path, _METADATA_BYTES))[0].get("requires_dist", []):
                try:
                    found.append(Requirement(text))
                except InvalidRequirement:  # an installer would refuse it, or guess
                    continue
    return found


def _applies(one: Requirement, extras: Iterable[str], environment: dict[str, str]) -> bool:
    if one.marker is None:
        return True
    return any(one.marker.evaluate({**environment, "extra": extra}) for extra in extras)
