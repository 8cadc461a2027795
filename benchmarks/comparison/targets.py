"""What lpack wants to reach, as ratios of one run, and whether it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comparison.results import Cell
from comparison.workloads import COLD, LINE, NONE, WARM

if TYPE_CHECKING:
    from comparison.results import Results


@dataclass(frozen=True)
class Unit:
    """What a target counts, and in which direction it is better."""

    wanted: str
    found: str
    more_is_better: bool = False


FASTER = Unit("at least {:g} times as fast", "{:.1f} times as fast", more_is_better=True)
AS_LONG = Unit("at most {:g} times as long", "{:.2f} times as long")
MEGABYTES = Unit("below {:g} MB", "{:.0f} MB")


@dataclass(frozen=True)
class Target:
    """A bound on a figure of lpack's, or on its ratio to another program's."""

    unit: Unit
    bound: float
    workload: str
    scenario: str
    program: str = ""
    """The other program; nothing if the figure stands alone."""
    step: str = ""
    """The only step of the other program that counts; nothing if all do."""
    against: str = ""
    """The other program in words."""

    @property
    def wanted(self) -> str:
        return self.unit.wanted.format(self.bound)

    def found(self, results: Results) -> float | None:
        """Give the figure, or None where a part of it was not measured."""
        cell = Cell(self.workload, self.scenario, "lpack")
        if not self.program:
            peak = results.peak(cell)
            return None if peak is None else peak / 1e6
        ratio = results.ratio(cell, cell._replace(program=self.program), self.step)
        return 1 / ratio if ratio and self.unit is AS_LONG else ratio

    def is_reached(self, found: float) -> bool:
        return found >= self.bound if self.unit.more_is_better else found <= self.bound


_UV = "`uv pip install --target` + `zip -r`"
_HASH = "floor: cat and hash of the same bytes"
TARGETS = (
    Target(FASTER, 30, "w3", WARM, "uv", against=_UV),
    Target(FASTER, 50, "w3", WARM, "sam-cached", against="SAM CLI, cached, with its zip"),
    Target(AS_LONG, 2, "w3", WARM, "floor", against=_HASH),
    Target(FASTER, 30, "w4", WARM, "uv", against=_UV),
    Target(FASTER, 2, "w3", LINE, "kept", against="kept folder + `zip -FS`"),
    Target(AS_LONG, 3, "none2000", NONE, "bare", against="floor: `python -c pass`"),
    Target(FASTER, 60, "w4", NONE, "sam-cached", "build", "SAM CLI, cached, without its zip"),
    Target(MEGABYTES, 60, "w3", WARM, against="peak memory"),
    Target(AS_LONG, 1.2, "w3", COLD, "uv", "install", "`uv pip install --target` alone"),
)
