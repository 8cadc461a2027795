"""What was built of each function before, and what that rests on: the unchanged are not built."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpack.cache import known_cache_folder
from lpack.changes import Declarations
from lpack.cli.unchanged import remember_text
from lpack.outcome import Outcome, from_json, to_json
from lpack.reporters import REPORTERS
from lpack.rules import same_until
from lpack.stamps import Seen, gathered, keep, key_of, read, standing
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lpack.cli.context import Context
    from lpack.lock_plan import LockPlan
    from lpack.model import Function
    from lpack.outcome import Failure, Report
    from lpack.staged import Built
    from lpack.stamps import Evidence
    from lpack.work import Work


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a function."""

    outcome: Outcome
    evidence: Evidence | None
    """What that rests on; None when it has to be built again in any case."""

    @property
    def again(self) -> Outcome:
        """What there would be to tell if it were built again now."""
        return self.outcome.again


class Memory:
    """The memories of one run, read at its start and written at its end."""

    def __init__(self, command: str, work: Work, plan: LockPlan, started: int) -> None:
        """Take a time before the first file was read, in nanoseconds since the epoch."""
        self.command = command
        self.work = work
        self.plan = plan
        self.started = started
        self.cache = known_cache_folder(work.system.environ)
        self.before: dict[str, Any] = {}
        self._seen = Seen()
        # Decide which metadata is packed, and need not be what the configuration was read from.
        self._declarations = Declarations(work.project.root)

    def recall(self, function: Function) -> Told | None:
        """Give what was built of a function, if that would come out the same again."""
        key = self._key(function)
        recording = self.work.record_imports == "always" and function.bytecode == "imported"
        if self.cache is None or key is None or recording:
            return None
        remembered = read(self.cache, key)
        evidence = standing(remembered, self._seen)
        try:
            found = remembered["result"]
            self.before[function.name] = remembered["evidence"]
            outcome = from_json(found["outcome"])
        except (TypeError, KeyError, ValueError):
            return None
        if evidence is None or (outcome.diagnostics and found["places"] != _places(function)):
            return None
        if evidence is not remembered["evidence"]:
            keep(self.cache, key, evidence, found)
        return Told(outcome, evidence)

    def keep(self, function: Function, built: Built) -> Told:
        """Remember what was built of a function, if that will come out the same again."""
        key = self._key(function)
        if self.cache is None or key is None or built.outcome.failed or not built.lasts:
            return Told(built.outcome, None)
        inputs = (*built.inputs, *self._declarations.above(function))
        before = self.before.get(function.name)
        today = self.work.system.today()
        days = today.isoformat(), same_until(function, today).isoformat()
        evidence = gathered(inputs, built.folders, built.outputs, self.started, before, days)
        told = Told(built.outcome, evidence)
        if evidence is not None:
            result = {"outcome": to_json(told.again), "places": _places(function)}
            keep(self.cache, key, evidence, result)
        return told

    def declaration(self) -> Evidence | None:
        """Give what the list of functions rests on."""
        return gathered(self.work.project.config_files, (), (), self.started)

    def _key(self, function: Function) -> str | None:
        """Name all that a package depends on and no stamp shows; None where there is no folder."""
        work, project = self.work, self.work.project
        words = (
            f"function of {self.command}",
            repr(replace(function, origins={})),
            repr([(key, where.file) for key, where in sorted(function.origins.items())]),
            str(project.root),
            str(project.output),
            str(work.output),
            str(self.plan.wanted(function).path),
            f"no check: {work.no_check}",
            f"strict: {work.strict}",
            f"tried: {work.trial is not None}",
            repr(self._declarations.above(function)),
        )
        with contextlib.suppress(FileNotFoundError):
            return key_of(words, str(Path.cwd()), work.system.environ)
        return None


def _places(function: Function) -> list[str]:
    """Give the lines that declare a function, which messages may name."""
    declared = (where for _, where in sorted(function.origins.items()))
    return [str(where) for where in (*declared, *(test.where for test in function.tests))]


def remember_all(
    context: Context, report: Report, results: Iterable[Told | Failure], memory: Memory
) -> None:
    """Let the same command line repeat its answer, as long as nothing changes."""
    options = context.options
    if report.exit_status or report.since or memory.work.record_imports == "always":
        return
    if options.reports or options.output == "github":
        return  # what it writes besides has to be written again
    done = [one for one in results if isinstance(one, Told)]
    evidence = [memory.declaration(), *(one.evidence for one in done)]
    if all(evidence):
        by_name = {one.outcome.name: one.again for one in done}
        again = replace(report, outcomes=tuple(by_name[name] for name in report.names))
        text = REPORTERS[options.output](again, context.style)
        remember_text(context.words, context.system.environ, filter(None, evidence), text)
