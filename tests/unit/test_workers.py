"""Jobs are shared out among processes, and their results come back in order."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lpack.workers import WorkerLostError, processors

SCRIPT = """
import os, signal, sys, time
from lpack.workers import WorkerLostError, share_out
{body}
"""


def run(body: str) -> subprocess.CompletedProcess[str]:
    """Run a script that has only one thread, so that it can be copied."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(body=body)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("processes", [1, 2, 3, 50])
@pytest.mark.parametrize("jobs", [0, 1, 2, 40, 9_000])
def test_results_come_in_the_order_of_the_jobs(jobs: int, processes: int) -> None:
    """Whoever does them, and however many there are."""
    done = run(
        f"heard = []\n"
        f"results = share_out(range({jobs}), lambda job: job * job, {processes},"
        f" lambda *told: heard.append(told))\n"
        f"assert results == [job * job for job in range({jobs})]\n"
        f"assert sorted(heard) == list(enumerate(results))"
    )

    assert done.returncode == 0, done.stderr


def test_large_results_arrive_whole() -> None:
    """Results are larger than what a pipe holds."""
    done = run("assert share_out(range(9), lambda job: [job] * 300_000, 3)[8] == [8] * 300_000")

    assert done.returncode == 0, done.stderr


def test_work_is_done_side_by_side() -> None:
    """Other processes than the first do it."""
    done = run("assert os.getpid() not in share_out(range(4), lambda job: os.getpid(), 2)")

    assert done.returncode == 0, done.stderr


def test_a_process_that_dies_loses_its_own_jobs() -> None:
    """The others go on; one that raises tells where."""
    done = run(
        "def do(job):\n"
        "    if job == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    if job == 5: raise ValueError('five')\n"
        "    return job\n"
        "results = share_out(range(40), do, 4)\n"
        "lost = [job for job in range(40) if isinstance(results[job], WorkerLostError)]\n"
        "assert {3, 5} <= set(lost) and len(lost) < 10, lost"
    )

    assert done.returncode == 0, done.stderr
    assert "ValueError: five" in done.stderr


def test_an_interrupt_ends_all_and_lets_them_clear_away() -> None:
    """What a process leaves through `finally` is done once, and nothing goes on."""
    done = run(
        "import tempfile\n"
        "folder = tempfile.mkdtemp()\n"
        "def do(job):\n"
        "    path = f'{folder}/{os.getpid()}'\n"
        "    open(path, 'w').close()\n"
        "    try:\n"
        "        if len(os.listdir(folder)) == 3: os.kill(os.getppid(), signal.SIGINT)\n"
        "        time.sleep(30)\n"
        "    finally:\n"
        "        time.sleep(0.05)\n"
        "        os.unlink(path)\n"
        "try:\n"
        "    share_out(range(3), do, 3)\n"
        "except KeyboardInterrupt:\n"
        "    assert os.listdir(folder) == []\n"
        "    os.rmdir(folder)\n"
        "    sys.exit(9)"
    )

    assert done.returncode == 9, done.stderr
    assert done.stderr == ""


def test_a_process_stops_when_nobody_waits() -> None:
    """When the first process is killed, the others end after the job at hand."""
    done = run(
        "def do(job):\n"
        "    if job == 0: os.kill(os.getppid(), signal.SIGKILL)\n"
        "    time.sleep(0.1)\n"
        "    print(job, flush=True)\n"
        "share_out(range(100), do, 2)"
    )

    # All have ended, or the pipe of standard output would still be open.
    assert done.returncode == -9
    assert len(done.stdout.split()) < 10


def test_at_least_one_process_can_work() -> None:
    """Where nothing is known of the machine, one does all."""
    assert 1 <= processors() <= (os.cpu_count() or 1)
    assert issubclass(WorkerLostError, Exception)
