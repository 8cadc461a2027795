"""Runs lpack many times in a second: a process that has it loaded forks a child for each run.

Started by `tests.building`. A child can be given another user, umask or file size limit, and can
be made to die, or to get a signal, at its Nth change of the file system.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import time
from typing import Any, NoReturn

import lpack

_LOADED = (
    "concurrent.futures.thread",
    "deflate",
    "encodings.ascii",
    "encodings.cp437",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.utf_8_sig",
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
    talk, changes = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        _become(job, talk[1], changes[1])
    os.close(talk[1])
    os.close(changes[1])
    said, status = _watch(child, talk[0], job["seconds"])
    counted = os.read(changes[0], 100)
    os.close(talk[0])
    os.close(changes[0])
    return {"status": status, "talk": said, "changes": int(counted or 0)}


def _watch(child: int, talk: int, seconds: float) -> tuple[str, int]:
    """Read what a child says until its end; one that hangs is killed, which its status tells."""
    os.set_blocking(talk, False)
    said, end = b"", time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(talk, 1 << 16):
                said += piece
        if ended:
            return said.decode("utf-8", "replace"), os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(child, signal.SIGALRM)
        time.sleep(0.002)


def _become(job: dict[str, Any], talk: int, changes: int) -> NoReturn:
    """Turn into one run of lpack, and end with it."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(talk, 1)
    os.dup2(talk, 2)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
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
    counter = _Counter(job["change"], job["signal"])
    sys.addaudithook(counter.hear)
    status = _run(job["words"])
    os.write(changes, b"%d" % counter.seen)
    os._exit(status)


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

    def __init__(self, change: int | None, number: int) -> None:
        self._change = change
        self._signal = number
        self.seen = 0
        self._own = os.getpid()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if os.getpid() != self._own or not _is_change(event, arguments):
            return
        self.seen += 1
        if self.seen == self._change:
            os.kill(self._own, self._signal)


def _is_change(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in _CHANGES:
        return True
    if event != "open":
        return False
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


if __name__ == "__main__":
    serve()
