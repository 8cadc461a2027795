"""The place that a function's processes live in: files, network, memory, and a way to end them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from typing import TYPE_CHECKING

from lpack.runtime import faults
from lpack.runtime.environment import environment, log_stream
from lpack.runtime.frames import Frames
from lpack.runtime.layout import Layout, beside, enclosed, plan_for
from lpack.runtime.levels import Levels
from lpack.runtime.metadata import Metadata
from lpack.runtime.processes import children, descendants, highest, resident, tasks
from lpack.runtime.server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.model import Deployment, Surroundings
    from lpack.runtime.bounds import Bounds
    from lpack.runtime.keeping import Keeper
    from lpack.runtime.server import Handle

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the others were recorded
# by LocalStack's `test_runtime_ulimits`, on AWS in November 2025.
DESCRIPTORS, PROCESSES = 1_024, 742
LOCKED = 65_536
"""Bytes of memory that may be kept from being swapped."""
_PIECE = 1 << 16
_PIECES = 64
"""Pieces of the log that are read before anything else is looked at."""
RUNTIME = "runtime"


class NoIsolation(Exception):
    """What was asked for needs namespaces, and the system allows none: the reason."""


class Housing:
    """One place, with one keeper; the processes in it may end and be started again."""

    def __init__(
        self,
        deployment: Deployment,
        surroundings: Surroundings,
        keeper: Keeper,
        handle: Handle,
        response_bytes: int,
    ) -> None:
        """Make the place; raises NoIsolation, KeeperGone or OSError."""
        self.deployment = deployment
        self.surroundings = surroundings
        self.keeper = keeper
        self.stream = log_stream(surroundings)
        keeper.mark = self.stream.encode()
        self.reason = keeper.prepare(plan_for(deployment, surroundings))
        """Why there are no namespaces; empty where there are."""
        if self.reason and (surroundings.isolation == "namespace" or not surroundings.network):
            raise NoIsolation(self.reason)
        self.layout: Layout = beside(deployment) if self.reason else enclosed(deployment)
        self.bounds: Bounds | None = None
        """Of what the system itself does not bound."""
        if self.layout.folder:
            keeper.own(self.layout.folder)
            from lpack.runtime import bounds  # noqa: PLC0415 - not needed in namespaces

            size = deployment.ephemeral_storage << 20
            self.bounds = bounds.Bounds(self.layout.places.temporary, size, PROCESSES)
        listening = keeper.listening
        given = None if listening is None else socket.socket(fileno=listening)
        self.server = Server(handle, response_bytes, given)
        self.metadata = Metadata(surroundings.region)
        self._frames = Frames()
        is_json = deployment.log_format == "JSON"
        self._levels = Levels(deployment.application_log_level) if is_json else None
        self._statuses: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._programs: dict[str, str] = {}
        self._root = 0

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables of the function's processes."""
        address, places = self.server.address, self.layout.places
        found = environment(self.deployment, self.surroundings, places, self.stream, address)
        found["AWS_LAMBDA_METADATA_TOKEN"] = self.metadata.token
        return found if places.are_real else {"TMPDIR": places.temporary, **found}

    def start(self, name: str, command: tuple[str, ...], environ: Mapping[str, str]) -> None:
        """Start a process of the function; raises KeeperGone."""
        self._statuses.pop(name, None)
        self._refused.pop(name, None)
        self._programs[name] = self.layout.places.there(command[0].encode()).decode()
        limits = {"RLIMIT_NOFILE": DESCRIPTORS, "RLIMIT_MEMLOCK": LOCKED, "RLIMIT_CORE": 0}
        if self.layout.places.are_real:
            # Elsewhere, all that the user runs counts: see `bounds.py`.
            limits["RLIMIT_NPROC"] = PROCESSES
        else:
            limits["RLIMIT_FSIZE"] = self.deployment.ephemeral_storage << 20
        self.keeper.spawn(name, command, environ, self.layout.places.task, limits)

    def poll(self, seconds: float) -> list[bytes]:
        """Wait until something happens, do what there is to do, and give what was logged."""
        poll = select.poll()
        poll.register(self.keeper.log, select.POLLIN)
        if not self.keeper.is_gone:
            poll.register(self.keeper.channel, select.POLLIN)
        self.server.register(poll)
        ready = dict(poll.poll(max(0, seconds * 1000)))
        # First: what was written before a request was made belongs before its answer.
        log = self.read_log()
        self.server.serve(ready)
        for name, status, error in self.keeper.ended():
            self._statuses[name], self._refused[name] = status, error
        return log

    def read_log(self) -> list[bytes]:
        """Give what has been logged so far, in pieces."""
        return self._wanted(self._written())

    def rest_of_log(self) -> list[bytes]:
        """Give all that was logged, also what looks unfinished."""
        pieces: list[bytes] = []
        while some := self._written():
            pieces += some
        wanted = self._wanted([*pieces, self._frames.flush()])
        return wanted if self._levels is None else [*wanted, self._levels.flush()]

    def _wanted(self, pieces: list[bytes]) -> list[bytes]:
        if self._levels is None:
            return pieces
        return [self._levels.feed(piece) for piece in pieces]

    def _written(self) -> list[bytes]:
        """Give what has been written so far, of whatever level."""
        found: list[bytes] = []
        with contextlib.suppress(BlockingIOError):
            for _ in range(_PIECES):
                piece = os.read(self.keeper.log, _PIECE)
                if not piece:
                    break
                found += self._frames.feed(piece)
        if self.layout.places.are_real:
            return found
        return [type(one)(self.layout.places.there(one)) for one in found]

    def status_of(self, name: str) -> int | None:
        """Give how a process ended, as `os.waitpid` says it; None while it runs."""
        if self.keeper.is_gone:
            return self._statuses.get(name, 9)
        return self._statuses.get(name)

    def refusal_of(self, name: str) -> str:
        """Tell why a program was not run at all; empty where it was."""
        error = self._refused.get(name, 0)
        return faults.not_run(self._programs[name], error) if error else ""

    def runs(self, name: str) -> bool:
        """Whether a process was started, and has not ended."""
        return name in self._programs and self.status_of(name) is None

    def processes(self) -> list[int]:
        """Give all that the function has started, and that still runs."""
        return descendants(self._keeper_process())

    def used(self) -> tuple[int, int]:
        """Give the bytes of memory and the number of threads of all that runs."""
        there = self.processes()
        threads = tasks(there) if len(there) > 1 or self.bounds is not None else 1
        if self.bounds is not None:
            self.bounds.look(there, threads)
        return resident(there), threads

    def peak(self) -> int:
        """Give the most bytes that any one process has used."""
        return max(map(highest, self.processes()), default=0)

    def end(self, name: str, *, gently: bool = False) -> None:
        """End one process that was started here, if it runs; it may take note of it, or not."""
        self.keeper.end(name, signal.SIGTERM if gently else signal.SIGKILL)

    def end_all(self) -> None:
        """End all processes of the function; the files in /tmp stay."""
        self.keeper.kill()
        for of_these in (self._statuses, self._refused, self._programs):
            of_these.clear()
        self.server.disconnect()

    def close(self) -> None:
        """End everything and leave nothing behind."""
        self.keeper.close()
        self.server.close()
        if self.layout.folder:
            import shutil  # noqa: PLC0415 - where there are namespaces, there is no folder

            _unlock(self.layout.folder)
            shutil.rmtree(self.layout.folder, ignore_errors=True)

    def _keeper_process(self) -> int:
        """Give the process of the keeper that starts the others."""
        if not self._root:
            self._root = self.keeper.process
            while self.keeper.is_namespace and (found := children(self._root)):
                self._root = found[0]
                if len(found) == 1 and self._is_first(self._root):
                    break
        return self._root

    def _is_first(self, process: int) -> bool:
        """Whether a process is the first one of a namespace of its own."""
        with contextlib.suppress(OSError), open(f"/proc/{process}/status", "rb") as file:  # noqa: PTH123
            for line in file:
                if line.startswith(b"NSpid:"):
                    return line.split()[-1] == b"1"
        return False


def _unlock(folder: str) -> None:
    """Let what the function has locked in its /tmp be removed."""
    for parent, names, _ in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                os.chmod(f"{parent}/{name}", 0o700, follow_symlinks=False)  # noqa: PTH101
