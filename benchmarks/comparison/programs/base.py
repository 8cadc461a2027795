"""What a program is: how it is prepared, what it leaves behind, and the steps of its build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comparison.workloads import COLD, WARM

if TYPE_CHECKING:
    from collections.abc import Callable

    from comparison.lab import Lab
    from comparison.running import Step


def nothing(lab: Lab) -> None:
    """Prepare nothing."""
    del lab


@dataclass(frozen=True)
class Program:
    """One way to a package, or a floor below which none can come."""

    key: str
    """Its name on the command line."""
    label: str
    steps: Callable[[Lab], tuple[Step, ...]]
    """What a user would run, in the project, for one build."""
    prepare: Callable[[Lab], None] = nothing
    """What a user would have done once; is not timed."""
    artifacts: tuple[str, ...] = ()
    """What a build leaves and `warm` removes: patterns below the lab's root."""
    caches: tuple[str, ...] = ()
    """What `cold` removes as well, besides the lab's cache folder."""
    scenarios: tuple[str, ...] = (COLD, WARM)
    """Those that are another build than `warm` for it."""
    tool: str = ""
    """Its row in the table of versions; nothing if it comes with the system."""
    needs: tuple[str, ...] = ()
    """Commands of the system that it calls."""
    guest: bool = False
    """Whether it works on what lpack has built, and changes nothing."""
