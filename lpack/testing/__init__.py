"""What a test of the project expects of a call, held against what came of it."""

from lpack.testing.judging import Observed, Verdict, judged

__all__ = ["Observed", "Verdict", "judged"]
