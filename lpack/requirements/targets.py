"""What a marker says of all targets that Lambda has, where no one of them is meant."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from lpack.errors import BuildError
from lpack.model import ARCHITECTURES, Target
from lpack.platforms import RUNTIMES, marker_environment
from lpack.validation.wording import shown

if TYPE_CHECKING:
    from lpack.model import Where

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_COMPARISON = re.compile(r"\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*(\'[^\']*\'|\"[^\"]*\")\s*")


def possible(marker: object, where: Where) -> Literal["always", "some", "never"]:
    """Tell on how many of Lambda's targets a marker holds; raises BuildError LP101."""
    if not isinstance(marker, str) or not marker:
        return "always"
    held = _holds(marker)
    if held is None:
        raise BuildError("LP101", f"`{shown(marker)}` is no marker", where=where)
    return "always" if all(held) else "some" if any(held) else "never"


def negated(marker: str, where: Where) -> str:
    """Write the opposite of a marker; nothing for one that never holds.

    Raises BuildError LP104 for one that has parts.
    """
    if possible(marker, where) == "never":
        return ""
    found = _COMPARISON.fullmatch(marker)
    if not found:
        raise BuildError(
            "LP104",
            f"a source for `{shown(marker)}` only leaves open what counts else",
            where=where,
            hint="give the requirement a source for all other targets as well",
        )
    return f"{found[1]} {_OPPOSITE[found[2]]} {found[3]}"


@cache
def _holds(marker: str) -> tuple[bool, ...] | None:
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison  # noqa: PLC0415 - 100 ms

    targets = [Target(runtime, machine) for runtime in RUNTIMES for machine in ARCHITECTURES]
    try:
        parsed = Marker(marker)
        return tuple(parsed.evaluate({**marker_environment(one), "extra": ""}) for one in targets)
    except (InvalidMarker, UndefinedComparison, RecursionError):
        return None
