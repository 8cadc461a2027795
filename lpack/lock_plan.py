"""Which lock file serves which function, and what each has to hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lpack.steps.lock import Wanted, lock
from lpack.steps.require import require

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Function, Lock, RequirementSet, Target
    from lpack.work import Work


class LockPlan:
    """Which lock serves which function; made once, for all functions of the project."""

    def __init__(self, work: Work) -> None:
        """Read every function's requirements, which decide whether they share a lock."""
        self.work = work
        self.requirements = {
            function.name: self._require(function) for function in work.project.functions
        }
        self._wanted = self._locks()
        self._done: set[Path] = set()
        self._written: set[Path] = set()

    def wanted(self, function: Function) -> Wanted:
        """Give the lock file that serves a function, with all that it has to hold."""
        return self._wanted[function.name]

    def lock(self, function: Function, target: Target | None = None) -> Lock:
        """Give the function's lock, made at most once for each file."""
        wanted, options = self.wanted(function), self.work.lock_options
        if wanted.path in self._done and options.mode == "always":
            # What has been written a moment ago is read.
            options = replace(options, mode="when-needed")
        made = lock(
            wanted,
            target or function.target,
            self.work.project,
            options,
            self.work.system,
            self.work.builder(function.name),
        )
        if wanted.path is None:
            return made
        self._done.add(wanted.path)
        if made.fresh:
            self._written.add(wanted.path)
        return replace(made, fresh=wanted.path in self._written)

    def _require(self, function: Function) -> RequirementSet:
        return require(function, self.work.project.root, self.work.system.environ)

    def _locks(self) -> dict[str, Wanted]:
        """Let functions that ask for the same share a lock: pylock.toml if there is only one."""
        groups: dict[object, list[Function]] = {}
        for function in self.work.project.functions:
            question = _question(self.requirements[function.name])
            # What has nothing to lock shares nothing: each may have a lock of its own given.
            groups.setdefault(question or function.name, []).append(function)
        alone = sum(not isinstance(key, str) for key in groups) == 1
        return {
            function.name: self._wanted_by(functions, key, alone=alone)
            for key, functions in groups.items()
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
