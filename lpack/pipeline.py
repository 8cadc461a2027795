"""The order of the work, written once: read this first."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from lpack.facts import read_limits
from lpack.invocation import render as render_invocation
from lpack.invocation import sample_events
from lpack.outcome import ArtifactOutcome, CompressOutcome, LockOutcome, Outcome
from lpack.printed import path_from_here, path_in_project
from lpack.publish import made_folder
from lpack.remaking import changes_of
from lpack.steps.check import check
from lpack.steps.manifest import code_sha256, manifest
from lpack.steps.pack import measure, pack
from lpack.steps.publish import publish
from lpack.steps.stage import lay_out, stage
from lpack.store.segments import Segments
from lpack.values import dataclass, replace
from lpack.workers import MOST, processors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.lock_plan import LockPlan
    from lpack.model import Bundle, Diagnostic, Function, Lock, RequirementSet
    from lpack.remaking.workshop import Workshop
    from lpack.stamps import Stamp
    from lpack.steps.fetch import Fetched
    from lpack.work import Work
    from lpack.writers import Packed


@dataclass(frozen=True, slots=True)
class Staged:
    """A function up to the list of its files."""

    function: Function
    requirements: RequirementSet
    lock: Lock
    fetched: Fetched
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and what it depended on."""

    outcome: Outcome
    inputs: tuple[Path, ...]
    """The files that it depended on, besides those that declare the function."""
    folders: tuple[tuple[Path, Stamp], ...]
    """Each source folder with its stamp from before it was listed."""
    outputs: tuple[Path, ...]
    lasts: bool
    """Whether the same files will give the same again, whatever the environment."""


def build_function(function: Function, work: Work, plan: LockPlan) -> Built:
    """Take one function from its declaration to a published, proven package."""
    # Before the source is listed, where it may lie: making it changes the stamp of its folder.
    with made_folder(work.folder), staging(function, work, plan) as staged:
        return _build_function(function, work, staged)


def _build_function(function: Function, work: Work, staged: Staged) -> Built:
    path = work.folder / f"{function.name}.zip"
    work.progress.step(function.name, "packing")
    with pack(staged.bundle, path, work.cache) as packing:
        work.progress.step(function.name, "checking")
        diagnostics = check(
            function,
            staged.bundle,
            work.project.root,
            zipped=packing.size,
            today=work.system.today(),
            cache=work.cache,
        )
        outcome = _outcome(staged, diagnostics, work)
        if outcome.failed:
            return Built(outcome, (), (), (), lasts=False)
        packed = packing.finish()
        texts = _texts(staged, packed, diagnostics, work)
        changed = publish(packed, texts)
    done = _published(outcome, packed, tuple(texts), changed=changed)
    return _built(done, staged, (path, *texts))


def _built(outcome: Outcome, staged: Staged, outputs: tuple[Path, ...] = ()) -> Built:
    own = (
        *(entry.origin for entry in staged.bundle.entries if not entry.owner),
        *staged.bundle.read,
    )
    fresh, locks = staged.lock.fresh, tuple(filter(None, (staged.lock.path,)))
    return Built(
        outcome,
        (
            *staged.requirements.files,
            *staged.fetched.files,
            *own,
            *(() if fresh else locks),
        ),
        (*staged.bundle.folders, *staged.fetched.folders),
        (*outputs, *(locks if fresh else ())),
        lasts=staged.fetched.lasts and not staged.requirements.uses_variables,
    )


def check_function(function: Function, work: Work, plan: LockPlan) -> Built:
    """Judge one function and the package that a build would make, and publish nothing."""
    with staging(function, work, plan) as staged:
        work.progress.step(function.name, "checking")
        diagnostics = check(
            function,
            staged.bundle,
            work.project.root,
            zipped=measure(staged.bundle),
            today=work.system.today(),
            cache=work.cache,
        )
        return _built(_outcome(staged, diagnostics, work), staged)


@contextlib.contextmanager
def staging(function: Function, work: Work, plan: LockPlan) -> Iterator[Staged]:
    """Lock, fetch and lay out one function; what cannot be kept of that goes in the end."""
    with contextlib.ExitStack() as opened:
        yield _stage_function(function, work, plan, opened)


def prepare_function(function: Function, work: Work, plan: LockPlan) -> None:
    """Make what takes long, and can be kept for all functions that need the same."""
    workshop = _workshop(function, work)
    if workshop is not None:
        for wheel in plan.fetch(function).wheels:
            workshop.kept(lay_out(wheel, function, work.cache), wheel)


def _stage_function(
    function: Function, work: Work, plan: LockPlan, opened: contextlib.ExitStack
) -> Staged:
    work.progress.step(function.name, "locking")
    locked = plan.lock(function)
    requirements = plan.requirements[function.name]
    work.progress.step(function.name, "fetching")
    fetched = plan.fetch(function)
    work.progress.step(function.name, "staging")
    workshop = _workshop(function, work)
    remade = None if workshop is None else partial(workshop.remade, opened=opened)
    bundle = stage(function, fetched.wheels, work.project, work.cache, remade)
    return Staged(function, requirements, locked, fetched, bundle)


def _workshop(function: Function, work: Work) -> Workshop | None:
    """Give what changes files of wheels, for a function that wants any to be changed."""
    changes = changes_of(function)
    if not changes:
        return None
    from lpack.remaking.workshop import Workshop  # noqa: PLC0415 - few functions need one

    return Workshop(
        changes,
        Segments(work.cache),
        min(processors(), MOST),
        partial(work.progress.step, function.name),
        work.progress.bytes,
    )


def _texts(
    staged: Staged, packed: Packed, diagnostics: tuple[Diagnostic, ...], work: Work
) -> dict[Path, str]:
    function, output = staged.function, work.folder
    invocation = render_invocation(
        function,
        artifact_name=packed.artifact.path.name,
        artifact_sha256=packed.artifact.sha256,
        native=any(entry.path.endswith(".so") for entry in staged.bundle.entries),
    )
    record = manifest(
        function,
        staged.lock,
        staged.bundle,
        packed.planned,
        packed.artifact,
        diagnostics,
        work.project.root,
        checked=not work.no_check,
    )
    return {
        output / f"{function.name}.invoke.py": invocation,
        output / f"{function.name}.manifest.json": record,
    }


def _outcome(staged: Staged, diagnostics: tuple[Diagnostic, ...], work: Work) -> Outcome:
    function, lock_ = staged.function, staged.lock
    lock_file = None if lock_.path is None else path_in_project(lock_.path, work.project.root)
    return Outcome(
        function.name,
        function.target.runtime.name,
        function.target.architecture,
        function.handler.text,
        staged.requirements.origin,
        function.assumed,
        LockOutcome(
            lock_file,
            lock_.resolver,
            len(lock_.packages),
            lock_.fresh,
            staged.requirements.pinned_by,
        ),
        checked=not work.no_check,
        excluded=tuple(
            (f"{one.path} of {one.owner}" if one.owner else one.path, one.rule)
            for one in staged.bundle.excluded
        ),
        slimmed=tuple((one.rule, one.files, one.bytes) for one in staged.bundle.saved),
        compressed=CompressOutcome(staged.bundle.compress, staged.bundle.squeezed),
        notes=staged.bundle.notes,
        diagnostics=diagnostics,
        event=next(iter(sample_events(function)), None),
    )


def _published(
    outcome: Outcome, packed: Packed, texts: tuple[Path, ...], *, changed: bool
) -> Outcome:
    limits, artifact = read_limits(), packed.artifact
    invocation, record = (path_from_here(path) for path in texts)
    return replace(
        outcome,
        artifact=ArtifactOutcome(
            path_from_here(artifact.path),
            artifact.size,
            limits.maximum("sizes", "zipped"),
            artifact.unzipped,
            limits.maximum("sizes", "unzipped"),
            len(packed.planned),
            artifact.sha256,
            code_sha256(artifact.sha256),
        ),
        changed=changed,
        manifest=record,
        invocation=invocation,
    )
