"""Work on many functions, each as far as it can get: one that fails does not stop the others."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.cli.failing import REFUSED, told
from lpack.cli.remembered import Told
from lpack.errors import BuildError
from lpack.model import Diagnostic
from lpack.outcome import Failure, Report
from lpack.pipeline import prepare_function
from lpack.values import replace
from lpack.workers import MOST, WorkerLostError, processors, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lpack.cli.context import Context
    from lpack.cli.remembered import Memory
    from lpack.cli.selection import Selection
    from lpack.model import Function, Lock, Target
    from lpack.outcome import Outcome
    from lpack.staged import Built
    from lpack.work import Work

Results = dict[str, "Told | Failure"]
"""What came of each function, by its name."""


class Running:
    """One command at work on functions, several at a time."""

    def __init__(
        self,
        context: Context,
        work: Work,
        memory: Memory,
        do: Callable[[Function], Built],
        *,
        own_only: bool = False,
    ) -> None:
        """Take what to do with each function; `own_only` needs no dependencies for that."""
        self.context = context
        self.work = work
        self.plan = memory.plan
        self.memory = memory
        self.do = do
        self.own_only = own_only
        self.processes = context.options.jobs or min(processors(), MOST)

    def results(self, functions: tuple[Function, ...]) -> Results:
        """Give what came of each function: nothing to do, what was done, or a failure."""
        recalled = {function.name: self.memory.recall(function) for function in functions}
        found: Results = {name: one for name, one in recalled.items() if one is not None}
        found |= self._anew([one for one in functions if one.name not in found])
        # A lock that was written for one function is another one for all that it serves.
        written = self.plan.written
        stale = (one for one in functions if recalled[one.name] is not None)
        found |= self._anew([one for one in stale if self.plan.wanted(one).path in written])
        return found

    def _anew(self, functions: list[Function]) -> Results:
        if self.own_only:
            return self._done(functions)
        failed = self._locked(functions)
        failed |= self._fetched([one for one in functions if one.name not in failed])
        self._prepare([one for one in functions if one.name not in failed])
        return failed | self._done([one for one in functions if one.name not in failed])

    def _locked(self, functions: list[Function]) -> Results:
        """Make the locks that are missing, side by side, and give what failed."""
        groups = self.plan.to_be_made(functions)
        made = share_out(groups, self._lock, self.processes)
        failed: Results = {}
        for group, result in zip(groups, made, strict=True):
            if isinstance(result, tuple):
                for function, lock in zip(group, result, strict=True):
                    self.plan.take(function, lock)
            else:
                failed |= dict.fromkeys((one.name for one in group), _failure(result))
        return failed

    def _lock(self, group: tuple[Function, ...]) -> tuple[Lock, ...] | Failure:
        try:
            for function in group:
                self.work.progress.step(function.name, "locking")
                self.plan.lock(function)
            # Each as it is now that the file serves all of them.
            return tuple(self.plan.lock(function) for function in group)
        except Exception as error:  # noqa: BLE001 - others can still be built
            return self._told(error)

    def _fetched(self, functions: list[Function]) -> Results:
        """Bring the wheels that are missing, once for all functions, and give what failed."""
        failed: Results = {}
        known: dict[tuple[int, Target], Failure] = {}
        for function in functions:
            key = (id(self.plan.wanted(function)), function.target)
            try:
                if key not in known:
                    self.work.progress.step(function.name, "fetching")
                    self.plan.fetch(function)
                    continue
            except Exception as error:  # noqa: BLE001 - others can still be built
                known[key] = self._told(error)
            failed[function.name] = known[key]
        return failed

    def _prepare(self, functions: list[Function]) -> None:
        """Make once what several functions need, before each process makes it for itself."""
        for function in functions if len(functions) > 1 else ():
            # Whatever is wrong is told of the functions that cannot be built for it.
            with contextlib.suppress(BuildError, OSError):
                prepare_function(function, self.work, self.plan)

    def _done(self, functions: list[Function]) -> Results:
        # Neighbours of one process share what it has read of the wheels.
        functions = sorted(functions, key=lambda one: str(self.plan.wanted(one).path))
        done = 0

        def tell(function: Function) -> None:
            nonlocal done
            done += 1
            self.context.progress.count(function.name, done, len(functions))

        results = share_out(functions, self._do, self.processes, tell)
        return {
            function.name: one if isinstance(one, Told) else _failure(one)
            for function, one in zip(functions, results, strict=True)
        }

    def _do(self, function: Function) -> Told | Failure:
        try:
            return self.memory.keep(function, self.do(function))
        except Exception as error:  # noqa: BLE001 - others can still be built
            return self._told(error)

    def _told(self, error: Exception) -> Failure:
        diagnostics, status = told(error, verbose=self.context.style.verbose)
        return Failure((), diagnostics, status)


def report_of(selection: Selection, results: Results) -> Report:
    """Tell of all functions in their order, and of what several have in common once."""
    outcomes: list[Outcome] = []
    alike: dict[tuple[Diagnostic, ...], Failure] = {}
    for function in selection.functions:
        result = results[function.name]
        if isinstance(result, Told):
            outcomes.append(result.outcome)
        else:
            same = alike.get(result.diagnostics, result)
            names = (*same.functions, function.name)
            alike[result.diagnostics] = replace(result, functions=names)
    return Report(
        tuple(outcomes),
        exit_status=_status(outcomes, alike.values()),
        failures=tuple(alike.values()),
        names=tuple(one.name for one in selection.functions),
        skipped=selection.skipped,
        since=selection.since,
        root=selection.root,
        others=selection.others,
    )


def _status(outcomes: list[Outcome], failures: Iterable[Failure]) -> int:
    """Give the worst exit status."""
    failed = any(one.failed for one in outcomes)
    return max([1 if failed else 0, *(one.exit_status for one in failures)])


def _failure(result: Failure | WorkerLostError) -> Failure:
    if isinstance(result, Failure):
        return result
    message = "a process of lpack was killed while it worked"
    hint = "give it more memory, or let fewer work at a time with `--jobs`"
    return Failure((), (Diagnostic("LP017", "error", message, None, hint),), REFUSED)
