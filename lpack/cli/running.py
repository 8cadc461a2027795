"""Work on many functions, each as far as it can get: one that fails does not stop the others."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.cli.remembered import Told
from lpack.cli.supplying import Supplying, failure_of
from lpack.errors import BuildError
from lpack.outcome import Failure, Report
from lpack.pipeline import prepare_function
from lpack.values import replace
from lpack.workers import MOST, processors, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lpack.cli.context import Context
    from lpack.cli.remembered import Memory
    from lpack.cli.selection import Selection
    from lpack.model import Diagnostic, Function
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
        self.supplying = Supplying(context, work, self.plan, self.processes)

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
        failed: Results = {**self.supplying.supply(functions)}
        self._prepare([one for one in functions if one.name not in failed])
        return failed | self._done([one for one in functions if one.name not in failed])

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

        def tell(function: Function, result: Told | Failure) -> None:
            nonlocal done
            del result
            done += 1
            self.context.progress.count(function.name, done, len(functions))

        results = share_out(functions, self._do, self.processes, tell)
        return {
            function.name: one if isinstance(one, Told) else failure_of(one)
            for function, one in zip(functions, results, strict=True)
        }

    def _do(self, function: Function) -> Told | Failure:
        try:
            return self.memory.keep(function, self.do(function))
        except Exception as error:  # noqa: BLE001 - others can still be built
            return self.supplying.told(error)


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
