"""`lpack invoke`: run what the project says now, even if a check would refuse it."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lpack.cli.context import only_one
from lpack.errors import UsageError
from lpack.events import is_named, named
from lpack.lock_plan import LockPlan
from lpack.pipeline import build_function
from lpack.steps.invoke import invoke as run_script
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function


def invoke(context: Context) -> int:
    """Pack the function into a temporary folder, run its invocation there, give its status."""
    work = context.work()
    function = _callable(only_one(work.project, context.options.name))
    if context.options.tests and not function.tests:
        raise UsageError(
            "LP001",
            f"function `{function.name}` declares no tests",
            where=function.where("tests"),
            hint="declare one in the list `tests`",
        )
    with tempfile.TemporaryDirectory(prefix="lpack-invoke-") as folder:
        work = replace(work, no_check=True, output=Path(folder))
        built = build_function(function, work, LockPlan(work))
        context.progress.clear()
        script = next(path for path in built.outputs if path.name.endswith(".invoke.py"))
        event = sys.stdin.buffer.read() if context.options.event == "-" else None
        return run_script(context.system, script, event, _arguments(context, function))


def _callable(function: Function) -> Function:
    """Give the function in a format that can be called here; raises UsageError LP001."""
    if function.format == "layer":
        raise UsageError(
            "LP001",
            f"`{function.name}` is a layer, and nothing calls a layer",
            where=function.where("format"),
            hint="invoke a function that uses it",
        )
    # What it does is the same without bytecode, which a failing handler may be what keeps away.
    function = replace(function, bytecode="none")
    return replace(function, format="zip") if function.format == "folder" else function


def _arguments(context: Context, function: Function) -> tuple[str, ...]:
    options = context.options
    given = options.event not in (None, "-")
    event = ["--event", _event(options.event, function)] if given else []
    tests = ["--tests"] if options.tests else []
    return (*event, *tests, *(word for pair in options.env for word in ("--env", pair)))


def _event(given: str, function: Function) -> str:
    """Take an event of the catalogue, also of a trigger that the function does not declare."""
    declared = {test.name for test in function.tests}
    if given in declared or Path(given).exists() or not is_named(given):
        return given
    return json.dumps(named(given))
