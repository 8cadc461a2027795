"""The table of what AWS's emulator and lpack do tells the truth, and explains each difference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_sandbox_pythons import found_python

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
TABLE = BENCHMARKS / "FIDELITY.md"
CANNOT = 3


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
def test_the_table_is_what_is_done() -> None:
    """Every call on every Python, and every request, run again beside the emulator."""
    for minor in (10, 11, 12, 13):
        found_python((3, minor))
    words = [sys.executable, str(BENCHMARKS / "fidelity.py")]

    done = subprocess.run(words, capture_output=True, text=True, timeout=1800, check=False)

    if done.returncode == CANNOT:
        pytest.skip(done.stderr)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == TABLE.read_text(encoding="utf-8")


def test_each_difference_has_its_reason() -> None:
    """A difference that nobody has explained is a fault of lpack's."""
    text = TABLE.read_text(encoding="utf-8")

    assert "not explained" not in text
    assert text.count("| same |") > 100
