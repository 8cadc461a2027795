"""`lpack lock`: which files, by digest, the dependencies are."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from lpack.errors import UsageError
from lpack.lock_plan import LockPlan
from lpack.printed import count, path_in_project, safe
from lpack.validation.wording import did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.cli.context import Context
    from lpack.model import Function, Lock, Target
    from lpack.steps.lock import Mode
    from lpack.work import Work


def lock(context: Context) -> int:
    """Write the locks of the project, or check them."""
    mode: Mode = "locked" if context.options.check else "always"
    named = context.options.upgrade_package
    packages = tuple(canonicalize_name(name) for name in named)
    work = context.work(mode, upgrade=context.options.upgrade, packages=packages)
    plan = LockPlan(work)
    made = [(*one, plan.lock(*one)) for one in _questions(plan, context)]
    _refuse_unknown(packages, made)
    context.progress.clear()
    if context.options.output == "json":
        sys.stdout.write(json.dumps({"locks": [_row(*one, work) for one in made]}, indent=2) + "\n")
    elif not context.options.quiet:
        for one in made:
            sys.stdout.write(_line(*one, work, checked=context.options.check))
    return 0


def _questions(plan: LockPlan, context: Context) -> Iterator[tuple[Function, Target]]:
    """Give each function with its target, and with those that nothing but its lock is for."""
    own = {one.target for one in plan.work.project.functions}
    seen: set[tuple[Path | None, Target]] = set()
    for function in plan.work.project.functions:
        context.progress.step(function.name, "locking")
        yield function, function.target
        wanted = plan.wanted(function)
        for target in sorted(wanted.requirements.keys() - own, key=str):
            if (wanted.path, target) not in seen:
                seen.add((wanted.path, target))
                yield function, target


def _refuse_unknown(packages: tuple[str, ...], made: list[tuple[Function, Target, Lock]]) -> None:
    known = {package.name for _, _, result in made for package in result.packages}
    for name in packages:
        if name not in known:
            close = did_you_mean(name, sorted(known))
            raise UsageError(
                "LP001",
                f"no lock has a distribution `{shown(name)}`",
                hint=close or "see the names in pylock.toml",
            )


def _row(function: Function, target: Target, result: Lock, work: Work) -> dict[str, object]:
    return {
        "function": function.name,
        "target": str(target),
        "file": None if result.path is None else path_in_project(result.path, work.project.root),
        "sha256": result.digest or None,
        "resolver": result.resolver,
        "packages": [{"name": one.name, "version": one.version} for one in result.packages],
    }


def _line(function: Function, target: Target, result: Lock, work: Work, *, checked: bool) -> str:
    if result.path is None:
        return f"{function.name}  {target}  no dependencies\n"
    verb = "fits" if checked else "locked"
    number = count(len(result.packages), "distribution")
    file = path_in_project(result.path, work.project.root)
    made_by = safe(f"{file}, {result.resolver}")
    return f"{function.name}  {target}  {verb}  {number} ({made_by})\n"
