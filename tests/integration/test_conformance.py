"""The table of what Lambda does and what lpack does tells the truth."""

from __future__ import annotations

import json
import platform
import re
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


TABLE = BENCHMARKS / "CONFORMANCE.md"
MINORS = (10, 11, 12, 13)
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the table is of such a machine"),
]


def output_of(folder: Path, *words: str) -> str:
    """Run the behaviours, where there are namespaces; give what is printed."""
    try:
        with sandbox(deployment_of(folder, returning("1")), Surroundings(isolation="namespace")):
            pass
    except NoIsolation as error:
        pytest.skip(f"there are no namespaces here: {error}")
    command = [sys.executable, str(BENCHMARKS / "conformance.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
def test_the_column_is_what_is_done(tmp_path: Path) -> None:
    """Every line, run again on the Python that runs the tests, gives what is written."""
    minor = sys.version_info[1]
    if minor not in MINORS:
        pytest.skip("the table has no column for it")
    rows = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:2] == "| ")
    cells = [re.split(r" (?<!\\)\| ", row[:-2])[3 + MINORS.index(minor)] for row in rows]

    found = json.loads(output_of(tmp_path, "--minor", str(minor)))

    assert found == [cell for cell in cells if not re.fullmatch(r"3\.\d+", cell)]


@pytest.mark.exhaustive
def test_the_table_is_what_is_done(tmp_path: Path) -> None:
    """Every line, run again on every Python, gives what is written."""
    for minor in MINORS:
        found_python((3, minor))

    assert output_of(tmp_path) == TABLE.read_text(encoding="utf-8")
