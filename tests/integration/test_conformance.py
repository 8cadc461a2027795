"""The table of what Lambda does and what lpack does tells the truth."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from lpack.model import Surroundings
from lpack.runtime import NoIsolation
from tests.handler_zoo import returning
from tests.integration.test_sandbox_pythons import found_python
from tests.sandboxes import deployment_of, sandbox

BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the table is that of such a machine")
def test_the_table_is_what_is_done(tmp_path: Path) -> None:
    """Every line, run again on every Python, gives what is written."""
    for minor in (10, 11, 12, 13):
        found_python((3, minor))
    try:
        with sandbox(deployment_of(tmp_path, returning("1")), Surroundings(isolation="namespace")):
            pass
    except NoIsolation as error:
        pytest.skip(f"there are no namespaces here: {error}")

    words = [sys.executable, str(BENCHMARKS / "conformance.py")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=900, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (BENCHMARKS / "CONFORMANCE.md").read_text(encoding="utf-8")
