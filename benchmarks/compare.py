"""Times `lpack build` beside other packagers and beside the floors, interleaved in one run."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from comparison.install import COMMANDS, UnavailableError, install, require_commands
from comparison.machine import describe, versions_of
from comparison.pins import pin
from comparison.programs import OWN, PEERS
from comparison.report import Report, render
from comparison.results import Results
from comparison.running import CommandFailedError
from comparison.schedule import Course, measure
from comparison.workloads import SCENARIOS, WORKLOADS, Workload

if TYPE_CHECKING:
    from comparison.programs.base import Program

RESULTS = Path(__file__).with_name("RESULTS.md")
PEERS_FOLDER = Path("~/.cache/lpack-benchmarks")
QUICK = tuple(name for name, workload in WORKLOADS.items() if workload.quick)


def main(words: list[str]) -> None:
    """Measure, and print or write the report."""
    options = parse(words)
    folder = Path(options.folder or tempfile.gettempdir())
    results = Results()
    programs = available(options.peers, options.peers_folder.expanduser(), results)
    versions = versions_of([program for program, _ in programs])
    command = shlex.join(["python", "benchmarks/compare.py", *words])
    report = Report(command, describe(folder), versions, results)
    for name in options.workloads or (QUICK if options.quick else WORKLOADS):
        compare(plan(WORKLOADS[name], programs, options), folder, results)
        if options.write:
            # After each workload, so that an interruption does not lose the ones before.
            RESULTS.write_text(render(report), encoding="utf-8")
    print(render(report))


def compare(course: Course, folder: Path, results: Results) -> None:
    """Measure one workload in a folder that does not outlive it."""
    with tempfile.TemporaryDirectory(prefix="lpack-benchmark-", dir=folder) as root:
        try:
            pins = pin(course.workload.sets, Path(root) / "pins", COMMANDS)
            measure(course, pins, Path(root), results)
        except CommandFailedError as error:
            sys.exit(f"lpack failed on {course.workload.name}: {error}")


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "workloads",
        nargs="*",
        choices=[[], *WORKLOADS],
        metavar="WORKLOAD",
        help=f"of {', '.join(WORKLOADS)} (default: all)",
    )
    parser.add_argument("--runs", type=int, help="of every scenario (default: 3; 1 if quick)")
    parser.add_argument(
        "--peers",
        type=lambda text: chosen(text, tuple(PEERS)),
        default=tuple(PEERS),
        metavar="A,B",
        help=f"of {', '.join(PEERS)} (default: all)",
    )
    parser.add_argument(
        "--no-peers", dest="peers", action="store_const", const=(), help="only lpack and floors"
    )
    parser.add_argument(
        "--scenario",
        type=lambda text: chosen(text, SCENARIOS),
        default=SCENARIOS,
        metavar="A,B",
        help=f"of {', '.join(SCENARIOS)} (default: all)",
    )
    parser.add_argument("--folder", help="where to build, such as /dev/shm (default: as Python)")
    parser.add_argument("--peers-folder", type=Path, default=PEERS_FOLDER, help="their home")
    parser.add_argument(
        "--patience",
        type=float,
        default=30,
        metavar="SECONDS",
        help="what takes longer is not run again (default: 30)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="one run, and without what takes very long"
    )
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} as well")
    return parser.parse_args(words)


def chosen(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read names with commas between them."""
    names = tuple(text.split(","))
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name}: choose from {', '.join(known)}")
    return names


def available(
    peers: tuple[str, ...], folder: Path, results: Results
) -> tuple[tuple[Program, Path], ...]:
    """Give the programs that can be run here, each with the folder of its commands."""
    found: list[tuple[Program, Path]] = []
    for program in (*OWN, *(PEERS[key] for key in peers)):
        try:
            require_commands(program.needs)
            found.append((program, install(program.tool, folder) if program.tool else COMMANDS))
        except UnavailableError as error:
            results.skipped[program.key] = str(error)
            print(f"skipped {program.key}: {error}", file=sys.stderr)
    return tuple(found)


def plan(
    workload: Workload, programs: tuple[tuple[Program, Path], ...], options: argparse.Namespace
) -> Course:
    """Choose who takes part in one workload, and in which scenarios."""
    limited = workload.quick_peers if options.quick else None
    allowed = limited if limited is not None else workload.peers
    taking_part = tuple(
        (program, commands)
        for program, commands in programs
        if allowed is None or program in OWN or program.key in allowed
    )
    scenarios = tuple(name for name in options.scenario if name in workload.scenarios)
    runs = options.runs or (1 if options.quick else 3)
    return Course(workload, taking_part, scenarios, runs, options.patience)


if __name__ == "__main__":
    main(sys.argv[1:])
