"""`lpack lock`: which files, by digest, the dependencies are."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from lpack.pipeline import LockPlan
from lpack.printed import count, path_in_project, safe

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.model import Function, Lock
    from lpack.pipeline import Work


def lock(context: Context) -> int:
    """Write the locks of the project, or check them."""
    mode = "locked" if context.options.check else "always"
    work = context.work(mode, upgrade=context.options.upgrade)  # type: ignore[arg-type]
    plan = LockPlan(work)
    made = []
    for function in work.project.functions:
        context.progress.step(function.name, "locking")
        made.append((function, plan.lock(function)))
    context.progress.clear()
    if context.options.output == "json":
        sys.stdout.write(json.dumps({"locks": [_row(*one, work) for one in made]}, indent=2) + "\n")
    elif not context.options.quiet:
        for function, result in made:
            sys.stdout.write(_line(function, result, work, checked=context.options.check))
    return 0


def _row(function: Function, result: Lock, work: Work) -> dict[str, object]:
    return {
        "function": function.name,
        "target": str(function.target),
        "file": None if result.path is None else path_in_project(result.path, work.project.root),
        "sha256": result.digest or None,
        "resolver": result.resolver,
        "packages": [{"name": one.name, "version": one.version} for one in result.packages],
    }


def _line(function: Function, result: Lock, work: Work, *, checked: bool) -> str:
    if result.path is None:
        return f"{function.name}  {function.target}  no dependencies\n"
    verb = "fits" if checked else "locked"
    number = count(len(result.packages), "distribution")
    file = path_in_project(result.path, work.project.root)
    made_by = safe(f"{file}, {result.resolver}")
    return f"{function.name}  {function.target}  {verb}  {number} ({made_by})\n"
