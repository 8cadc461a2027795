"""What tests of the project expect of calls, held against what came of them."""

from lpack.testing.judging import Finding, Observed, Verdict, judged
from lpack.testing.results import FunctionResults, Result, TestReport
from lpack.testing.running import run_tests, selected

__all__ = [
    "Finding",
    "FunctionResults",
    "Observed",
    "Result",
    "TestReport",
    "Verdict",
    "judged",
    "run_tests",
    "selected",
]
