"""`lpack invoke --profile`: calls as ever, and tells where the time of the start has gone."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.calling import Calls
from lpack.errors import UsageError
from lpack.profiling import (
    Recorded,
    compared,
    document,
    flame_graph,
    owners_of,
    render,
    speedscope,
)
from lpack.publish import refusals, write_whole
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lpack.cli.context import Context
    from lpack.cli.given_events import NamedEvent
    from lpack.cli.head_start import Ready
    from lpack.profiling import Comparison, Owners, Profile
    from lpack.runtime import Keeper

    Found = tuple[Profile, Comparison | None, list[Path]]

PAGE, SPEEDSCOPE = ".html", ".json"
_FOLDER = ".lpack/profiles"


def check_profile(context: Context) -> None:
    """Refuse a file of another kind before anything is built; raises UsageError LP450."""
    typed = context.options.profile
    if typed and Path(typed).suffix not in (PAGE, SPEEDSCOPE):
        raise UsageError(
            "LP450",
            f"`--profile={typed}` names a file of no kind that can be written",
            hint=f"end it with `{PAGE}` for a page, or with `{SPEEDSCOPE}` for speedscope",
        )


def call_profiled(
    context: Context, ready: Ready, keeper: Keeper, events: Sequence[NamedEvent]
) -> int:
    """Call with each event, and print the profile of the first start; raises UsageError LP451."""
    if ready.deployment.interpreter is None:
        raise UsageError(
            "LP451",
            f"`{ready.deployment.runtime}` runs a program of the package, and no Python",
            hint="leave out `--profile`",
        )
    with tempfile.TemporaryDirectory(prefix="lpack-profile-") as name:
        folder = Path(name)
        recorded = Recorded.into(ready.deployment, folder, bytecode=False)
        ready = replace(ready, deployment=recorded.deployment)
        with Calls.opened(context, ready, keeper) as calls:
            owners = owners_of(ready.deployment, calls.sandbox.housing.layout.places)
            recorded = replace(recorded, began=time.monotonic_ns())
            calls.sandbox.start()
            status = calls.run(events)
        found = _found(context, ready, recorded, owners, folder)
        calls.report(status, profile=None if found is None else document(*found))
    if not calls.is_json:
        _tell(context, ready, found)
    return status


def _found(
    context: Context, ready: Ready, recorded: Recorded, owners: Owners, folder: Path
) -> Found | None:
    """Read the record of the start, compare it with others, and write the files."""
    profile = recorded.profile(owners)
    if profile is None:
        return None
    around, system = ready.surroundings, context.system
    comparison = compared(ready.deployment, around, system, folder, owners, profile.ready)
    return profile, comparison, _write(context, ready, profile, comparison)


def _tell(context: Context, ready: Ready, found: Found | None) -> None:
    if found is None:
        sys.stderr.write("there is no profile: Python has not come as far as its first line\n")
    elif not context.style.quiet:
        profile, comparison, paths = found
        sys.stderr.write("\n" + render(profile, comparison, ready.deployment.name))
        for path in paths:
            sys.stderr.write(f"flame graph: {path}\n")


def _write(
    context: Context, ready: Ready, profile: Profile, comparison: Comparison | None
) -> list[Path]:
    """Write what was asked for, or both kinds; give the paths."""
    name, typed = ready.deployment.name, context.options.profile
    stem = Path(ready.root, _FOLDER, name)
    both = (stem.with_name(f"{name}{PAGE}"), stem.with_name(f"{name}.speedscope{SPEEDSCOPE}"))
    paths = [Path(typed)] if typed else [*both]
    for path in paths:
        is_page = path.suffix == PAGE
        text = flame_graph(profile, comparison, name) if is_page else speedscope(profile, name)
        with refusals(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode())
    return paths
