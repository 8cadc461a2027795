"""The order of the work, written once: read this first."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from lpack.facts import gather, read_limits
from lpack.invocation import is_made as is_script_made
from lpack.invocation import render as render_invocation
from lpack.invocation import sample_events
from lpack.outcome import CompressOutcome, LockOutcome, Outcome
from lpack.printed import path_in_project
from lpack.project_layers import beside, staged_layers
from lpack.publish import made_folder
from lpack.remaking import changes_of
from lpack.staged import Built, Staged, built
from lpack.steps import tell
from lpack.steps.check import check
from lpack.steps.cut import LAYER_SUFFIX, cut
from lpack.steps.foretell import load_told, proof_told, schedules_told
from lpack.steps.manifest import manifest
from lpack.steps.pack import measure, pack
from lpack.steps.publish import publish
from lpack.steps.stage import lay_out, stage
from lpack.store.segments import Segments
from lpack.values import replace
from lpack.workers import MOST, processors
from lpack.writers import write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from lpack.bytecode_plan import BytecodePlan, StagePlain
    from lpack.facts import Facts
    from lpack.facts.proofs import Proof
    from lpack.lock_plan import LockPlan
    from lpack.model import (
        Bundle,
        Cut,
        Function,
        Lock,
        Measured,
        Verdict,
    )
    from lpack.outcome import TestsOutcome
    from lpack.remaking.workshop import Workshop
    from lpack.work import Work
    from lpack.writers import Packed


INVOCATION_SUFFIX = ".invoke.py"


def build_function(function: Function, work: Work, plan: LockPlan) -> Built:
    """Take one function from its declaration to a published, proven package."""
    # Before the source is listed, where it may lie: making it changes the stamp of its folder.
    with made_folder(work.folder), staging(function, work, plan) as staged:
        return _build_function(function, work, staged)


def _build_function(function: Function, work: Work, staged: Staged) -> Built:
    work.progress.step(function.name, "packing")
    with contextlib.ExitStack() as opened:
        packings = tuple(
            opened.enter_context(
                pack(cut.bundle, _place(function, cut, work), work.cache, work.ahead)
            )
            for cut in staged.cuts
        )
        verdict = _judged(staged, tuple(one.measured for one in packings), work)
        outcome = _outcome(staged, verdict, work)
        packed: tuple[Packed, ...] = ()
        if not outcome.failed:
            # The last one first: each had its threads begin while those before it had theirs.
            packed = tuple([one.finish() for one in reversed(packings)][::-1])
            if work.trial is not None:
                outcome = tell.tried(outcome, work.trial(function, packed))
        if outcome.failed:
            return Built(outcome, (), (), (), lasts=False)
        if not packed:
            return _write_folder(staged, outcome, work)
        return _publish(packed, staged, verdict, outcome, work)


def _place(function: Function, cut: Cut, work: Work) -> Path:
    return work.folder / f"{function.name}{cut.suffix}"


def _publish(
    packed: tuple[Packed, ...], staged: Staged, verdict: Verdict, outcome: Outcome, work: Work
) -> Built:
    texts = _texts(staged, packed, verdict, work, outcome.tests)
    places = tuple(one.artifact.path for one in packed)
    possible = (f"{outcome.name}{suffix}" for suffix in (LAYER_SUFFIX, INVOCATION_SUFFIX))
    superseded = {work.folder / name for name in possible} - {*places, *texts}
    new = publish(packed, texts, superseded)
    notes = tuple(tell.leftover(path) for path in sorted(superseded) if path.exists())
    done = replace(outcome, notes=outcome.notes + notes, changed=bool(new))
    done = tell.published(done, packed, tuple(texts), read_limits(staged.function.limits), new)
    found = built(done, staged, (*places, *texts, *superseded))
    return replace(found, copied=packed[0].copied) if len(packed) == 1 else found


def _write_folder(staged: Staged, outcome: Outcome, work: Work) -> Built:
    folder = work.folder / staged.function.name
    write_folder(staged.bundle, folder, replace=True)
    told = tell.folder_outcome(staged.bundle, read_limits(staged.function.limits), folder)
    done = replace(outcome, folder=told, changed=True)
    return built(done, staged, (folder, *folder.rglob("*")))


def check_function(function: Function, work: Work, plan: LockPlan) -> Built:
    """Judge one function and the package that a build would make, and publish nothing."""
    with staging(function, work, plan) as staged:
        proof = _proof(staged, work) if work.proves_imports else None
        verdict = _judged(staged, _measured(staged, work), work, proof)
        outcome = replace(
            _outcome(staged, verdict, work),
            schedules=schedules_told(function, work.system.now()),
            proof="" if proof is None else proof_told(proof),
        )
        done = built(outcome, staged)
        return replace(done, lasts=done.lasts and not (outcome.schedules or outcome.proof))


def _proof(staged: Staged, work: Work) -> Proof | None:
    """Import the handler in the Python of its target, which runs its code."""
    from lpack.proving import prove  # noqa: PLC0415 - only where it is asked for

    work.progress.step(staged.function.name, "importing")
    return prove(staged.function, staged.bundle, work.system, Segments(work.cache))


def check_package(  # noqa: PLR0913 - what is judged, and what the verdict depends on
    function: Function,
    bundle: Bundle,
    root: Path,
    *,
    today: date,
    cache: Path | None = None,
    proof: Proof | None = None,
) -> Outcome:
    """Judge a package that is there already, whoever made it, as the one of a function.

    `bundle` is what `packages.read_package` gives, or `packages.with_layers`. The function's
    `layers` that are not in it may hold what is missing; its `origins` need a place for the empty
    key. Paths in messages start at `root`; `proof` is what came of importing the handler. Raises
    UsageError LP020 for a policy nobody can ask.
    """
    verdict = check(
        function, bundle, root, archives=bundle.archives, today=today, cache=cache, proof=proof
    )
    outcome = tell.judged(function, bundle, verdict)
    return outcome if proof is None else replace(outcome, proof=proof_told(proof))


def facts_of(function: Function, work: Work, plan: LockPlan) -> Facts:
    """Find out what the rules would judge, and judge nothing."""
    with staging(function, work, plan) as staged:
        return gather(
            function,
            staged.bundle,
            archives=_measured(staged, work),
            today=work.system.today(),
            cache=work.cache,
        )


def _measured(staged: Staged, work: Work) -> tuple[Measured, ...]:
    return tuple(
        measure(one.bundle, _place(staged.function, one, work).name) for one in staged.cuts
    )


def _judged(
    staged: Staged, archives: tuple[Measured, ...], work: Work, proof: Proof | None = None
) -> Verdict:
    work.progress.step(staged.function.name, "checking")
    return check(
        staged.function,
        staged.bundle,
        work.project.root,
        archives=archives,
        today=work.system.today(),
        cache=work.cache,
        proof=proof,
    )


@contextlib.contextmanager
def staging(function: Function, work: Work, plan: LockPlan) -> Iterator[Staged]:
    """Lock, fetch and lay out one function; what cannot be kept of that goes in the end."""
    with contextlib.ExitStack() as opened:
        yield _stage_function(function, work, plan, opened)


def prepare_function(function: Function, work: Work, plan: LockPlan) -> None:
    """Make what takes long, and can be kept for all functions that need the same."""
    workshop = _workshop(function, work, _bytecode(function, work, plan.lock(function)))
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
    plain = partial(stage, function, fetched.wheels, work.project, work.cache)
    bytecode = _bytecode(function, work, locked, plain)
    workshop = _workshop(function, work, bytecode)
    remade = None if workshop is None else partial(workshop.remade, opened=opened)
    bundle = plain(remade, None if bytecode is None else bytecode.compiler)
    layers = staged_layers(function, work, lambda layer: _stage_function(layer, work, plan, opened))
    aside = tuple(beside(one.function, one.bundle) for one in layers)
    bundle = replace(bundle, moment=work.moment, beside=aside)
    imports = None if bytecode is None else bytecode.measured(function, plain, bundle)
    cuts = cut(function, bundle)
    misses = not work.no_check and len(layers) < len(function.project_layers)
    return Staged(
        function, requirements, locked, fetched, bundle, cuts, bytecode, imports, layers, misses
    )


def _bytecode(
    function: Function, work: Work, locked: Lock, plain: StagePlain | None = None
) -> BytecodePlan | None:
    """Give what compiles a function that wants bytecode; without `plain`, nothing is run."""
    if function.bytecode == "none":
        return None
    from lpack.bytecode_plan import planned  # noqa: PLC0415 - few functions want bytecode

    return planned(function, work, locked, plain)


def _workshop(function: Function, work: Work, bytecode: BytecodePlan | None) -> Workshop | None:
    """Give what changes files of wheels, for a function that wants any to be changed."""
    changes = changes_of(function, None if bytecode is None else bytecode.compiler)
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
    staged: Staged,
    packed: tuple[Packed, ...],
    verdict: Verdict,
    work: Work,
    tests: TestsOutcome | None,
) -> dict[Path, str]:
    """Give what is published beside the archives, the manifest last."""
    function, texts = staged.function, {}
    if is_script_made(function):
        texts[work.folder / f"{function.name}{INVOCATION_SUFFIX}"] = render_invocation(
            function,
            tuple(one.artifact for one in packed),
            native=any(entry.path.endswith(".so") for entry in staged.bundle.entries),
        )
    texts[work.folder / f"{function.name}.manifest.json"] = manifest(
        function,
        staged.lock,
        staged.bundle,
        packed,
        verdict,
        work.project.root,
        checked=not work.no_check,
        tests=tests,
    )
    return texts


def _outcome(staged: Staged, verdict: Verdict, work: Work) -> Outcome:
    function, lock_ = staged.function, staged.lock
    lock_file = None if lock_.path is None else path_in_project(lock_.path, work.project.root)
    return Outcome(
        function.name,
        function.target.runtime.name,
        function.target.architecture,
        function.handler_text,
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
        strict=work.strict or function.strict,
        excluded=tuple(
            (f"{one.path} of {one.owner}" if one.owner else one.path, one.rule)
            for one in staged.bundle.excluded
        ),
        slimmed=tuple((one.rule, one.files, one.bytes) for one in staged.bundle.saved),
        compressed=CompressOutcome(staged.bundle.compress, staged.bundle.squeezed),
        bytecode=tell.bytecode_outcome(staged.bundle, staged.imports),
        stripped=tell.stripped_outcome(staged.bundle),
        notes=(
            *(staged.cuts[0].bundle.notes if staged.cuts else staged.bundle.notes),
            *(staged.bytecode.notes if staged.bytecode else ()),
        ),
        diagnostics=verdict.diagnostics,
        ignored=verdict.told,
        event=next(iter(sample_events(function)), None),
        format=function.format,
        load=load_told(function),
        where=function.where(""),
    )
