"""`lpack invoke`: call what the project says now, even if a check would refuse it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lpack.cli.calling import Calls, surroundings_of
from lpack.cli.context import only_one
from lpack.cli.given_events import NamedEvent, events_of
from lpack.deploying import deploy
from lpack.errors import UsageError
from lpack.facts.limits import read_limits
from lpack.lazily import lazily
from lpack.runtime import Keeper

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.facts.limits import Limits

run_tests = lazily("lpack.cli.declared_tests:run_tests")


def invoke(context: Context) -> int:
    """Call the function with each event, one after another; give the status of the worst call."""
    work, options = context.work(), context.options
    function = only_one(work.project, options.name)
    limits = read_limits(function.limits)
    around = surroundings_of(context, function, limits)
    events = () if options.tests else events_of(options.event, function)
    for event in events:
        _refuse_large(event, options.type, limits)
    if options.tests and not function.tests:
        raise UsageError(
            "LP001",
            f"function `{function.name}` declares no tests",
            where=function.where("tests"),
            hint="declare one in the list `tests`",
        )
    if options.type == "DryRun":
        return 0
    keeper = Keeper(context.system)
    try:
        deployed = deploy(function, work, exact=options.exact)
        context.progress.clear()
        if not context.style.quiet:
            for note in deployed.notes:
                sys.stderr.write(f"note: {note}\n")
        calls = Calls(context, deployed.deployment, around, keeper, limits, work.project.root)
        with calls:
            return run_tests(calls, function) if options.tests else calls.make(events)
    finally:
        keeper.close()


def _refuse_large(event: NamedEvent, kind: str, limits: Limits) -> None:
    """Raise UsageError LP410 for an event that Lambda would not take."""
    name = "async_payload" if kind == "Event" else "request_payload"
    most = int(limits.definition(name)["maximum"])
    if len(event.content) > most:
        raise UsageError(
            "LP410",
            f"the event `{event.name}` has {len(event.content):,} bytes, and Lambda takes {most:,}"
            + (" of an asynchronous one" if kind == "Event" else ""),
            hint="put what is large into S3, and its address into the event",
        )
