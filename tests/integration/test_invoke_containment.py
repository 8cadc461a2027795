"""A handler that misbehaves neither outlives its time nor spoils its answer nor sees the user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.handler_zoo import Package, doing, module, returning
from tests.invocation_script import run_script, write_script

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps hold of orphans")

DAEMON = """
import os, time
def daemonise():
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print("daemon", os.getpid(), flush=True)
            os.write(tell, b"!")
            time.sleep(60)
        os._exit(0)
    os.wait()
    os.read(ready, 1)
"""


def _alive(log: str) -> list[int]:
    """Give the processes that the log names as daemons and that still run."""
    named = [int(line.split()[1]) for line in log.splitlines() if line.startswith("daemon ")]
    assert named
    return [pid for pid in named if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize(
    "lines",
    [("while True: pass",), ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(60)")],
)
def test_time_runs_out(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """The clock of the script ends a handler that does not end itself."""
    script = write_script(tmp_path, doing(*lines, setup="import signal, time\nprint('seen')"))
    started = time.monotonic()

    ran = run_script(script, "--timeout", "0.5")

    assert time.monotonic() - started < 5
    assert ran.status == 5
    request = ran.answer["errorMessage"].split()[1]
    assert ran.answer == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request} Error: Task timed out after 0.50 seconds",
    }
    assert ran.log.startswith("seen\nSTART ")
    assert f"Z {request} Task timed out after 0.50 seconds\n\nEND RequestId: {request}\n" in ran.log
    assert ran.log.endswith("\tStatus: timeout\n")


def test_the_import_has_time_of_its_own(tmp_path: Path) -> None:
    """An import longer than the timeout does not use up the handler's time."""
    script = write_script(tmp_path, module("import time\ntime.sleep(1)\ndef handler(e, c): pass\n"))

    ran = run_script(script, "--timeout", "0.5")

    assert (ran.status, ran.stdout) == (0, b"null\n")


@linux
@pytest.mark.parametrize("then", ["return 'done'", "time.sleep(60)", "os._exit(3)"])
def test_daemons_end_with_the_invocation(tmp_path: Path, then: str) -> None:
    """A daemon in a session of its own, holding stdout, neither delays the end nor survives."""
    script = write_script(tmp_path, doing("daemonise()", "daemonise()", then, setup=DAEMON))
    started = time.monotonic()

    ran = run_script(script, "--timeout", "1")

    assert time.monotonic() - started < 5
    assert ran.status == {"r": 0, "t": 5, "o": 4}[then[0]]
    assert _alive(ran.log) == []


@linux
def test_a_killed_script_takes_the_handler_along(tmp_path: Path) -> None:
    """When the script is killed, the handler's process ends too."""
    lines = ("print('daemon', os.getpid(), flush=True)", "time.sleep(60)")
    script = write_script(tmp_path, doing(*lines, setup="import os, time"), timeout=60)
    with subprocess.Popen(
        [sys.executable, script],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stderr is not None
        log = process.stderr.readline() + process.stderr.readline()

        process.kill()

    give_up = time.monotonic() + 5
    while _alive(log) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert _alive(log) == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interrupted_script_cleans_up(tmp_path: Path, number: int, status: int) -> None:
    """An interrupt ends everything without a traceback, and leaves no folder behind."""
    script = write_script(tmp_path, doing("time.sleep(60)", setup="import time"), timeout=60)
    folder = tmp_path / "temporary"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()

        process.send_signal(number)
        output, log = process.communicate(timeout=10)

    assert first.startswith("START ")
    assert (process.returncode, output, log) == (status, "", "")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", ["ok", "error", "exit"])
def test_nothing_is_left_behind(tmp_path: Path, mode: str) -> None:
    """However the handler ends, the temporary folder goes, with what the handler put into it."""
    lines = {"ok": "return 1", "error": "raise OSError", "exit": "os._exit(1)"}[mode]
    write = "open(os.path.join(os.path.dirname(os.getcwd()), 'mine'), 'w').close()"
    script = write_script(tmp_path, doing(write, lines, setup="import os"))
    folder = tmp_path / "temporary"
    folder.mkdir()

    run_script(script, environ={"TMPDIR": str(folder)})

    assert list(folder.iterdir()) == []


def test_a_megabyte_without_a_newline(tmp_path: Path) -> None:
    """Much output neither blocks the handler nor mixes with its answer."""
    script = write_script(
        tmp_path, doing("print('x' * 1_000_000, end='')", "return 'y' * 1_000_000")
    )

    ran = run_script(script)

    assert ran.answer == "y" * 1_000_000
    assert ran.log.count("x") > 999_999


def test_output_cannot_pose_as_an_answer(tmp_path: Path) -> None:
    """What a handler writes to any of its descriptors stays out of the response."""
    script = write_script(
        tmp_path,
        doing(
            "for number in range(256):",
            "    try:",
            "        os.write(number, b'response 4\\nfake')",
            "    except OSError:",
            "        pass",
            "return 'true'",
            setup="import os",
        ),
    )

    ran = run_script(script)

    assert (ran.status, ran.answer) == (0, "true")


@pytest.mark.parametrize("then", ["return 'open'", "raise ValueError('open')", "print(1)"])
def test_closed_descriptors_do_not_stop_the_answer(tmp_path: Path, then: str) -> None:
    """A handler that closes every descriptor is answered for all the same."""
    script = write_script(tmp_path, doing("os.closerange(0, 4096)", then, setup="import os"))

    ran = run_script(script)

    answers = {"r": "open", "p": "OSError"}
    if then.startswith("raise"):
        assert ran.answer["errorType"] == "ValueError"
    elif then.startswith("return"):
        assert ran.answer == "open"
    else:
        assert ran.answer["errorType"] == answers["p"]


def test_a_fork_that_returns_does_not_answer(tmp_path: Path) -> None:
    """When the handler forks and both copies return, the first process answers."""
    lines = ("if os.fork() == 0:", "    return 'copy'", "os.wait()", "return 'first'")
    script = write_script(tmp_path, doing(*lines, setup="import os"))

    ran = run_script(script)

    assert ran.answer == "first"


def test_threads_do_not_keep_it_alive(tmp_path: Path) -> None:
    """Threads that go on after the answer are frozen, as Lambda freezes them."""
    start = "threading.Thread(target=time.sleep, args=(60,)).start()"
    script = write_script(tmp_path, doing(start, "return 1", setup="import threading, time"))
    started = time.monotonic()

    ran = run_script(script)

    assert ran.answer == 1
    assert time.monotonic() - started < 5


def test_nothing_of_the_host_leaks_in(tmp_path: Path) -> None:
    """The handler's environment is Lambda's and the function's, and no variable of the user's."""
    script = write_script(
        tmp_path,
        returning("dict(os.environ)", "import os"),
        environment={"TABLE": "orders", "CONFIG": "/var/task/config.json:/var/tasks"},
        runtime="python3.13",
    )
    sentinels = {
        "AWS_SECRET_ACCESS_KEY": "sentinel",
        "AWS_PROFILE": "sentinel",
        "AWS_REGION": "eu-central-1",
        "GITHUB_TOKEN": "sentinel",
        "PYTHONSTARTUP": "sentinel",
        "SSH_AUTH_SOCK": "sentinel",
        "XDG_SENTINEL": "sentinel",
    }

    ran = run_script(script, "--env", "TABLE=others", "--env", "EMPTY=", environ=sentinels)

    found = ran.answer
    root = found["LAMBDA_TASK_ROOT"]
    assert "sentinel" not in json.dumps(found)
    assert found["TABLE"] == "others"
    assert found["EMPTY"] == ""
    assert found["CONFIG"] == f"{root}/config.json:/var/tasks"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert found["_HANDLER"] == "app.handler"
    assert found["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert found["TZ"] == ":UTC"
    assert found["LC_CTYPE"] == "C.UTF-8"
    assert found["LD_LIBRARY_PATH"] == f"{root}:{root}/lib"
    assert found["PYTHONPATH"] == "/var/runtime"
    assert not {"HOME", "USER", "VIRTUAL_ENV", "TERM", "TMPDIR"} & found.keys()


def test_packages_of_the_host_are_invisible(tmp_path: Path) -> None:
    """Neither site-packages, nor the folder of the script, nor PYTHONPATH can be imported from."""
    (tmp_path / "beside.py").write_text("")
    package = returning(
        "[importlib.util.find_spec(name) is None for name in ('pytest', 'pip', 'beside')]"
        " + [sys.path[0] == os.getcwd() == os.environ['LAMBDA_TASK_ROOT']]"
        " + [any('site-packages' in path for path in sys.path)]",
        "import importlib.util, os, sys",
    )
    script = write_script(tmp_path, package)

    ran = run_script(script, environ={"PYTHONPATH": str(tmp_path)})

    assert ran.answer == [True, True, True, True, False]


def test_the_functions_own_python_path_counts(tmp_path: Path) -> None:
    """A PYTHONPATH that the function sets leads into the unpacked package."""
    package = Package(
        {
            "app.py": "import vendored\ndef handler(event, context):\n    return vendored.V\n",
            "libraries/vendored.py": "V = 9\n",
        }
    )
    script = write_script(tmp_path, package, environment={"PYTHONPATH": "/var/task/libraries"})

    ran = run_script(script)

    assert ran.answer == 9


def test_the_input_is_empty(tmp_path: Path) -> None:
    """The handler does not read what the script was given on stdin."""
    script = write_script(tmp_path, returning("sys.stdin.read()", "import sys"))

    ran = run_script(script, stdin=b"typed by the user")

    assert ran.answer == ""
