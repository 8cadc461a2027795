"""`lpack build`: from the project to published packages."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from lpack.ahead import note
from lpack.cli.arguments import LIST
from lpack.cli.remembered import Memory, remember_all
from lpack.cli.running import Running, report_of
from lpack.cli.selection import select
from lpack.errors import UsageError
from lpack.pipeline import build_function, staging
from lpack.values import replace
from lpack.writers import listed, render_listing

if TYPE_CHECKING:
    from lpack.cli.context import Context
    from lpack.cli.selection import Selection
    from lpack.model import Bundle, Diagnostic, Function, Invocation, Json
    from lpack.outcome import Report, TestsOutcome
    from lpack.staged import Built
    from lpack.work import RecordImports, Work
    from lpack.writers import Packed


def build(context: Context) -> Report | int:
    """Build the chosen functions; exit status 1 if a check finds an error."""
    started = time.time_ns()
    work = replace(
        context.work(),
        no_check=context.options.no_check,
        strict=context.options.strict,
        record_imports=_recording(context),
    )
    if work.record_imports != "never":
        work = replace(work, attempt=partial(_attempted, work=work))
    if context.options.test:
        work = replace(work, trial=partial(_tried, work=work))
    selection = select(context, work)
    if context.options.format == LIST:
        return _list(context, selection, work)
    memory = Memory("build", work, selection.plan, started)

    alone = len(selection.functions) == 1
    if not alone and work.ahead is not None:
        work.ahead.close()  # others work in copies of this process, which have no threads of it

    def do(function: Function) -> Built:
        built = build_function(function, work, selection.plan)
        if alone:
            note(context.words, work.system.environ, str(work.folder), built.copied)
        return built

    results = Running(context, work, memory, do).results(selection.functions)
    report = report_of(selection, results)
    remember_all(context, report, results.values(), memory)
    return report


def _tried(
    function: Function, packed: tuple[Packed, ...], *, work: Work
) -> tuple[TestsOutcome, tuple[Diagnostic, ...]] | None:
    from lpack.cli.trial import tried  # noqa: PLC0415 - only where it is asked for

    return tried(function, packed, work)


def _attempted(
    function: Function, bundle: Bundle, event: Json, seconds: int, *, work: Work
) -> Invocation:
    from lpack.deploying.attempting import attempt  # noqa: PLC0415 - few builds record

    return attempt(function, bundle, event, seconds, work)


def _recording(context: Context) -> RecordImports:
    """Say when functions may be run for a record of their imports; a list runs nothing."""
    options = context.options
    if options.format == LIST or options.locked:
        if options.record_imports:
            other = "--format=list" if options.format == LIST else "--locked"
            raise UsageError(
                "LP001",
                f"`--record-imports` does not go with `{other}`",
                hint="leave one of them out",
            )
        return "never"
    return "always" if options.record_imports else "when-needed"


def _list(context: Context, selection: Selection, work: Work) -> int:
    staged = []
    for function in selection.functions:
        # A list tells nothing of how the files are compressed.
        with staging(replace(function, compress="default"), work, selection.plan) as one:
            staged.append(one)
    context.progress.clear()
    if context.options.output == "json":
        documents = {one.function.name: listed(one.parts) for one in staged}
        sys.stdout.write(json.dumps(documents, indent=2) + "\n")
        return 0
    for one in staged:
        heading = f"{one.function.name}\n" if len(staged) > 1 else ""
        sys.stdout.write(heading + render_listing(one.parts))
    return 0
