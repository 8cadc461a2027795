"""Which functions a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cli.context import chosen
from lpack.lock_plan import LockPlan, NoLocks
from lpack.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.cli.context import Context
    from lpack.model import Function
    from lpack.work import Work


@dataclass(frozen=True, slots=True)
class Selection:
    """The functions that are wanted, and what locks them."""

    plan: LockPlan
    functions: tuple[Function, ...]
    root: Path
    """The project."""
    skipped: tuple[str, ...] = ()
    """Names of those that were chosen and have not changed."""
    since: str = ""
    """The revision since which those have not changed."""
    others: tuple[tuple[str, str], ...] = ()
    """Functions that are declared and not for lpack: the name, and what they are."""


def select(context: Context, work: Work, *, locks: bool = True) -> Selection:
    """Give the functions that are named, without those that have not changed since a revision.

    Without `locks` no dependency is looked at, except to know what has changed. Raises UsageError
    LP002 or LP018.
    """
    project, since = work.project, context.options.changed_since
    functions = chosen(project, context.options.names)
    if since is None:
        plan = LockPlan(work) if locks else NoLocks(work)
        return Selection(plan, functions, project.root, others=project.others)
    plan = LockPlan(work)
    from lpack.changes import Asked, changed  # noqa: PLC0415 - few ask

    asked = tuple(
        Asked(one, plan.requirements[one.name], plan.wanted(one).path) for one in project.functions
    )
    names = {one.name for one in changed(asked, since, project, work.system)}
    # What a function does, and how it is judged, depends on its layers.
    names |= {one.name for one in project.functions if not names.isdisjoint(one.project_layers)}
    return Selection(
        plan if locks else NoLocks(work),
        tuple(one for one in functions if one.name in names),
        project.root,
        tuple(one.name for one in functions if one.name not in names),
        since,
        project.others,
    )
