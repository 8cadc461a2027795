"""Tries functions with their tests, several at a time, and tells of them one after another."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from lpack.cli.failing import told
from lpack.cli.supplying import Supplying, failure_of
from lpack.cli.surroundings import surroundings_of
from lpack.deploying import deploy
from lpack.deploying.host import host_for
from lpack.deploying.opening import opened, sandbox_limits
from lpack.errors import LpackError
from lpack.facts.limits import read_limits
from lpack.outcome import Failure
from lpack.reporters.tests_text import render_function, render_heading, render_result
from lpack.testing import FunctionResults, TestReport, run_tests
from lpack.values import replace
from lpack.workers import MOST, WorkerLostError, processors, share_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lpack.cli.context import Context
    from lpack.lock_plan import LockPlan
    from lpack.model import Function, HandlerTest
    from lpack.work import Work

Tests = dict[str, "tuple[HandlerTest, ...]"]
"""The tests that are wanted of each function."""
Results = FunctionResults | Failure


class EnoughError(Exception):
    """A test has failed, and nobody wants to know of the others."""


class Trying:
    """One command that tries functions; of each is told as if it came after the one before."""

    def __init__(self, context: Context, work: Work, plan: LockPlan, wanted: Tests) -> None:
        """Take the functions that have tests, in the order in which they are told of."""
        self.context = context
        self.work = work
        self.plan = plan
        self.wanted = wanted
        self.processes = context.options.jobs or min(processors(), MOST)
        self._process = os.getpid()
        self._found: dict[str, Results] = {}
        self._told: dict[str, Results] = {}
        self._live: set[str] = set()
        """Functions of which was told while they ran."""

    def report(self) -> TestReport:
        """Try all of them; with `--fail-fast`, to the first test that fails."""
        began = time.monotonic()
        known = {one.name: one for one in self.work.project.functions}
        functions = [known[name] for name in self.wanted]
        self._found |= self._unready(functions)
        functions = [one for one in functions if one.name not in self._found]
        with contextlib.suppress(EnoughError):
            self._tell()
            for function, result in zip(functions, self._shared_out(functions), strict=True):
                if isinstance(result, WorkerLostError):
                    self._take(function, _of(function, failure_of(result)))
        return _report(self._told, time.monotonic() - began)

    def _unready(self, functions: list[Function]) -> Mapping[str, Results]:
        """Bring what several functions need before each looks for it, and give what failed."""
        if len(functions) == 1:
            return {}  # it looks for itself
        supplying = Supplying(self.context, self.work, self.plan, self.processes)
        layers = {name for one in functions for name in one.project_layers}
        below = [one for one in self.work.project.functions if one.name in layers]
        failed = supplying.supply([*functions, *below])
        for function in functions:
            # Whatever is wrong is told of the functions that cannot be tried for it.
            with contextlib.suppress(LpackError, OSError):
                host_for(function, self.work)
        return {one.name: _of(one, failed[one.name]) for one in functions if one.name in failed}

    def _shared_out(self, functions: list[Function]) -> list[Results | WorkerLostError]:
        return share_out(functions, self._tried, self.processes, self._take)

    def _take(self, function: Function, result: Results) -> None:
        """Note what has come of a function, and tell of all whose turn it is."""
        self._found[function.name] = result
        self._tell()
        self.context.progress.count(function.name, len(self._found), len(self.wanted))

    def _tell(self) -> None:
        for name in self.wanted:
            if name not in self._found:
                break
            if name in self._told:
                continue
            result = self._told[name] = self._found[name]
            if isinstance(result, FunctionResults) and name not in self._live:
                self._say(render_function(result, self.context.style))
            if self.context.options.fail_fast and _status(result):
                raise EnoughError

    def _tried(self, function: Function) -> Results:
        """Deploy a function and run its tests; what is wrong with one does not stop the others."""
        try:
            return self._try(function)
        except Exception as error:  # noqa: BLE001 - others can still be tried
            self.context.progress.clear()
            diagnostics, status = told(error, verbose=self.context.style.verbose)
            return Failure((function.name,), diagnostics, status)

    def _try(self, function: Function) -> FunctionResults:
        context, target = self.context, function.target
        profile = read_limits(function.limits)
        around = surroundings_of(context, function, profile)
        deployed = deploy(function, self.work, exact=context.options.exact)
        limits = sandbox_limits(profile)
        place = partial(opened, deployed.deployment, around, context.system, limits)
        began, results = time.monotonic(), []
        notes, runtime = deployed.notes, target.runtime.name
        found = FunctionResults(function.name, runtime, target.architecture, (), 0.0, notes)
        self._live.add(function.name)
        self._say(render_heading(found, context.style))
        with contextlib.closing(run_tests(self.wanted[function.name], place)) as running:
            for result in running:
                results.append(result)
                self._say(render_result(result, context.style))
                if context.options.fail_fast and not result.has_passed:
                    break
        return replace(found, results=tuple(results), seconds=time.monotonic() - began)

    def _say(self, text: str) -> None:
        """Tell at once, where people are told; what runs beside this process waits its turn."""
        if os.getpid() != self._process:
            return
        self.context.progress.clear()
        if self.context.options.output == "text":
            sys.stdout.write(text)
            sys.stdout.flush()


def _of(function: Function, failure: Failure) -> Failure:
    return replace(failure, functions=(function.name,))


def _status(result: Results) -> int:
    if isinstance(result, FunctionResults):
        return 1 if result.failed else 0
    return result.exit_status


def _report(found: Mapping[str, Results], seconds: float) -> TestReport:
    results = tuple(found.values())
    return TestReport(
        tuple(one for one in results if isinstance(one, FunctionResults)),
        tuple(_alike([one for one in results if isinstance(one, Failure)])),
        max(map(_status, results), default=0),
        seconds,
    )


def _alike(failures: list[Failure]) -> Iterator[Failure]:
    """Tell of what several functions have in common once."""
    known: dict[object, Failure] = {}
    for one in failures:
        same = known.get(one.diagnostics)
        names = () if same is None else same.functions
        known[one.diagnostics] = replace(one, functions=(*names, *one.functions))
    yield from known.values()
