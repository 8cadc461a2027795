"""What was measured: for each workload, scenario and program the runs, and their medians."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from comparison.workloads import LINE, NONE, WARM

if TYPE_CHECKING:
    from comparison.running import Spent


class Cell(NamedTuple):
    """What was built, when, and with what."""

    workload: str
    scenario: str
    program: str


@dataclass(frozen=True)
class Build:
    """One build: its steps, each with what it took."""

    steps: tuple[tuple[str, Spent], ...]

    @property
    def seconds(self) -> float:
        return sum(spent.seconds for _, spent in self.steps)

    @property
    def peak(self) -> int:
        return max(spent.peak for _, spent in self.steps)

    def seconds_of(self, step: str) -> float:
        return sum(spent.seconds for name, spent in self.steps if name == step)


@dataclass
class Results:
    """Grows while the programs take their turns."""

    builds: dict[Cell, list[Build]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    """Why a program, or a program on a workload, has no figures."""

    def add(self, cell: Cell, build: Build) -> None:
        self.builds.setdefault(cell, []).append(build)

    def find(self, cell: Cell) -> list[Build]:
        """Give the builds of a cell, or none."""
        return self.builds.get(cell, [])

    def seconds(self, cell: Cell, step: str = "") -> float | None:
        """Give the median of a cell, or of one step of it."""
        builds = self.find(source_of(self, cell))
        if not builds:
            return None
        return statistics.median(one.seconds_of(step) if step else one.seconds for one in builds)

    def peak(self, cell: Cell) -> int | None:
        """Give the most memory that any build of a cell took."""
        return max((one.peak for one in self.find(source_of(self, cell))), default=None)

    def ratio(self, cell: Cell, other: Cell, step: str = "") -> float | None:
        """Tell how many times as long as a cell another one took."""
        mine, others = self.seconds(cell), self.seconds(other, step)
        return others / mine if mine and others is not None else None


def source_of(results: Results, cell: Cell) -> Cell:
    """Give the cell itself, or `warm` for a program that builds everything every time."""
    warm = cell._replace(scenario=WARM)
    stands_for = cell.scenario in (LINE, NONE) and cell not in results.builds
    return warm if stands_for and warm in results.builds else cell
