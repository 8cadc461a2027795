"""Tell of what was published: files, sizes and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.limits import read_limits
from lpack.outcome import (
    ArtifactOutcome,
    BytecodeOutcome,
    FolderOutcome,
    Outcome,
    PackageOutcome,
    StripOutcome,
    TemplateOutcome,
)
from lpack.printed import path_from_here
from lpack.rules import ordered
from lpack.values import asdict, replace

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lpack.facts.limits import Limits
    from lpack.model import Bundle, Diagnostic, Function, Verdict
    from lpack.outcome import TestsOutcome
    from lpack.sources.templates import Given
    from lpack.templates.declared import Template
    from lpack.writers import Packed


def published(
    outcome: Outcome,
    packed: tuple[Packed, ...],
    texts: tuple[Path, ...],
    limits: Limits,
    new: Collection[Path],
) -> Outcome:
    """Add the zips and what describes them, the manifest last; `new` are those that changed."""
    *invocations, record = (path_from_here(path) for path in texts)
    artifact, *layers = (_artifact(one, limits, new) for one in packed)
    return replace(
        outcome,
        artifact=artifact,
        layer=next(iter(layers), None),
        manifest=record,
        invocation=next(iter(invocations), None),
    )


def tried(outcome: Outcome, found: tuple[TestsOutcome, tuple[Diagnostic, ...]] | None) -> Outcome:
    """Add what came of the function's tests, if it has any."""
    if found is None:
        return outcome
    tests, diagnostics = found
    return replace(
        outcome,
        tests=tests,
        notes=(*outcome.notes, *tests.notes),
        diagnostics=(*diagnostics, *outcome.diagnostics),
    )


def leftover(path: Path) -> str:
    """Tell of a file that stands where another build would have put one, and is not removed."""
    return f"{path_from_here(path)} is of another build, and no longer as lpack made it"


def folder_outcome(bundle: Bundle, limits: Limits, folder: Path) -> FolderOutcome:
    """Tell of a package that was written as a folder."""
    limit = limits.maximum("sizes", "unzipped")
    return FolderOutcome(path_from_here(folder), bundle.unzipped, limit, len(bundle.entries))


def _artifact(packed: Packed, limits: Limits, new: Collection[Path]) -> ArtifactOutcome:
    artifact = packed.artifact
    return ArtifactOutcome(
        path_from_here(artifact.path),
        artifact.size,
        limits.maximum("sizes", "zipped"),
        artifact.unzipped,
        limits.maximum("sizes", "unzipped"),
        len(packed.planned),
        artifact.sha256,
        artifact.code_sha256,
        changed=artifact.path in new,
    )


def own(function: Function, verdict: Verdict, *, strict: bool) -> Outcome:
    """Tell of a function without its dependencies, and what the rules say of it."""
    return Outcome(
        function.name,
        function.target.runtime.name,
        function.target.architecture,
        function.handler_text,
        "",
        function.assumed,
        strict=strict or function.strict,
        own_only=True,
        format=function.format,
        diagnostics=verdict.diagnostics,
        ignored=verdict.told,
        where=function.where(""),
    )


def judged(function: Function, bundle: Bundle, verdict: Verdict) -> Outcome:
    """Tell of a package that was there already, and what the rules say of it."""
    limits, archive = read_limits(function.limits), next(iter(bundle.archives), None)
    where = function.where("")
    return Outcome(
        function.name,
        function.target.runtime.name,
        function.target.architecture,
        function.handler_text,
        "",
        function.assumed,
        package=PackageOutcome(
            archive.file if archive else where.file,
            archive.size if archive else None,
            limits.maximum("sizes", "zipped"),
            bundle.unzipped,
            limits.maximum("sizes", "unzipped"),
            len(bundle.entries),
            len(bundle.wheels),
            bundle.layers,
        ),
        format=function.format,
        where=where,
        notes=bundle.notes,
        diagnostics=verdict.diagnostics,
        ignored=verdict.told,
    )


def of_template(
    given: Given, template: Template, code: str, diagnostics: tuple[Diagnostic, ...]
) -> Outcome:
    """Tell of a function that a template declares, and what is wrong with it."""
    function = given.function
    return Outcome(
        function.name,
        given.runtime,
        given.architecture,
        function.handler_text,
        "",
        function.assumed,
        template=TemplateOutcome(template.file, template.kind, code, given.unknown),
        format=function.format,
        diagnostics=ordered(diagnostics),
        where=function.where(""),
    )


def bytecode_outcome(bundle: Bundle, imports: tuple[float, float] | None) -> BytecodeOutcome | None:
    """Tell of the bytecode in a package, and of how long imports take, if that was measured."""
    if bundle.compiled is None:
        return None
    before, after = imports or (None, None)
    return BytecodeOutcome(**asdict(bundle.compiled), seconds_without=before, seconds_with=after)


def stripped_outcome(bundle: Bundle) -> StripOutcome | None:
    """Tell what was taken away from libraries."""
    return None if bundle.stripped is None else StripOutcome(**asdict(bundle.stripped))
