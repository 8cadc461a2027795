"""Lets the programs take turns, so that a ratio compares what happened at the same time."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comparison.lab import Lab, change_a_line, remove, set_up
from comparison.programs import OWN
from comparison.programs.lpack import LPACK
from comparison.results import Build, Cell
from comparison.running import CommandFailedError
from comparison.workloads import COLD, LINE, WARM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from comparison.lab import Pins
    from comparison.programs.base import Program
    from comparison.results import Results
    from comparison.workloads import Workload

_TURNS_ALONE = 3
"""How often lpack and the floors are measured in a run where there is no peer."""


@dataclass(frozen=True)
class Course:
    """One workload, and who takes part."""

    workload: Workload
    programs: tuple[tuple[Program, Path], ...]
    """Each with the folder of its commands."""
    scenarios: tuple[str, ...]
    runs: int
    patience: float
    """A program that takes longer than these seconds is not run again."""
    settle: Callable[[], None] = os.sync
    """Lets the system write what it still holds, so that nobody pays for the one before."""


def measure(course: Course, pins: Pins, folder: Path, results: Results) -> None:
    """Run the programs in turn, and add what they took to the results."""
    labs = _prepared(course, pins, folder, results)
    for _ in range(course.runs):
        for scenario in course.scenarios:
            for program in turns(tuple(program for program, _ in course.programs), scenario):
                cell = Cell(course.workload.name, scenario, program.key)
                if program.key in labs and _is_wanted(cell, course, results):
                    _arrange(program, labs[program.key], scenario)
                    course.settle()
                    _take_turn(program, labs, cell, results)


def turns(programs: tuple[Program, ...], scenario: str) -> Iterator[Program]:
    """Give who runs in what order: lpack and the floors before each peer, and once if cold."""
    able = [program for program in programs if scenario in program.scenarios]
    own = [program for program in able if program in OWN]
    peers = [program for program in able if program not in OWN]
    if scenario == COLD:
        yield from [*own, *peers]
        return
    for peer in peers:
        yield from [*own, peer]
    if not peers:
        yield from own * _TURNS_ALONE


def _is_wanted(cell: Cell, course: Course, results: Results) -> bool:
    return all(build.seconds <= course.patience for build in results.find(cell))


def _prepared(course: Course, pins: Pins, folder: Path, results: Results) -> dict[str, Lab]:
    """Give each program its copy of the project; where nothing is cold, it is built once."""
    labs: dict[str, Lab] = {}
    for program, commands in course.programs:
        place = LPACK if program.guest else program
        lab = Lab(folder / place.key, course.workload, pins, commands)
        try:
            if not program.guest:
                set_up(lab)
                program.prepare(lab)
                if COLD not in course.scenarios or COLD not in program.scenarios:
                    _build(program, lab)
        except CommandFailedError as error:
            _give_up(program, course.workload.name, error, results)
        else:
            labs[program.key] = lab
    return labs


def _take_turn(program: Program, labs: dict[str, Lab], cell: Cell, results: Results) -> None:
    try:
        build = _build(program, labs[program.key])
    except CommandFailedError as error:
        _give_up(program, cell.workload, error, results)
        del labs[program.key]
        return
    results.add(cell, build)
    print(f"{cell.workload} {cell.scenario} {program.key}: {build.seconds:.3f} s", file=sys.stderr)


def _arrange(program: Program, lab: Lab, scenario: str) -> None:
    """Bring the lab to where the scenario begins."""
    if scenario == COLD:
        remove(lab.root, ("cache", *program.caches))
    if scenario in (COLD, WARM) or program.guest:
        remove(lab.root, program.artifacts)
    if scenario == LINE and not program.guest:
        change_a_line(lab)
    remove(lab.root, ("tmp/*",))


def _build(program: Program, lab: Lab) -> Build:
    return Build(tuple((step.name, lab.run(*step.command)) for step in program.steps(lab)))


def _give_up(program: Program, workload: str, error: Exception, results: Results) -> None:
    """Note why a peer has no figures; without lpack's own there is nothing to compare."""
    if program == LPACK:
        raise error
    reason = " ".join(str(error).split())
    results.skipped[f"{program.key} on {workload}"] = reason
    print(f"skipped {program.key} on {workload}: {reason}", file=sys.stderr)
