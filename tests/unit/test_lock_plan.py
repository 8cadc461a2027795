"""Which functions share a lock, and for which targets it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lpack.lock_plan import LockPlan
from lpack.model import Project, RequirementsInput
from lpack.system import System
from lpack.values import replace
from lpack.work import Work
from tests.function_builder import function_of, target_of

if TYPE_CHECKING:
    from lpack.model import Target

X86 = target_of()
ARM = target_of("python3.13", "arm64")


class Silence:
    """Shows nothing."""

    def step(self, function: str, doing: str) -> None:
        """Be told of a step."""

    def bytes(self, done: int, total: int, doing: str = "") -> None:
        """Be told of bytes."""


def plan(*also: Target, **needs: tuple[tuple[str, ...], Target]) -> dict[str, object]:
    """Give each function's lock and its targets."""
    functions = tuple(
        replace(
            function_of(name=name, requirements=RequirementsInput(packages=packages)),
            target=target,
        )
        for name, (packages, target) in needs.items()
    )
    root = Path("/nowhere")
    project = Project(root, root / "dist", functions, (), "auto", also)
    made = LockPlan(Work(project, System({"HOME": "/nowhere"}), Silence()))
    found = {one.name: made.wanted(one) for one in functions}
    return {
        name: one.path and (one.path.name, sorted(map(str, one.requirements)))
        for name, one in found.items()
    }


def test_functions_that_ask_for_the_same_share_a_lock() -> None:
    """One file for all; one for each where requirements differ; none without needs."""
    both = ("pylock.toml", ["python3.13 x86_64"])

    assert plan(a=(("x",), X86), b=(("x",), X86), c=((), X86)) == {"a": both, "b": both, "c": None}
    assert plan(a=(("x",), X86), b=(("y",), X86)) == {
        "a": ("pylock.a.toml", ["python3.13 x86_64"]),
        "b": ("pylock.b.toml", ["python3.13 x86_64"]),
    }


def test_a_lock_serves_the_targets_of_all_its_functions() -> None:
    """Functions for other machines share it, and the project may name more."""
    two = ("pylock.toml", ["python3.13 arm64", "python3.13 x86_64"])

    assert plan(a=(("x",), X86), b=(("x",), ARM)) == {"a": two, "b": two}
    assert plan(ARM, a=(("x",), X86)) == {"a": two}


def test_a_given_lock_is_for_its_own_function_alone(tmp_path: Path) -> None:
    """A function without needs beside it changes nothing."""
    given = tmp_path / "pylock.given.toml"
    given.write_text('lock-version = "1.0"\ncreated-by = "some tool"\npackages = []\n')
    with_lock = function_of(name="a", requirements=RequirementsInput(files=(given,)))
    without = function_of(name="b", requirements=RequirementsInput())
    project = Project(tmp_path, tmp_path / "dist", (with_lock, without), (), "auto")

    made = LockPlan(Work(project, System({"HOME": "/nowhere"}), Silence()))

    assert made.wanted(with_lock).requirements[X86].lock == given
    assert made.wanted(without).requirements[X86].lock is None
