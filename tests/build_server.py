"""Runs lpack many times in a second: a process that has it loaded forks a child for each run.

Started by `tests.building`. A child can be given another user, umask or file size limit, and can
be made to die, or to get a signal, at its Nth change of the file system.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import lpack

_LOADED = (
    "deflate",
    "encodings.idna",
    "jsonschema",
    "packaging.pylock",
    "pathspec",
    "requests",
    "tomli_w",
    "truststore",
)
_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink"}
)
_LOADED_APART = ("lpack.__main__", "lpack.resolvers.pip_tools_child")


def serve() -> None:
    """Answer each line of JSON with one."""
    for module in pkgutil.walk_packages(lpack.__path__, "lpack."):
        if module.name not in _LOADED_APART:
            importlib.import_module(module.name)
    for name in _LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    out, told = Path(job["talk"], "out"), Path(job["talk"], "changes")
    told.write_text("")
    child = os.fork()
    if child == 0:
        _become(job, out, told)
    return {"status": os.waitstatus_to_exitcode(_wait(child, job["seconds"])[1])}


def _wait(child: int, seconds: float) -> tuple[int, int]:
    """Wait for the child's end; one that hangs is killed, which its status tells."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended = os.waitpid(child, os.WNOHANG)
        if ended[0]:
            return ended
        time.sleep(0.002)
    os.kill(child, signal.SIGALRM)
    return os.waitpid(child, 0)


def _become(job: dict[str, Any], out: Path, told: Path) -> None:
    """Turn into one run of lpack, and end with it."""
    _redirect(out)
    os.environ.clear()
    os.environ.update(job["environ"])
    time.tzset()
    os.chdir(job["folder"])
    os.umask(job["umask"])
    if job["file_size"] is not None:
        # Python ignores the signal and gets EFBIG; by default it kills in the middle of a write.
        if job["dies"]:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_size"], job["file_size"]))
    if job["user"] is not None:
        os.setgroups([])
        os.setgid(job["user"])
        os.setuid(job["user"])
    counter = _Counter(job["change"], job["signal"], told)
    sys.addaudithook(counter.hear)
    status = _run(job["words"])
    counter.write()
    os._exit(status)


def _redirect(out: Path) -> None:
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)


def _run(words: list[str]) -> int:
    from lpack.cli.main import main  # noqa: PLC0415 - after the fork, like all that lpack does

    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status


class _Counter:
    """Counts the changes of the file system, and sends a signal instead of the Nth."""

    def __init__(self, change: int | None, number: int, told: Path) -> None:
        self._change = change
        self._signal = number
        self._told = told
        self._seen = 0
        self._own = os.getpid()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if os.getpid() != self._own or not _is_change(event, arguments):
            return
        self._seen += 1
        if self._seen == self._change:
            os.kill(self._own, self._signal)

    def write(self) -> None:
        # Opened by the descriptor's number alone, which is no event.
        self._change = None
        self._told.write_text(str(self._seen))


def _is_change(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in _CHANGES:
        return True
    if event != "open":
        return False
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


if __name__ == "__main__":
    serve()
