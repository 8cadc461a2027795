"""Which modules of a function are compiled, and by which Python; what it imports is recorded."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.invocation import sample_events
from lpack.model import Where
from lpack.remaking.bytecode import require_interpreter
from lpack.remaking.compiling import Compiler
from lpack.remaking.imported import (
    FILE,
    Imported,
    is_of,
    read_imported,
    remember_imported,
)
from lpack.store.segments import Segments
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.model import Bundle, Function, Json, Lock
    from lpack.remaking.recording import Recorder
    from lpack.work import Work

    StagePlain = Callable[[], Bundle]


@dataclass(frozen=True, slots=True)
class BytecodePlan:
    """What compiles a function."""

    compiler: Compiler
    file: Path | None = None
    """The records of imports, where they decide what is compiled."""
    recorder: Recorder | None = None
    """Set in a run that has recorded."""
    failure: str = ""
    """What the handler raised meanwhile, safe to print."""

    @property
    def files(self) -> tuple[Path, ...]:
        """What decides the bytecode besides the sources."""
        return (self.compiler.interpreter.path, *filter(None, (self.file,)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say of the recording, in words to print."""
        if not self.failure:
            return ()
        said = f"the handler raised `{self.failure}` while its imports were recorded"
        return (f"{said}: declare a test with an event that it answers",)

    def measured(
        self, function: Function, plain: StagePlain, bundle: Bundle
    ) -> tuple[float, float] | None:
        """Give the seconds that imports take without and with it, in a run that has recorded."""
        if self.recorder is None:
            return None
        with contextlib.suppress(BuildError):
            return (
                self.recorder.import_seconds(function, plain()),
                self.recorder.import_seconds(function, bundle),
            )
        return None


def planned(function: Function, work: Work, lock: Lock, plain: StagePlain | None) -> BytecodePlan:
    """Find out what compiles a function that wants bytecode.

    `plain` gives the package without any, to record what it imports; without it nothing is run.
    Raises BuildError LP233 or LP235, what recording raises, and UsageError LP004 to LP006.
    """
    file = work.project.root / FILE
    modules = None if function.bytecode == "all" else _known(function, work, lock, plain)
    segments = Segments(work.cache)
    interpreter = require_interpreter(function.target, work.system, segments)
    compiler = Compiler(function.target, work.system, interpreter, modules, segments)
    if function.bytecode == "all":
        return BytecodePlan(compiler)
    if modules is not None or plain is None:
        return BytecodePlan(compiler, file)
    work.progress.step(function.name, "recording imports")
    return _recorded(function, work, lock, compiler, plain())


def _known(
    function: Function, work: Work, lock: Lock, plain: StagePlain | None
) -> frozenset[str] | None:
    """Give the modules that were recorded, or None to record them; raises BuildError LP235."""
    known = read_imported(work.project.root).get(function.name)
    fits = known is not None and is_of(known, function, lock)
    if known is not None and fits and (work.record_imports != "always" or plain is None):
        return frozenset(known.modules)
    if plain is None or work.attempt is None or function.handler is None:
        raise _missing(function, work, is_stale=known is not None)
    return None


def _recorded(
    function: Function, work: Work, lock: Lock, compiler: Compiler, bundle: Bundle
) -> BytecodePlan:
    from lpack.remaking.recording import Recorder  # noqa: PLC0415 - few runs record

    if work.attempt is None:
        raise AssertionError(function.name)
    recorder = Recorder(work.attempt)
    found = recorder.record(function, bundle, _event(function))
    record = Imported(function.target.runtime.name, lock.digest, found.modules)
    remember_imported(work.project.root, function.name, record)
    return BytecodePlan(
        replace(compiler, modules=frozenset(found.modules)),
        work.project.root / FILE,
        recorder,
        found.failure,
    )


def _event(function: Function) -> Json:
    """Give the event with which a function is called to be recorded."""
    events = (*(test.event for test in function.tests), *sample_events(function).values())
    return next(iter(events), {})


def _missing(function: Function, work: Work, *, is_stale: bool) -> BuildError:
    if function.handler is None:
        return BuildError(
            "LP235",
            f"the imports of `{function.name}` cannot be recorded: it has no handler",
            where=function.where("bytecode"),
            hint="set `bytecode = true`",
        )
    how = "is of another runtime or lock" if is_stale else "is missing"
    locked = work.lock_options.mode == "locked"
    return BuildError(
        "LP235",
        f"the record of what function `{function.name}` imports {how}",
        where=Where(FILE),
        hint=f"run `lpack build{'` without `--locked`' if locked else f' {function.name}`'},"
        f" and commit `{FILE}`",
    )
