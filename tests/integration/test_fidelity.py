"""The table of what AWS's emulator and lpack do tells the truth, and explains each difference."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_sandbox_pythons import found_python

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
TABLE = BENCHMARKS / "FIDELITY.md"
CANNOT = 3
MINORS = (10, 11, 12, 13)


def output_of(*words: str) -> str:
    """Run the packages beside the emulator, where there is one; give what is printed."""
    command = [sys.executable, str(BENCHMARKS / "fidelity.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
def test_the_column_is_what_is_done() -> None:
    """Every call, run again on the Python that runs the tests, beside the emulator."""
    minor = sys.version_info[1]
    if minor not in MINORS:
        pytest.skip("the table has no column for it")
    calls = TABLE.read_text(encoding="utf-8").partition("\n### ")[0]
    rows = [line[2:-2].split(" | ") for line in calls.splitlines() if line[:2] == "| "]

    found = json.loads(output_of("--minor", str(minor)))

    assert found == [row[1 + MINORS.index(minor)] for row in rows[1:]]


@pytest.mark.exhaustive
@pytest.mark.network
@pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
def test_the_table_is_what_is_done() -> None:
    """Every call on every Python, and every request."""
    for minor in MINORS:
        found_python((3, minor))

    assert output_of() == TABLE.read_text(encoding="utf-8")


def test_each_difference_has_its_reason() -> None:
    """A difference that nobody has explained is a fault of lpack's."""
    text = TABLE.read_text(encoding="utf-8")

    assert "not explained" not in text
    assert text.count("| same |") > 100
