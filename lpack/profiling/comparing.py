"""What bytecode saves of a start, measured: the same starts with it and without, in turn."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

from lpack.profiling.measuring import Recorded
from lpack.runtime import open_sandbox
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Deployment, Surroundings
    from lpack.profiling.measuring import Owners
    from lpack.profiling.profile import Profile
    from lpack.system import System

_ROUNDS = 3
_LONG = 2_000
"""Milliseconds of a start that is not made so often."""
_CACHE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Starts that differ in one thing alone: whether what they import is compiled already."""

    is_brought: bool
    """Whether the package or its layers bring bytecode; else it was made for this."""
    with_it: Profile
    without: Profile
    """The quickest start of each kind."""
    starts: int
    """Of each kind."""

    @property
    def saved(self) -> float:
        """Milliseconds of imports."""
        return self.without.imported - self.with_it.imported

    @property
    def is_worth_it(self) -> bool:
        """Whether that is more than chance."""
        return self.saved >= max(1, self.without.imported / 20)


def compared(  # noqa: PLR0913 - the function, where it runs, and how long its start took
    deployment: Deployment,
    around: Surroundings,
    system: System,
    folder: Path,
    owners: Owners,
    took: float,
) -> Comparison | None:
    """Start a function a few times without calling it; None where a start fails.

    All starts come after the one that `took` so many milliseconds, so that all find the files
    that they read in memory.
    """
    starts = _Starts(around, system, folder, owners)
    is_brought = brings_bytecode(deployment)
    if is_brought:
        others = without_bytecode(deployment, folder)
    elif starts.start(deployment, compiled=True) is None:  # compiles what it imports
        return None
    rounds = _ROUNDS if took < _LONG else 1
    found: dict[bool, list[Profile]] = {True: [], False: []}
    for number in range(2 * rounds):
        is_with = bool(number % 2)
        one = deployment if is_with or not is_brought else others
        profile = starts.start(one, compiled=is_with and not is_brought)
        if profile is None:
            return None
        found[is_with].append(profile)
    with_it, without = (min(found[one], key=lambda it: it.imported) for one in (True, False))
    return Comparison(is_brought, with_it, without, rounds)


@dataclass(frozen=True, slots=True)
class _Starts:
    around: Surroundings
    system: System
    folder: Path
    owners: Owners

    def start(self, deployment: Deployment, *, compiled: bool) -> Profile | None:
        """Start a function, with what was compiled before or not; None where that fails."""
        recorded = Recorded.into(deployment, self.folder, bytecode=compiled)
        with open_sandbox(recorded.deployment, self.around, self.system) as sandbox:
            recorded = replace(recorded, began=time.monotonic_ns())
            init = sandbox.initialise()
        return None if init is None else recorded.profile(self.owners)


def brings_bytecode(deployment: Deployment) -> bool:
    """Tell whether a package or its layers hold bytecode of the Python that runs it."""
    if deployment.interpreter is None:
        return False
    tag = ".cpython-{}{}.pyc".format(*deployment.interpreter.version.split("."))
    return any(
        parent.endswith(f"/{_CACHE}") and any(name.endswith(tag) for name in names)
        for folder in (deployment.task, deployment.layers)
        if folder
        for parent, _, names in os.walk(folder)
    )


def without_bytecode(deployment: Deployment, folder: Path) -> Deployment:
    """Copy a package and its layers without their bytecode into a folder."""
    return replace(
        deployment,
        task=_copied(deployment.task, folder / "task"),
        layers=_copied(deployment.layers, folder / "layers") if deployment.layers else "",
    )


def _copied(place: str, copy: Path) -> str:
    shutil.copytree(place, copy, symlinks=True, ignore=shutil.ignore_patterns(_CACHE))
    return str(copy)
