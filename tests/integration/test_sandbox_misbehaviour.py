"""Whatever a handler does, the call ends in time, the answer is its own, and nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Call, Surroundings
from lpack.runtime import NoIsolation
from lpack.runtime.processes import descendants
from tests.handler_zoo import Package, doing, module
from tests.sandboxes import deployment_of, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Deployment
    from lpack.runtime import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps hold of orphans")

DAEMON = """
import os, time
def daemonise():
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(tell, b"!")
            time.sleep(60)
        os._exit(0)
    os.wait()
    os.read(ready, 1)
"""


@dataclass(frozen=True)
class Misbehaviour:
    """What a handler does, and how the call has to end."""

    package: Package
    status: str = "success"
    body: Any = None
    """JSON, or the end of an error's message."""
    error_type: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    is_warm: bool = False
    """Whether the process serves the next call."""


def killed(name: str = "killed") -> str:
    return f"Runtime exited with error: signal: {name}"


GONE = "Runtime.ExitError"
FOURTEEN = {
    "prints without end": Misbehaviour(
        doing("print('x' * 20_000_000, end='')", "return 'done'"), body="done", is_warm=True
    ),
    "closes descriptors": Misbehaviour(
        doing("os.closerange(0, 256)", "return 'closed'", setup="import os"),
        body="closed",
        is_warm=True,
    ),
    "exits": Misbehaviour(
        doing("os._exit(0)", setup="import os"), "error", "without providing a reason", GONE
    ),
    "faults": Misbehaviour(
        doing("ctypes.string_at(0)", setup="import ctypes"),
        "error",
        killed("segmentation fault"),
        GONE,
    ),
    "overflows the stack": Misbehaviour(
        doing(
            # Of C, which no limit of Python guards: glibc reads brackets one inside the other.
            "ctypes.CDLL(None).regcomp(ctypes.create_string_buffer(4096), b'(' * 10**6, 1)",
            setup="import ctypes",
        ),
        "error",
        killed("segmentation fault"),
        GONE,
    ),
    "takes much memory": Misbehaviour(
        doing("x = bytearray(400 << 20)", "time.sleep(9)", setup="import time"),
        "error",
        killed(),
        GONE,
    ),
    "loops in C": Misbehaviour(
        doing("re.match('(a+)+$', 'a' * 60 + 'b')", setup="import re"),
        "timeout",
        "Task timed out after 0.50 seconds",
        "Sandbox.Timedout",
        {"timeout": 0.5},
    ),
    "ignores signals": Misbehaviour(
        doing(
            "for number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)",
            "time.sleep(60)",
            setup="import signal, time",
        ),
        "timeout",
        "Task timed out after 0.50 seconds",
        "Sandbox.Timedout",
        {"timeout": 0.5},
    ),
    "leaves daemons": Misbehaviour(
        doing("daemonise()", "daemonise()", "os._exit(3)", setup=DAEMON),
        "error",
        "exit status 3",
        GONE,
    ),
    "leaves daemons and hangs": Misbehaviour(
        doing("daemonise()", "daemonise()", "time.sleep(60)", setup=DAEMON),
        "timeout",
        "Task timed out after 0.50 seconds",
        "Sandbox.Timedout",
        {"timeout": 0.5},
    ),
    "starts many children": Misbehaviour(
        doing(
            "for _ in range(300):",
            "    if os.fork() == 0: time.sleep(60)",
            "os._exit(4)",
            setup="import os, time",
        ),
        "error",
        "exit status 4",
        GONE,
        {"memory": 10_240, "timeout": 10},
    ),
    "ends its keeper": Misbehaviour(
        doing(
            "daemonise()", "os.kill(os.getppid(), 9)", "time.sleep(0.2)", "return 1", setup=DAEMON
        ),
        "error",
        killed(),
        GONE,
    ),
    "leaves threads": Misbehaviour(
        doing(
            "threading.Thread(target=time.sleep, args=(60,)).start()",
            "return 1",
            setup="import threading, time",
        ),
        body=1,
        is_warm=True,
    ),
    "changes the process": Misbehaviour(
        doing(
            "os.chdir('/')",
            "os.environ.clear()",
            "os.umask(0o777)",
            "sys.path.clear()",
            "return 'changed'",
            setup="import os, sys",
        ),
        body="changed",
        is_warm=True,
    ),
    "interrupts itself": Misbehaviour(
        doing("raise KeyboardInterrupt"), "error", killed("interrupt"), GONE
    ),
    "imports for ever": Misbehaviour(
        module("import time\ntime.sleep(60)\ndef handler(event, context): pass\n"),
        "timeout",
        "Task timed out after 0.50 seconds",
        "Sandbox.Timedout",
        {"timeout": 0.5},
    ),
    "exits at import": Misbehaviour(module("import sys\nsys.exit(3)\n"), "error", "status 3", GONE),
}


@contextlib.contextmanager
def opened(deployment: Deployment, isolation: str) -> Iterator[Sandbox]:
    """Open a sandbox of one kind, and look that nothing of it is left."""
    before = set(descendants(os.getpid()))
    handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only
    try:
        opening = sandbox(deployment, Surroundings(isolation=isolation))  # type: ignore[arg-type]
        with opening as box:
            folder = box.housing.layout.folder
            yield box
    except NoIsolation as error:
        pytest.skip(f"there are no namespaces here: {error}")
    assert set(descendants(os.getpid())) == before
    assert not folder or not Path(folder).exists()
    assert len(os.listdir("/proc/self/fd")) == handles  # noqa: PTH208 - see above


@pytest.mark.parametrize("isolation", ["namespace", "process"])
@pytest.mark.parametrize("name", FOURTEEN)
def test_misbehaviour_is_contained(tmp_path: Path, name: str, isolation: str) -> None:
    """The call ends as Lambda ends it, in time; of a process that is gone nothing runs on."""
    case = FOURTEEN[name]
    settings = {"timeout": 5, **case.settings}
    started = time.monotonic()

    with opened(deployment_of(tmp_path, case.package, **settings), isolation) as box:
        if name.startswith("imports"):
            object.__setattr__(box.limits, "init", 0.5)
        done = box.invoke(Call(b"{}"))
        if name == "ends its keeper" and isolation == "namespace":
            # The first process of a namespace is out of reach.
            assert done.error_type in (None, "PermissionError")
            return
        left = [] if box.is_warm else box.housing.processes()
        is_warm = box.is_warm

    assert time.monotonic() - started < settings["timeout"] + 4
    assert (done.status, done.error_type) == (case.status, case.error_type)
    found = json.loads(done.payload)
    assert found["errorMessage"].endswith(case.body) if case.error_type else found == case.body
    assert (is_warm, left) == (case.is_warm, [])


@pytest.mark.parametrize("isolation", ["namespace", "process"])
def test_output_cannot_pose_as_an_answer(tmp_path: Path, isolation: str) -> None:
    """What a handler writes over its client's connection is an error of its own, as on Lambda."""
    package = doing(
        "for number in range(3, 256):",
        "    try: os.write(number, b'HTTP/1.1 200 OK\\r\\n\\r\\nfake')",
        "    except OSError: pass",
        "return 'true'",
        setup="import os",
    )

    with opened(deployment_of(tmp_path, package), isolation) as box:
        done = box.invoke()
        again = box.invoke()

    for one in (done, again):
        assert one.payload == b'"true"' or one.error_type == GONE


def test_a_fresh_process_after_a_crash_finds_its_files(tmp_path: Path) -> None:
    """Globals are lost with the process, and what is in /tmp stays."""
    package = doing(
        "count.append(1)",
        "path = pathlib.Path(tempfile.gettempdir(), 'kept')",
        "path.write_text(path.read_text() + 'x' if path.exists() else 'x')",
        "if event == 'crash': os._exit(1)",
        "if event == 'hang': time.sleep(60)",
        "return [len(count), path.read_text()]",
        setup="import os, pathlib, tempfile, time\ncount = []",
    )

    with opened(deployment_of(tmp_path, package, timeout=1), "auto") as box:
        events = (b"1", b"2", b'"crash"', b"3", b'"hang"', b"4")
        found = [box.invoke(Call(event)) for event in events]

    answers = [json.loads(one.payload) for one in found if not one.function_error]
    assert answers == [[1, "x"], [2, "xx"], [1, "xxxx"], [1, "xxxxxx"]]
    assert [one.init is None for one in found] == [False, True, True, False, True, False]


@pytest.mark.parametrize("isolation", ["namespace", "process"])
def test_all_ends_with_lpack(tmp_path: Path, isolation: str) -> None:
    """When lpack is killed, nothing of the function survives, daemons included."""
    mark = f"mark-{os.urandom(8).hex()}"
    package = doing("daemonise()", "time.sleep(60)", setup=DAEMON)
    deployment = deployment_of(tmp_path, package, timeout=60, environment=(("MARK_OF_TEST", mark),))
    program = (
        "import pickle, sys; from lpack.model import Surroundings; from tests.sandboxes import *\n"
        "deployment = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "def hear(request, piece):\n"
        "    if b'START RequestId' in piece: print('started', flush=True)\n"
        "with sandbox(deployment, Surroundings(isolation=sys.argv[2]), listener=hear) as box:\n"
        "    box.invoke()\n"
    )
    import pickle  # noqa: PLC0415 - of our own, for our own

    words = [sys.executable, "-c", program, pickle.dumps(deployment).hex(), isolation]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            pytest.skip("there are no namespaces here")
        give_up = time.monotonic() + 5
        while len(there := marked(mark)) < 2 and time.monotonic() < give_up:
            time.sleep(0.02)

        process.send_signal(signal.SIGKILL)

    give_up = time.monotonic() + 3
    while marked(mark) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert len(there) == 2
    assert marked(mark) == []


def marked(mark: str) -> list[int]:
    """Give the processes with a mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
