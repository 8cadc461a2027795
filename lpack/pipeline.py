"""The order of the work, written once: read this first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lpack.cache import cache_folder
from lpack.facts import read_limits
from lpack.invocation import render as render_invocation
from lpack.invocation import sample_events
from lpack.outcome import ArtifactOutcome, LockOutcome, Outcome
from lpack.printed import path_from_here, path_in_project
from lpack.publish import made_folder
from lpack.steps.check import check
from lpack.steps.fetch import fetch
from lpack.steps.lock import LockOptions, lock, lock_paths
from lpack.steps.manifest import code_sha256, manifest
from lpack.steps.pack import measure, pack
from lpack.steps.publish import publish
from lpack.steps.require import require
from lpack.steps.stage import stage
from lpack.store import WheelStore

if TYPE_CHECKING:
    from lpack.model import Bundle, Diagnostic, Function, Lock, Project, RequirementSet
    from lpack.stamps import Stamp
    from lpack.system import System
    from lpack.writers import Packed


class Progress(Protocol):
    """Is told what goes on, for those who watch."""

    def step(self, function: str, doing: str) -> None:
        """Tell that a step of a function begins."""

    def bytes(self, arrived: int, total: int) -> None:
        """Tell how many bytes have been downloaded, of how many in all."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every step of a command shares."""

    project: Project
    system: System
    progress: Progress
    lock_options: LockOptions = field(default_factory=LockOptions)
    no_check: bool = False
    output: Path | None = None
    """Where to publish, if not in the project's output folder."""

    @property
    def folder(self) -> Path:
        """Where artifacts are published."""
        return self.output or self.project.output


@dataclass(frozen=True, slots=True)
class Staged:
    """A function up to the list of its files."""

    function: Function
    requirements: RequirementSet
    lock: Lock
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and the files that it depended on."""

    outcome: Outcome
    inputs: tuple[Path, ...]
    folders: tuple[tuple[Path, Stamp], ...]
    """Each source folder with its stamp from before it was listed."""
    outputs: tuple[Path, ...]
    lasts: bool
    """Whether the same files will give the same again, whatever the environment."""


def build_function(function: Function, work: Work, plan: LockPlan) -> Built:
    """Take one function from its declaration to a published, proven package."""
    # Before the source is listed, where it may lie: making it changes the stamp of its folder.
    with made_folder(work.folder):
        return _build_function(function, work, plan)


def _build_function(function: Function, work: Work, plan: LockPlan) -> Built:
    staged = stage_function(function, work, plan)
    path = work.folder / f"{function.name}.zip"
    work.progress.step(function.name, "packing")
    with pack(staged.bundle, path) as packed:
        work.progress.step(function.name, "checking")
        diagnostics = check(
            function,
            staged.bundle,
            work.project.root,
            zipped=packed.artifact.size,
            today=work.system.today(),
        )
        outcome = _outcome(staged, diagnostics, work)
        if outcome.failed:
            return Built(outcome, (), (), (), lasts=False)
        texts = _texts(staged, packed, diagnostics, work)
        changed = publish(packed, texts)
    own = tuple(entry.origin for entry in staged.bundle.entries if not entry.owner)
    fresh, locks = staged.lock.fresh, tuple(filter(None, (staged.lock.path,)))
    return Built(
        _published(outcome, packed, tuple(texts), changed=changed),
        (*work.project.config_files, *staged.requirements.files, *own, *(() if fresh else locks)),
        staged.bundle.folders,
        (path, *texts, *(locks if fresh else ())),
        lasts=not staged.requirements.uses_variables,
    )


def check_function(function: Function, work: Work, plan: LockPlan) -> Outcome:
    """Judge one function and the package that a build would make, and publish nothing."""
    staged = stage_function(function, work, plan)
    work.progress.step(function.name, "checking")
    diagnostics = check(
        function,
        staged.bundle,
        work.project.root,
        zipped=measure(staged.bundle),
        today=work.system.today(),
    )
    return _outcome(staged, diagnostics, work)


def stage_function(function: Function, work: Work, plan: LockPlan) -> Staged:
    """Lock, fetch and lay out one function."""
    work.progress.step(function.name, "locking")
    locked = plan.lock(function)
    work.progress.step(function.name, "fetching")
    wheels = fetch(
        locked,
        WheelStore(Path(cache_folder(work.system.environ))),
        work.project.root,
        work.system.environ,
        index=plan.requirements[function.name].index,
        offline=work.lock_options.offline,
        progress=work.progress.bytes,
    )
    work.progress.step(function.name, "staging")
    bundle = stage(function, wheels, work.project)
    return Staged(function, plan.requirements[function.name], locked, bundle)


class LockPlan:
    """Which lock serves which function; made once, for all functions of the project."""

    def __init__(self, work: Work) -> None:
        """Read every function's requirements, which decide whether they share a lock."""
        self.work = work
        self.requirements = {
            function.name: require(function, work.project.root, work.system.environ)
            for function in work.project.functions
        }
        self.paths = lock_paths(work.project, self.requirements)
        self._done: dict[Path, Lock] = {}

    def lock(self, function: Function) -> Lock:
        """Give the function's lock, made at most once for each file."""
        path = self.paths[function.name]
        if path is not None and path in self._done:
            return self._done[path]
        made = lock(
            function,
            self.requirements[function.name],
            path,
            self.work.project,
            self.work.lock_options,
            self.work.system,
        )
        if path is not None:
            self._done[path] = made
        return made


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
