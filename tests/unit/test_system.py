"""Processes end when they should, with what they have started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lpack.system import System

# Starts a child that outlives it, tells its number, and waits.
_PARENT = """
import subprocess, sys, time, pathlib
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def test_a_process_gives_its_output() -> None:
    """Both streams and the status arrive."""
    code = "import sys; print(sys.stdin.read()); print(2, file=sys.stderr); sys.exit(3)"

    done = System().run([sys.executable, "-c", code], stdin=b"1", timeout=60)

    assert (done.status, done.stdout.strip(), done.stderr.strip()) == (3, b"1", b"2")


def test_whatever_takes_too_long_ends_with_its_children(tmp_path: Path) -> None:
    """A compiler that a build has started does not go on without it."""
    told = tmp_path / "pid"

    with pytest.raises(TimeoutError):
        System().run(_command(told), timeout=2)

    assert _ends(int(told.read_text()))


def test_an_interrupt_ends_the_child_and_its_children(tmp_path: Path) -> None:
    """Only lpack itself gets the signal of Ctrl-C, as the child leads a session of its own."""
    told = tmp_path / "pid"
    waits = f"from lpack.system import System; System().run({_command(told)!r}, timeout=60)"
    with subprocess.Popen([sys.executable, "-c", waits], stderr=subprocess.DEVNULL) as process:
        while not (told.is_file() and told.read_text()):
            time.sleep(0.05)

        process.send_signal(signal.SIGINT)

        assert process.wait(30)
    assert _ends(int(told.read_text()))


def test_a_program_that_is_not_there_cannot_be_started() -> None:
    """The caller is told as the operating system tells it."""
    with pytest.raises(FileNotFoundError):
        System().run(["/nowhere/program"], timeout=1)


def _command(told: Path) -> list[str]:
    return [sys.executable, "-c", _PARENT, str(told)]


def _ends(process: int) -> bool:
    """Wait until a process that has been killed is gone, or nobody's to wait for."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
            if state.rpartition(") ")[2].startswith("Z"):
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False
