"""`lpack invoke`: call what the project says now, even if a check would refuse it."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from lpack.cli.calling import Calls
from lpack.cli.given_events import NamedEvent, events_of
from lpack.cli.head_start import Ready, remember
from lpack.errors import UsageError
from lpack.runtime import Keeper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.cli.context import Context
    from lpack.deploying import Deployed
    from lpack.model import Function
    from lpack.work import Work


def invoke(context: Context) -> int:
    """Call the function with each event, one after another; give the status of the worst call."""
    if context.head is not None:
        ready = context.head.ready
        events = _events(context, ready)
        with Calls(context, ready, context.head.sandbox) as calls:
            return calls.make(events)
    from lpack.cli.invoke_package import is_package  # noqa: PLC0415 - see `head_start.py`

    if is_package(context.options.name):
        return _invoke_package(context)
    started, work = time.time_ns(), context.work()
    function = _wanted(context, work)
    ready = _before(context, function, work.project.root)
    events = _events(context, ready)
    if context.options.type == "DryRun":
        return 0
    with _keeper(context) as keeper:
        ready = _deployed(context, function, work, ready, started)
        return _called(context, ready, keeper, events)


def _wanted(context: Context, work: Work) -> Function:
    from lpack.cli.context import only_one  # noqa: PLC0415 - see `head_start.py`
    from lpack.values import replace  # noqa: PLC0415 - see `head_start.py`

    options = context.options
    function = only_one(work.project, options.name)
    for name in ("handler", "layer"):
        if getattr(options, name):
            raise UsageError(
                "LP001",
                f"`--{name}` is for a package that is there already, and `{function.name}` is none",
                hint="leave it out, or name a zip",
            )
    memory, timeout = options.memory or function.memory, options.timeout or function.timeout
    return replace(function, memory=memory, timeout=timeout)


def _invoke_package(context: Context) -> int:
    """Call the function of a zip, whoever made it."""
    from pathlib import Path  # noqa: PLC0415 - see `head_start.py`

    from lpack.cli.invoke_package import (  # noqa: PLC0415 - see `head_start.py`
        deploy_package,
        package_of,
    )
    from lpack.values import replace  # noqa: PLC0415 - see `head_start.py`

    package = package_of(context)
    ready = _before(context, package.function, Path.cwd())
    events = _events(context, ready)
    if context.options.type == "DryRun":
        return 0
    with _keeper(context) as keeper:
        deployment, notes = deploy_package(context, package)
        context.progress.clear()
        ready = replace(ready, deployment=deployment, notes=notes)
        return _called(context, ready, keeper, events)


def _called(context: Context, ready: Ready, keeper: Keeper, events: tuple[NamedEvent, ...]) -> int:
    if context.options.profile is not None:
        from lpack.cli.invoke_profile import call_profiled  # noqa: PLC0415 - seldom

        return call_profiled(context, ready, keeper, events)
    with Calls.opened(context, ready, keeper) as calls:
        return calls.make(events)


def _before(context: Context, function: Function, root: Path) -> Ready:
    """Look at all that was asked for before anything is built."""
    from lpack.cli.surroundings import surroundings_of  # noqa: PLC0415 - see `head_start.py`
    from lpack.facts.limits import read_limits  # noqa: PLC0415 - see `head_start.py`
    from lpack.model import Deployment  # noqa: PLC0415 - see `head_start.py`

    if context.options.profile is not None:
        from lpack.cli.invoke_profile import check_profile  # noqa: PLC0415 - seldom

        check_profile(context)
    limits = read_limits(function.limits)
    request, later, response = (
        int(limits.definition(name)["maximum"])
        for name in ("request_payload", "async_payload", "response_payload")
    )
    return Ready(
        Deployment(function.name, function.handler_text or "", "", "", ""),
        surroundings_of(context, function, limits),
        str(root),
        request,
        later,
        response,
        {test.name: test.event for test in function.tests},
    )


def _deployed(
    context: Context, function: Function, work: Work, ready: Ready, started: int
) -> Ready:
    """Build and unpack the function, and let the same command line have a head start."""
    from lpack.deploying import deploy  # noqa: PLC0415 - see `head_start.py`
    from lpack.runtime.logs import prepare  # noqa: PLC0415 - see `head_start.py`
    from lpack.values import replace  # noqa: PLC0415 - see `head_start.py`

    prepare(str(work.project.root))
    options = context.options
    done = deploy(function, work, exact=options.exact, as_shipped=options.profile is not None)
    context.progress.clear()
    ready = replace(ready, deployment=done.deployment, notes=done.notes)
    _remember(context, work, done, ready, started)
    return ready


def _remember(context: Context, work: Work, done: Deployed, ready: Ready, started: int) -> None:
    from lpack.stamps import gathered  # noqa: PLC0415 - see `head_start.py`

    if done.stands_in or not done.lasts:
        return
    evidence = [
        gathered(work.project.config_files, (), done.outputs, started),
        *(gathered(one.inputs, one.folders, (), started) for one in done.builds),
    ]
    known = [one for one in evidence if one is not None]
    if len(known) == len(evidence):
        remember(context.words[1:], context.system.environ, known, ready)


@contextlib.contextmanager
def _keeper(context: Context) -> Iterator[Keeper]:
    """Give a keeper that starts meanwhile."""
    keeper = Keeper(context.system)
    try:
        yield keeper
    finally:
        keeper.close()


def _events(context: Context, ready: Ready) -> tuple[NamedEvent, ...]:
    """Give the events; raises UsageError LP410 for one that Lambda would not take, or LP411."""
    around = ready.surroundings
    place = {"region": around.region, "account": around.account}
    events = events_of(context.options.event, ready.tests, place)
    is_later = context.options.type == "Event"
    most = ready.async_bytes if is_later else ready.request_bytes
    for event in events:
        if len(event.content) > most:
            kind = " of an asynchronous one" if is_later else ""
            raise UsageError(
                "LP410",
                f"the event `{event.name}` has {len(event.content):,} bytes, and Lambda takes"
                f" {most:,}{kind}",
                hint="put what is large into S3, and its address into the event",
            )
    return events
