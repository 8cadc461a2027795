"""Hold the facts of a function and its package against every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts import gather, read_limits
from lpack.printed import path_in_project
from lpack.rules import check_all
from lpack.values import replace

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from lpack.model import Bundle, Diagnostic, Function


def check(  # noqa: PLR0913 - what is judged, and what the verdict depends on
    function: Function,
    bundle: Bundle,
    root: Path,
    *,
    zipped: int | None,
    today: date,
    cache: Path | None = None,
) -> tuple[Diagnostic, ...]:
    """Give everything that Lambda would refuse, or that would fail on the first call.

    `root` is the project, `zipped` the size of the package in bytes; what is found out about
    wheels is kept in `cache`.
    """
    facts = gather(function, bundle, zipped=zipped, today=today, cache=cache)
    found = check_all(facts, read_limits())
    return tuple(_in_project(one, bundle, root) for one in found)


def _in_project(one: Diagnostic, bundle: Bundle, root: Path) -> Diagnostic:
    """Point to the file of the project, where a rule points to one of the package."""
    if one.where is None or one.where.line is None or one.where.key is not None:
        return one
    origins = {entry.path: entry.origin for entry in bundle.entries if not entry.owner}
    origin = origins.get(one.where.file)
    if origin is None:
        return one
    return replace(one, where=replace(one.where, file=path_in_project(origin, root)))
