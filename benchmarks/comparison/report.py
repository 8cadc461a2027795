"""The results as Markdown: the machine, the targets, the medians, and where lpack loses."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comparison.programs import PEERS, PROGRAMS
from comparison.programs.lpack import LPACK
from comparison.results import Cell, source_of
from comparison.targets import TARGETS
from comparison.workloads import ABOUT_SCENARIOS, SCENARIOS, WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comparison.machine import Machine
    from comparison.results import Build, Results
    from comparison.targets import Target


@dataclass(frozen=True)
class Report:
    """All that is told about one run."""

    command: str
    machine: Machine
    versions: tuple[str, ...]
    results: Results


def render(report: Report) -> str:
    """Give the whole document."""
    results = report.results
    parts = (
        "# Results",
        _about(report),
        "## Targets",
        "\n".join(_target_rows(results)),
        "\n".join(_verdict(results)),
        "## Medians",
        "\n".join(_rows(results)),
        "\n".join(_legend(results)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _about(report: Report) -> str:
    return (
        f"Written by `{report.command}` on {report.machine.date}.\n"
        f"Machine: {report.machine.line}.\n"
        f"Versions: {', '.join(report.versions)}."
    )


def _target_rows(results: Results) -> Iterator[str]:
    yield "| workload | scenario | against | wanted | found | |"
    yield "|---|---|---|---|---|---|"
    for target in TARGETS:
        found = target.found(results)
        shown = "-" if found is None else target.unit.found.format(found)
        yield (
            f"| {target.workload} | {target.scenario} | {target.against} | {target.wanted} "
            f"| {shown} | {_judgement(target, found)} |"
        )


def _judgement(target: Target, found: float | None) -> str:
    if found is None:
        return "not measured"
    return "reached" if target.is_reached(found) else "**missed**"


def _verdict(results: Results) -> Iterator[str]:
    """Say, a sentence a line, where lpack misses a target or is slower than a peer."""
    found = [(target, target.found(results)) for target in TARGETS]
    known = [(target, figure) for target, figure in found if figure is not None]
    missed = [(target, figure) for target, figure in known if not target.is_reached(figure)]
    yield f"lpack reaches {len(known) - len(missed)} of {len(known)} targets that were measured."
    for target, figure in missed:
        yield (
            f"It misses one on {target.workload}, {target.scenario}, "
            f"{target.against}: {target.unit.found.format(figure)}, {target.wanted} wanted."
        )
    lost = list(_lost(results))
    yield from lost or ["No peer was faster in any scenario that was measured."]


def _lost(results: Results) -> Iterator[str]:
    losses: dict[tuple[str, str], list[str]] = {}
    for cell in _cells(results):
        ratio = results.ratio(cell._replace(program=LPACK.key), cell)
        if cell.program in PEERS and ratio is not None and ratio < 1:
            losses.setdefault((cell.workload, cell.program), []).append(
                f"{cell.scenario} (in {ratio:.2g} of its time)"
            )
    for (workload, program), scenarios in losses.items():
        yield f"It loses to {PEERS[program].label} on {workload}: {', '.join(scenarios)}."


def _rows(results: Results) -> Iterator[str]:
    yield "| workload | scenario | program | median s | min-max | runs | of it | MB | times lpack |"
    yield "|---|---|---|--:|--:|--:|---|--:|--:|"
    for cell in _cells(results):
        source = source_of(results, cell)
        row = _figures(results.find(source), as_warm=source != cell)
        ratio = results.ratio(cell._replace(program=LPACK.key), cell)
        times = "-" if ratio is None else f"{ratio:.3g}"
        label = PROGRAMS[cell.program].label
        yield f"| {cell.workload} | {cell.scenario} | {label} | {row} | {times} |"


def _figures(builds: list[Build], *, as_warm: bool) -> str:
    seconds = [build.seconds for build in builds]
    runs = "as warm" if as_warm else str(len(builds))
    peak = max(build.peak for build in builds) / 1e6
    median = statistics.median(seconds)
    return (
        f"{median:.3f} | {min(seconds):.3f}-{max(seconds):.3f} | {runs} "
        f"| {_steps(builds)} | {peak:.0f}"
    )


def _steps(builds: list[Build]) -> str:
    names = [name for name, _ in builds[0].steps]
    if len(names) == 1:
        return ""
    medians = {name: statistics.median(one.seconds_of(name) for one in builds) for name in names}
    return ", ".join(f"{name} {seconds:.2f}" for name, seconds in medians.items())


def _cells(results: Results) -> Iterator[Cell]:
    """Give the rows in the order of the registries."""
    measured = {(cell.workload, cell.scenario) for cell in results.builds}
    for workload in WORKLOADS:
        for scenario in SCENARIOS:
            if (workload, scenario) in measured:
                cells = (Cell(workload, scenario, program) for program in PROGRAMS)
                yield from (cell for cell in cells if _is_told(results, cell))


def _is_told(results: Results, cell: Cell) -> bool:
    """Leave out the floors of another scenario."""
    return cell in results.builds or (cell.program in PEERS and results.seconds(cell) is not None)


def _legend(results: Results) -> Iterator[str]:
    names = dict.fromkeys(cell.workload for cell in _cells(results))
    yield from (f"- {name}: {WORKLOADS[name].about}." for name in names)
    yield from (f"- {name}: {about}." for name, about in ABOUT_SCENARIOS.items())
    yield "- times lpack: the program's time divided by lpack's; below 1, lpack lost."
    yield "- MB, peak memory: the largest single process, at least the benchmark's own."
    yield "- as warm: the program has no incremental mode, so this is its warm build."
    yield from (f"- Not measured: {name}: {why}." for name, why in results.skipped.items())
