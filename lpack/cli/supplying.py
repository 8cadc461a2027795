"""Brings what functions depend on before the work on them is shared out: locks and wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cli.failing import REFUSED, told
from lpack.model import Diagnostic
from lpack.outcome import Failure
from lpack.workers import WorkerLostError, share_out

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.lock_plan import LockPlan
    from lpack.model import Function, Lock, Target
    from lpack.work import Work

Failures = dict[str, Failure]
"""What is wrong with each function that cannot go on, by its name."""


class Supplying:
    """Locks functions side by side, and fetches for each of them once for all that share it."""

    def __init__(self, context: Context, work: Work, plan: LockPlan, processes: int) -> None:
        """Say how many may lock at a time."""
        self.context = context
        self.work = work
        self.plan = plan
        self.processes = processes

    def supply(self, functions: list[Function]) -> Failures:
        """Let locks and wheels of functions be there, and give what failed."""
        failed = self._locked(functions)
        return failed | self._fetched([one for one in functions if one.name not in failed])

    def _locked(self, functions: list[Function]) -> Failures:
        """Make the locks that are missing, side by side, and give what failed."""
        groups = self.plan.to_be_made(functions)
        made = share_out(groups, self._lock, self.processes)
        failed: Failures = {}
        for group, result in zip(groups, made, strict=True):
            if isinstance(result, tuple):
                for function, lock in zip(group, result, strict=True):
                    self.plan.take(function, lock)
            else:
                failed |= dict.fromkeys((one.name for one in group), failure_of(result))
        return failed

    def _lock(self, group: tuple[Function, ...]) -> tuple[Lock, ...] | Failure:
        try:
            for function in group:
                self.work.progress.step(function.name, "locking")
                self.plan.lock(function)
            # Each as it is now that the file serves all of them.
            return tuple(self.plan.lock(function) for function in group)
        except Exception as error:  # noqa: BLE001 - others can still be built
            return self.told(error)

    def _fetched(self, functions: list[Function]) -> Failures:
        """Bring the wheels that are missing, once for all functions, and give what failed."""
        failed: Failures = {}
        known: dict[tuple[int, Target], Failure] = {}
        for function in functions:
            key = (id(self.plan.wanted(function)), function.target)
            try:
                if key not in known:
                    self.work.progress.step(function.name, "fetching")
                    self.plan.fetch(function)
                    continue
            except Exception as error:  # noqa: BLE001 - others can still be built
                known[key] = self.told(error)
            failed[function.name] = known[key]
        return failed

    def told(self, error: Exception) -> Failure:
        """Make a failure of what was raised."""
        diagnostics, status = told(error, verbose=self.context.style.verbose)
        return Failure((), diagnostics, status)


def failure_of(result: Failure | WorkerLostError) -> Failure:
    """Give the failure of a function whose work has come to nothing."""
    if isinstance(result, Failure):
        return result
    message = "a process of lpack was killed while it worked"
    hint = "give it more memory, or let fewer work at a time with `--jobs`"
    return Failure((), (Diagnostic("LP017", "error", message, None, hint),), REFUSED)
