"""The report for people: one block a function, or of many a line each, then what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.lazily import lazily
from lpack.printed import count, megabytes, safe
from lpack.reporters.table import render_table
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Diagnostic, Where
    from lpack.outcome import ArtifactOutcome, Outcome, PackageOutcome, Report, TemplateOutcome
    from lpack.reporters.base import Style
    from lpack.reporters.source_lines import SourceLines
else:  # most packages are fine
    SourceLines = lazily("lpack.reporters.source_lines:SourceLines")

_COLORS = {"error": "31", "warning": "33", "info": "36"}
_BOLD = "1"
_BLUE = "34"
_TEST_FAILED = "LP435"
_LONGEST = 1_000
_FEW = 3
"""Functions that are told of in full."""
_NAMES = 10
"""Names in a line."""
# What nobody expects in a package is shown with --verbose only.
_EXPECTED = frozenset(
    {"version control", "bytecode", "output of lpack", "lock file", "recorded imports"}
)


def render_text(report: Report, style: Style) -> str:
    """Give the text of a whole report; it reads the same without colour."""
    number = len(report.outcomes) + sum(len(one.functions) for one in report.failures)
    is_short = number <= _FEW or style.verbose
    source = SourceLines(report.root)
    blocks = [
        _block(outcome, style, source)
        for outcome in report.outcomes
        if is_short or style.quiet or any(one.severity != "info" for one in outcome.diagnostics)
    ]
    if not is_short and not style.quiet:
        blocks.append(render_table(report))
    if report.others and not style.quiet:
        blocks.append(_others(report, style))
    if report.skipped and not style.quiet:
        blocks.append(_skipped(report, style))
    return "\n".join(block for block in blocks if block)


def render_all(report: Report, style: Style) -> str:
    """Give the text of a whole report, and of all that went wrong besides."""
    source = SourceLines(report.root)
    ended = (render_diagnostic(one, style, source=source) for one in report.diagnostics)
    return "\n".join(
        filter(None, (render_text(report, style), *ended, render_failures(report, style)))
    )


def render_failures(report: Report, style: Style) -> str:
    """Give what kept functions from being built, and which, where there are others."""
    is_alone = not report.outcomes and sum(len(one.functions) for one in report.failures) == 1
    source = SourceLines(report.root)
    return "\n".join(
        render_diagnostic(one, style, () if is_alone else failure.functions, source)
        for failure in report.failures
        for one in failure.diagnostics
    )


def render_diagnostic(
    one: Diagnostic,
    style: Style,
    functions: tuple[str, ...] = (),
    source: SourceLines | None = None,
) -> str:
    """Give one diagnostic: what, where, the line that is meant, and one thing to do."""
    label = _paint(f"{one.severity}[{one.code}]", _COLORS[one.severity], style)
    told = [f"{label}: {_bounded(one.message)}"]
    if one.where is not None:
        told += _place(one, one.where, style, source)
    if functions:
        told.append(f"  for {_listed(functions, style)}")
    if one.hint is not None:
        told += ["", f"{_paint('hint', _BOLD, style)}: {_bounded(one.hint)}"]
    return "\n".join(told) + "\n"


def _place(
    one: Diagnostic, where: Where, style: Style, source: SourceLines | None
) -> Iterator[str]:
    """Give the place of a diagnostic, and its line where that can be shown."""
    found = source.find(one) if source else None
    arrow = _paint("-->", _BLUE, style)
    if found is None:
        yield f"  {arrow} {_bounded(str(where))}"
        return
    from lpack.reporters.excerpt import excerpt  # noqa: PLC0415 - most packages are fine

    shown, number = excerpt(found), str(found.number)
    margin = " " * len(number)
    rule = _paint("|", _BLUE, style)
    marks = _paint("^" * shown.width, _COLORS[one.severity], style)
    yield f" {margin}{arrow} {_bounded(str(replace(where, column=found.span[0] + 1)))}"
    yield f" {margin} {rule}"
    yield f" {_paint(number, _BLUE, style)} {rule} {shown.text}"
    yield f" {margin} {rule} {' ' * shown.start}{marks}"


def _others(report: Report, style: Style) -> str:
    """Name what a template declares besides functions of Python."""
    names = _listed(tuple(f"{name} ({what})" for name, what in report.others), style)
    return f"skipped   {count(len(report.others), 'function')} not for lpack: {names}\n"


def _skipped(report: Report, style: Style) -> str:
    number = count(len(report.skipped), "function")
    since = _bounded(report.since)
    return f"skipped   {number} unchanged since {since}: {_listed(report.skipped, style)}\n"


def _listed(names: tuple[str, ...], style: Style) -> str:
    shown = len(names) if style.verbose else _NAMES
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return safe(", ".join(names[:shown])) + more


def _block(outcome: Outcome, style: Style, source: SourceLines) -> str:
    diagnostics = "\n".join(
        render_diagnostic(one, style, source=source)
        for one in outcome.diagnostics
        if outcome.counts(one) or style.verbose or not (style.quiet or one.severity == "info")
    )
    if style.quiet:
        return diagnostics
    heading = f"{_paint(outcome.name, _BOLD, style)}  {outcome.runtime} {outcome.architecture}"
    lines = [heading, *(f"  {label:<9} {safe(text)}" for label, text in _facts(outcome, style))]
    ending = [f"  {label:<9} {safe(text)}" for label, text in _ending(outcome)]
    return "\n".join([*lines, *diagnostics.splitlines(), *ending]) + "\n"


def _facts(outcome: Outcome, style: Style) -> Iterator[tuple[str, str]]:
    for assumption in outcome.assumed:
        yield "assumed", assumption
    yield from _declared(outcome.template, style)
    lock = outcome.lock
    if lock is not None and lock.file is not None:
        written = ", written" if lock.written else ""
        written += (
            f", versions of {lock.pinned_by}" if lock.pinned_by not in ("", lock.resolver) else ""
        )
        number = count(lock.distributions, "distribution")
        yield "locked", f"{number} ({lock.file}, {lock.resolver}{written})"
    elif lock is not None and lock.distributions:
        yield "locked", f"nothing to lock: {count(lock.distributions, 'distribution')} of your own"
    elif lock is not None:
        yield "locked", "no dependencies"
    yield from _made(outcome)
    if any(files for _, files, _ in outcome.slimmed):
        yield "slimmed", _slimmed(outcome)
    if outcome.compressed.level == "max":
        yield "squeezed", _squeezed(outcome)
    if outcome.stripped is not None:
        files, saved = count(outcome.stripped.files, "file"), megabytes(outcome.stripped.bytes)
        yield "stripped", f"{saved} unzipped saved in {files}"
    yield from _bytecode(outcome)
    yield from _left_out(outcome, style)
    yield from _calls(outcome)
    for note in outcome.notes:
        yield "note", note
    yield from _remarks(outcome, style)
    for code, message, reason in outcome.ignored if style.verbose else ():
        yield "ignored", f"{code}: {message} ({reason})"
    yield from _verdicts(outcome)


def _remarks(outcome: Outcome, style: Style) -> Iterator[tuple[str, str]]:
    """Tell in a line each of what is no mistake; with --verbose it is told in full, below."""
    remarks = [one for one in outcome.diagnostics if one.severity == "info"]
    if style.verbose or not remarks:
        return
    for one in remarks[:_FEW]:
        first, *_ = _bounded(one.message).split("\n")
        yield "note", f"{first} ({one.code})"
    if len(remarks) > _FEW:
        yield "note", f"{len(remarks) - _FEW:,} more, which `-v` tells"


def _declared(template: TemplateOutcome | None, style: Style) -> Iterator[tuple[str, str]]:
    """Tell of a function as a template declares it."""
    if template is None:
        return
    yield "template", f"{template.file} ({template.kind})"
    yield "code", template.code
    shown = len(template.unknown) if style.verbose else _FEW
    for name, why in template.unknown[:shown]:
        yield "unknown", f"{name}: {why}"
    if len(template.unknown) > shown:
        yield "unknown", f"{len(template.unknown) - shown:,} more"


def _made(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Tell of each archive, or of the folder."""
    if outcome.package is not None:
        yield from _found(outcome.package)
    artifact, layer, folder = outcome.artifact, outcome.layer, outcome.folder
    label = "packed" if outcome.changed else "unchanged"
    if artifact is not None and layer is not None:
        yield label, f"{_zipped(artifact)}, {count(artifact.files, 'file')}"
        before = "" if layer.changed or not outcome.changed else ", the same as before"
        yield "layer", f"{_zipped(layer)}, {count(layer.files, 'file')}{before}"
        both = artifact.unzipped + layer.unzipped
        yield "together", f"{megabytes(both)} of {megabytes(layer.unzipped_limit)} unzipped"
    elif artifact is not None:
        unzipped = f"{megabytes(artifact.unzipped)} of {megabytes(artifact.unzipped_limit)}"
        files = count(artifact.files, "file")
        yield label, f"{_zipped(artifact)}, {unzipped} unzipped, {files}"
    elif folder is not None:
        size = f"{megabytes(folder.unzipped)} of {megabytes(folder.unzipped_limit)} unzipped"
        label = "written" if outcome.changed else "unchanged"
        yield label, f"{folder.folder}  {size}, {count(folder.files, 'file')}"


def _found(package: PackageOutcome) -> Iterator[tuple[str, str]]:
    """Tell of a package that was there already."""
    zipped = ""
    if package.size is not None:
        zipped = f"{megabytes(package.size)} of {megabytes(package.size_limit)}, "
    unzipped = f"{megabytes(package.unzipped)} of {megabytes(package.unzipped_limit)} unzipped"
    together = " with layers" if package.layers else ""
    files = count(package.files, "file")
    yield "package", f"{package.path}  {zipped}{unzipped}{together}, {files}"
    for layer in package.layers:
        yield "layer", layer
    if package.distributions:
        yield "holds", count(package.distributions, "distribution")


def _zipped(artifact: ArtifactOutcome) -> str:
    size, limit = megabytes(artifact.size), megabytes(artifact.size_limit)
    return f"{artifact.file}  {size} of {limit}"


def _squeezed(outcome: Outcome) -> str:
    """Give what `max` has saved, and which part of the zip that would be without."""
    saved = outcome.compressed.saved
    part = ""
    if outcome.artifact is not None:
        part = f", {saved / (saved + outcome.artifact.size):.1%} of the zip"
    return f"{megabytes(saved)} saved on distributions{part} (compress max)"


def _bytecode(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Tell what bytecode costs, and what it gains where that was measured."""
    one = outcome.bytecode
    if one is None:
        return
    which = "all modules" if one.modules == "all" else "imported modules"
    size = f"{megabytes(one.bytes)} unzipped in {count(one.files, 'file')}"
    yield "bytecode", f"{size} ({which}, Python {one.python})"
    if one.seconds_without is not None and one.seconds_with is not None:
        before, after = f"{one.seconds_without:.2f} s", f"{one.seconds_with:.2f} s"
        yield "imports", f"on this machine {before} without bytecode, {after} with it"


def _calls(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Tell how many invocations at a time are expected, and when schedules come next."""
    if outcome.proof:
        yield "import", outcome.proof
    if outcome.load:
        yield "load", outcome.load
    for expression, times in outcome.schedules:
        yield "schedule", f"{expression}  {times}"


def _slimmed(outcome: Outcome) -> str:
    """Give what each rule of slimming saved, unzipped."""
    total = megabytes(sum(size for _, _, size in outcome.slimmed))
    rules = (
        f"{rule} {megabytes(size)} in {count(files, 'file')}"
        for rule, files, size in outcome.slimmed
        if files
    )
    return f"{total} unzipped: {', '.join(rules)}"


def _left_out(outcome: Outcome, style: Style) -> Iterator[tuple[str, str]]:
    by_rule: dict[str, list[str]] = {}
    expected = _EXPECTED.union(rule for rule, _, _ in outcome.slimmed)
    for path, rule in outcome.excluded:
        if style.verbose or rule not in expected:
            by_rule.setdefault(rule, []).append(path)
    shown = len(outcome.excluded) if style.verbose else 3
    for rule, paths in by_rule.items():
        more = f" and {len(paths) - shown:,} more" if len(paths) > shown else ""
        yield "left out", f"{', '.join(paths[:shown])}{more} ({rule})"


def _verdicts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Tell what the checks say, and what came of the tests."""
    yield "checked", _verdict(outcome)
    tests = outcome.tests
    if tests is not None:
        number = count(len(tests.passed) + len(tests.failed), "test")
        yield (
            "tested",
            f"{len(tests.failed):,} of {number} failed" if tests.failed else f"{number} passed",
        )


def _verdict(outcome: Outcome) -> str:
    failed = outcome.tests is not None and outcome.tests.failed
    checks = [one for one in outcome.diagnostics if one.code != _TEST_FAILED]
    errors = sum(one.severity == "error" for one in checks)
    warnings = sum(one.severity == "warning" for one in outcome.diagnostics)
    verdict = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    verdict += f", {len(outcome.ignored):,} ignored" if outcome.ignored else ""
    verdict += "; without its dependencies" if outcome.own_only else ""
    if outcome.package is not None or outcome.template is not None or outcome.own_only:
        return verdict
    if outcome.failed:
        strict = "" if errors or failed else " (strict)"
        return f"{verdict}{strict}; nothing was published"
    return verdict if outcome.checked else f"{verdict}; published all the same (--no-check)"


def _ending(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.manifest is not None:
        yield "manifest", outcome.manifest
    event = f" --event {outcome.event}" if outcome.event else ""
    if outcome.invocation is not None:
        yield "try it", f"python {outcome.invocation}{event}"
    elif outcome.artifact is not None and outcome.format != "layer":
        yield "try it", f"lpack invoke {outcome.name}{event}"


def _bounded(text: str) -> str:
    """Make text safe for a terminal, and no line of it longer than anybody reads."""
    lines = (line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…" for line in text.split("\n"))
    return safe("\n".join(lines))


def _paint(text: str, color: str, style: Style) -> str:
    return f"\x1b[{color}m{text}\x1b[0m" if style.color else text
