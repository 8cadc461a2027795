"""Which lock file serves which function, what each has to hold, and the wheels that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError
from lpack.steps.fetch import fetch
from lpack.steps.lock import Wanted, lock
from lpack.steps.require import require
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.model import Function, Lock, RequirementSet, Target
    from lpack.steps.fetch import Fetched
    from lpack.steps.lock import Mode
    from lpack.work import Work


class LockPlan:
    """Which lock serves which function; made once, for all functions of the project."""

    def __init__(self, work: Work) -> None:
        """Read every function's requirements, which decide whether they share a lock."""
        self.work = work
        self._read: dict[object, RequirementSet] = {}
        self.requirements = {
            function.name: self._require(function) for function in work.project.functions
        }
        self._wanted = self._locks()
        self._done: set[Path] = set()
        self.written: set[Path] = set()
        """The locks that this run has written."""
        self._made: dict[object, Lock] = {}
        self._fetched: dict[object, Fetched] = {}

    def wanted(self, function: Function) -> Wanted:
        """Give the lock file that serves a function, with all that it has to hold."""
        return self._wanted[function.name]

    def lock(self, function: Function, target: Target | None = None) -> Lock:
        """Give the function's lock, made at most once for each file."""
        wanted, target = self.wanted(function), target or function.target
        key = (id(wanted), target)
        if key not in self._made:
            mode = self.work.lock_options.mode
            if wanted.path in self._done and mode == "always":
                # What has been written a moment ago is read.
                mode = "when-needed"
            self.take(function, self._lock(function, target, mode), target)
        made = self._made[key]
        return replace(made, fresh=wanted.path in self.written)

    def take(self, function: Function, made: Lock, target: Target | None = None) -> None:
        """Note a lock that has been made."""
        wanted = self.wanted(function)
        if wanted.path is not None:
            self._done.add(wanted.path)
        if made.fresh and wanted.path is not None:
            self.written.add(wanted.path)
            # The file is another one now, for every target.
            self._made = {key: one for key, one in self._made.items() if one.path != wanted.path}
        self._made[id(wanted), target or function.target] = made

    def to_be_made(self, functions: Iterable[Function]) -> list[tuple[Function, ...]]:
        """Give the functions whose lock has to be written, grouped by what locks them."""
        groups: dict[int, list[Function]] = {}
        for function in functions:
            try:
                self.take(function, self._lock(function, function.target, "locked"))
            except BuildError:
                groups.setdefault(id(self.wanted(function)), []).append(function)
        return [tuple(group) for group in groups.values()]

    def fetch(self, function: Function) -> Fetched:
        """Give the wheels of the function's lock, fetched or made once for all that share it."""
        locked, requirements = self.lock(function), self.requirements[function.name]
        key = (id(self.wanted(function)), id(requirements), function.target, locked.digest)
        if key not in self._fetched:
            self._fetched[key] = fetch(
                locked,
                requirements,
                self.work.store,
                self.work.builder(function.name),
                self.work.system.environ,
                progress=self.work.progress.bytes,
            )
        return self._fetched[key]

    def _lock(self, function: Function, target: Target, mode: Mode) -> Lock:
        work, wanted = self.work, self.wanted(function)
        known = self._made.get((id(wanted), target))
        if known is not None:
            return known
        options = replace(work.lock_options, mode=mode)
        builder = work.builder(function.name)
        return lock(wanted, target, work.project, options, work.system, builder)

    def _require(self, function: Function) -> RequirementSet:
        """Read the requirements, once for all functions that ask in the same way."""
        wanted = function.requirements
        asked = (
            wanted,
            function.target,
            function.build_from_source,
            "requirements" in function.origins,
            str(function.where("requirements")) if wanted.packages else "",
        )
        if asked not in self._read:
            root, environ = self.work.project.root, self.work.system.environ
            self._read[asked] = require(function, root, environ)
        return self._read[asked]

    def _locks(self) -> dict[str, Wanted]:
        """Let functions that ask for the same share a lock: pylock.toml if there is only one."""
        groups: dict[object, list[Function]] = {}
        for function in self.work.project.functions:
            question = _question(self.requirements[function.name])
            # What has its lock, or needs none, shares nothing.
            groups.setdefault(question or function.name, []).append(function)
        locked = [key for key in groups if not isinstance(key, str)]
        return {
            function.name: wanted
            for key, functions in groups.items()
            for wanted in [self._wanted_by(functions, key, alone=len(locked) == 1)]
            for function in functions
        }

    def _wanted_by(self, functions: list[Function], key: object, *, alone: bool) -> Wanted:
        first = functions[0]
        requirements: dict[Target, RequirementSet] = {
            function.target: self.requirements[function.name] for function in functions
        }
        if isinstance(key, str):
            return Wanted(None, requirements)
        for target in self.work.project.lock_targets:
            if target not in requirements:
                requirements[target] = self._require(replace(first, target=target))
        name = "pylock.toml" if alone else f"pylock.{first.name}.toml"
        return Wanted(self.work.project.root / name, requirements)


class NoLocks(LockPlan):
    """Stands for a plan where dependencies are left aside: no function asks for any."""

    def __init__(self, work: Work) -> None:
        """Read nothing."""
        self.work = work
        self.requirements = {}
        self.written = set()

    def wanted(self, function: Function) -> Wanted:
        """Name no file."""
        del function
        return Wanted(None, {})


def _question(requirements: RequirementSet) -> object:
    """Give what decides whether two functions share a lock; None when there is nothing to lock."""
    if requirements.lock is not None or not requirements.requirements:
        return None
    return (
        tuple(line.text for line in requirements.requirements),
        tuple(project.folder for project in requirements.projects),
        requirements.index,
        requirements.origin,
        requirements.build_from_source,
    )
