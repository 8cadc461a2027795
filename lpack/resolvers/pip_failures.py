"""Why pip-tools finds no solution, as one error that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.resolvers import failures, index_errors
from lpack.resolvers.chains import Chain, Link, said
from lpack.resolvers.failures import Inquiry, Suspect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.errors import BuildError

UPDATE = "pip install --upgrade pip pip-tools, or use `--resolver uv`"


def failure_of(failure: dict[str, Any], inquiry: Inquiry) -> BuildError:
    """Turn what the child tells of its failure into one error of lpack's."""
    kind, reason = failure["kind"], failure["reason"]
    if kind == "unreachable":
        return index_errors.unreachable(failure["url"], reason)
    if kind == "refused":
        return index_errors.refused(failure["url"], failure["status"])
    if kind == "incompatible":
        return failures.broken("pip-tools", reason, UPDATE)
    chains = [_chain(cause) for cause in failure["causes"]]
    lines = [said(chain) for chain in chains] or reason.splitlines()
    return failures.unsatisfiable(inquiry, _suspects(failure["causes"]), lines)


def _chain(cause: dict[str, Any]) -> Chain:
    return tuple(Link(asker, needs) for asker, needs in cause["chain"])


def _suspects(causes: Sequence[dict[str, Any]]) -> tuple[Suspect, ...]:
    """Give each project once, with all that is wanted of it together."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for cause in causes:
        if cause["name"]:
            wanted.setdefault(cause["name"], []).append(cause)
    return tuple(
        Suspect(
            name,
            ",".join(filter(None, (one["specifier"] for one in found))),
            tuple(map(_chain, found)),
            is_whole=len(found) == 1,
        )
        for name, found in wanted.items()
    )
