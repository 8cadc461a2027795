"""Limits, and what stays of one call for the next."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from conforming.behaviour import Line
from conforming.commands import called
from conforming.running import body, error, made, seen
from conforming.sources import EXTENSIONS, LIFE, OWN, QUOTAS, READ_ONLY, by
from lpack.model import Surroundings
from tests.handler_zoo import doing, returning

if TYPE_CHECKING:
    from conforming.running import Made

_REUSED = doing(
    "calls.append(1)",
    "path = os.path.join(tempfile.gettempdir(), 'kept')",
    "found = [len(calls), os.path.exists(path)]",
    "open(path, 'w').close()",
    "if event == 'crash': os._exit(1)",
    "if event == 'hang': time.sleep(9)",
    "return found",
    setup="import os, tempfile, time\ncalls = []",
)
_LEAVING = doing(
    "for leave in (os.setsid, lambda: os.setpgid(0, 0)):",
    "    if os.fork() == 0:",
    "        leave()",
    "        if os.fork() == 0:",
    "            os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)',"
    " stream])",
    "        time.sleep(60)",
    "time.sleep(9)",
    setup="import os, sys, time\nstream = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']\n"
    "print('stream', stream)",
)
_THREADS = doing(
    "try:",
    "    while True:",
    "        threading.Thread(target=stop.wait, daemon=True).start()",
    "except RuntimeError as error:",
    "    return [str(error), threading.active_count() <= 1024]",
    "finally:",
    "    stop.set()",
    setup="import threading\nstop = threading.Event()\nthreading.stack_size(65536)",
)
_FILES = doing(
    "files = []",
    "try:",
    "    while True:",
    "        files.append(open('/dev/null'))",
    "except OSError as error:",
    "    return [error.strerror, max(file.fileno() for file in files)]",
)
_LIMITS = (
    "{n: resource.getrlimit(getattr(resource, n)) for n in"
    " ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_DATA', 'RLIMIT_FSIZE', 'RLIMIT_MEMLOCK', 'RLIMIT_STACK')}"
)
_MODES = "{p: stat.filemode(os.stat(p).st_mode) for p in ('/var/task', '/opt', '/tmp')}"
_MB = "(lambda s: s.f_blocks * s.f_frsize >> 20)(os.statvfs('/tmp'))"


def _left(found: Made) -> str:
    """Count the processes of a function that are still there."""
    stream = re.findall("stream (.*)", found.log)[0].encode()
    left = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - no paths are wanted
        try:
            if name.isdigit() and stream in Path("/proc", name, "cmdline").read_bytes():
                left.append(name)
        except OSError:
            continue
    return f"{found.calls[0].error_type}, {len(left)} left"


LINES = (
    Line("warm calls share globals and /tmp", "[1, false] [2, true]", LIFE,
         body(_REUSED, b"1", b"2")),
    Line(
        "after a crash globals are new and /tmp is kept",
        '[1, false] {"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime'
        ' exited with error: exit status 1"} [1, true]',
        LIFE,
        body(_REUSED, b"1", b'"crash"', b"3"),
    ),
    Line(
        "after a timeout globals are new and /tmp is kept",
        '[1, false] {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed'
        ' out after 1.00 seconds"} [1, true]',
        by("test_lambda_invoke_timed_out_environment_reuse"),
        body(_REUSED, b"1", b'"hang"', b"3", timeout=1),
    ),
    Line("another environment has a /tmp of its own", "[1, false] [1, false]", LIFE,
         lambda folder, python: " ".join(
             body(_REUSED)(folder / name, python) for name in ("one", "two"))),
    Line(
        "a timeout ends also what has left its group",
        "Sandbox.Timedout, 0 left",
        EXTENSIONS,
        seen(made(_LEAVING, timeout=1), _left),
    ),
    Line(
        "descriptors and processes",
        "[[1024, 1024], [742, 742]]",
        by("test_runtime_ulimits"),
        body(
            returning(
                "[resource.getrlimit(one)"
                " for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)]",
                "import resource",
            )
        ),
    ),
    Line("the last descriptor is 1,023", '["Too many open files", 1023]', QUOTAS, body(_FILES)),
    Line("too many threads are an error", '["can\'t start new thread", true]', QUOTAS,
         body(_THREADS)),
    Line(
        "other limits of a process",
        json.dumps(
            {
                "RLIMIT_AS": [-1, -1],
                "RLIMIT_CPU": [-1, -1],
                "RLIMIT_DATA": [-1, -1],
                "RLIMIT_FSIZE": [-1, -1],
                "RLIMIT_MEMLOCK": [65536, 65536],
                "RLIMIT_STACK": [8388608, -1],
            }
        ),
        by("test_runtime_ulimits"),
        body(returning(_LIMITS, "import resource")),
    ),
    Line(
        "images of a process that has crashed",
        "[10737418240, 10737418240]",
        by("test_runtime_ulimits"),
        body(returning("resource.getrlimit(resource.RLIMIT_CORE)", "import resource")),
    ),
    Line(
        "folders and their modes",
        '{"/var/task": "drwxr-xr-x", "/opt": "drwxr-xr-x", "/tmp": "drwxrwxrwt"}',
        by("test_runtime_introspection_x86"),
        called(returning(_MODES, "import os, stat").files["app.py"], ("-q",)),
    ),
    Line(
        "the task root cannot be written",
        "OSError: [Errno 30] Read-only file system: 'x' ID 1",
        READ_ONLY,
        error(doing("open('x', 'w')")),
    ),
    Line(
        "nor can /opt",
        "OSError: [Errno 30] Read-only file system: '/opt/x' ID 1",
        READ_ONLY,
        error(doing("open('/opt/x', 'w')"), layers=({"data": "1"},)),
    ),
    Line("temporary files have 512 MB", "512", QUOTAS, body(returning(_MB, "import os"))),
    Line("or what is configured", "2048", QUOTAS,
         body(returning(_MB, "import os"), ephemeral_storage=2048)),
    Line(
        "and no more",
        "OSError: [Errno 28] No space left on device ID 1",
        QUOTAS,
        error(
            doing("with open('/tmp/x', 'wb') as file: os.posix_fallocate(file.fileno(), 0, size)",
                  setup="import os\nsize = 513 << 20"),
            memory=1024,
        ),
    ),
    Line(
        "memory of all processes counts",
        "Runtime.ExitError: RequestId: ID Error: Runtime exited with error: signal: killed",
        QUOTAS,
        error(
            doing(
                "for _ in range(3):",
                "    if os.fork() == 0: x = bytearray(b'x' * (60 << 20)); time.sleep(9)",
                "time.sleep(9)",
                setup="import os, time",
            ),
            memory=128,
        ),
    ),
    Line(
        "without network",
        "OSError: [Errno 101] Network is unreachable ID 1",
        f"{OWN} (`--no-network`)",
        error(
            doing("socket.create_connection(('192.0.2.1', 80), 1)", setup="import socket"),
            around=Surroundings(network=False),
        ),
    ),
)  # fmt: skip
