"""A short run of the benchmark that calls a function a hundred thousand times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parent.parent.parent / "benchmarks" / "soak.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps hold of orphans")
@pytest.mark.parametrize("isolation", ["auto", "process"])
def test_nothing_leaks(isolation: str) -> None:
    """After calls that end in every way, no process, descriptor or folder is left."""
    words = [sys.executable, str(SOAK), "--requests", "2000", "--isolation", isolation]

    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("each call ended as its kind does, and nothing has leaked\n")
    assert "daemon: 1" in done.stdout
