"""What came of the tests of a project, test by test and function by function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from lpack.model import HandlerTest
    from lpack.outcome import Failure
    from lpack.testing.judging import Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """One test that was run."""

    test: HandlerTest
    verdict: Verdict
    """What is not as expected; empty where it has passed."""
    duration: float
    """Milliseconds of the call, without the initialisation."""
    init: float | None
    """Milliseconds of the initialisation; None where the process was warm."""
    memory: int
    """MB."""
    log: str

    @property
    def has_passed(self) -> bool:
        """Whether all was as expected."""
        return not self.verdict


@dataclass(frozen=True, slots=True)
class FunctionResults:
    """The tests of one function."""

    name: str
    runtime: str
    architecture: str
    results: tuple[Result, ...]
    seconds: float
    """Of all of them, the starts of their processes included."""
    notes: tuple[str, ...] = ()
    """What is not as it would be on Lambda, in words to print."""

    @property
    def failed(self) -> int:
        """How many have failed."""
        return sum(not one.has_passed for one in self.results)


@dataclass(frozen=True, slots=True)
class TestReport:
    """The tests of a whole command."""

    __test__ = False  # pytest takes a class of this name for a test

    functions: tuple[FunctionResults, ...]
    failures: tuple[Failure, ...] = ()
    """Functions that could not be tried at all."""
    exit_status: int = 0
    seconds: float = 0.0
    """From the first build to the end of the last test."""
