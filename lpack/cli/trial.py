"""Tries a package with the tests of its function, between packing and publishing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lpack.deploying import deploy_packed
from lpack.deploying.opening import opened, sandbox_limits
from lpack.facts.limits import read_limits
from lpack.model import Diagnostic
from lpack.outcome import TestsOutcome
from lpack.place import declared_place, surroundings_at
from lpack.testing import run_tests
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.model import Function
    from lpack.testing import Result
    from lpack.work import Work
    from lpack.writers import Packed

_LINES = 12
"""Of what is not as expected."""


def tried(
    function: Function, packed: tuple[Packed, ...], work: Work
) -> tuple[TestsOutcome, tuple[Diagnostic, ...]] | None:
    """Run the tests of a function and tell which have failed; None where there are none.

    Raises what `deploy_packed` and `opened` raise, and UsageError LP432.
    """
    if not function.tests or function.handler is None or function.format == "layer":
        return None
    work.progress.step(function.name, "testing")
    deployment, notes = deploy_packed(function, packed, replace(work, trial=None))
    limits = sandbox_limits(read_limits(function.limits))
    place = partial(
        opened, deployment, surroundings_at(declared_place(function)), work.system, limits
    )
    results = tuple(run_tests(function.tests, place))
    passed = tuple(one.test.name for one in results if one.has_passed)
    failed = tuple(one for one in results if not one.has_passed)
    outcome = TestsOutcome(passed, tuple(one.test.name for one in failed), notes)
    return outcome, tuple(_diagnostic(one, function) for one in failed)


def _diagnostic(result: Result, function: Function) -> Diagnostic:
    found = [line for one in result.verdict for line in (one.what, *(f"  {x}" for x in one.lines))]
    if len(found) > _LINES:
        found[_LINES:] = ["…"]
    message = f"test `{result.test.name}` failed: " + "\n  ".join(found)
    hint = f"`lpack test {function.name}` shows its log"
    return Diagnostic("LP435", "error", message, result.test.where, hint)
