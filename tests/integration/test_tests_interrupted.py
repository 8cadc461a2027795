"""`lpack test` that is interrupted leaves no process and no folder, however many functions run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runtime_client import seed_client
from tests.sandboxes import RUNNING

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
APP = """
import os, subprocess, time

def handler(event, context):
    subprocess.Popen(["sleep", os.environ["SECONDS"]], start_new_session=True)
    time.sleep(60)
"""
FUNCTION = """[functions.{0}]
handler = "app.handler"
runtime = "{1}"
timeout = 60
requirements = []
environment = {{ SECONDS = "{2}" }}
tests = [{{ name = "hangs" }}]
"""
SECONDS = f"1{os.getpid()}"
"""How long what is started sleeps, by which it is found."""


@pytest.mark.parametrize(
    ("jobs", "number"), [("2", signal.SIGINT), ("2", signal.SIGTERM), ("1", signal.SIGINT)]
)
def test_an_interrupt_ends_all(tmp_path: Path, jobs: str, number: signal.Signals) -> None:
    """What the handlers have started ends too, also in sessions of their own."""
    project, cache, temporary = (tmp_path / name for name in ("project", "cache", "tmp"))
    for folder in (project, cache, temporary):
        folder.mkdir()
    seed_client(cache)
    (project / "app.py").write_text(APP)
    functions = [FUNCTION.format(name, RUNNING, SECONDS) for name in ("one", "two")]
    (project / "lpack.toml").write_text("\n".join(functions))
    environ = {**os.environ, "LPACK_CACHE_DIR": str(cache), "TMPDIR": str(temporary)}
    running = subprocess.Popen(
        [sys.executable, "-m", "lpack", "test", "--jobs", jobs],
        cwd=project,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )

    wait_for(int(jobs))
    # As a terminal does, which tells all of them, or a CI service, which tells one.
    (os.killpg if number == signal.SIGINT else os.kill)(running.pid, number)
    said = running.communicate(timeout=30)[0]

    assert (running.returncode, "Traceback" in said) == (128 + number, False), said
    wait_for(0)
    assert list(temporary.iterdir()) == []


def wait_for(number: int) -> None:
    """Wait until so many processes sleep as the handlers let them."""
    give_up = time.monotonic() + 30
    while len(found := sleeping()) != number:
        assert time.monotonic() < give_up, found
        time.sleep(0.02)


def sleeping() -> list[str]:
    """Give the processes that the handlers have started and that still run."""
    found = []
    for one in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if (one / "cmdline").read_bytes() == f"sleep\0{SECONDS}\0".encode():
                found.append(one.name)
    return found
