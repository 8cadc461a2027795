"""The keeper of a function's processes, from lpack's side."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from lpack.runtime.keeper import PR_SET_CHILD_SUBREAPER, control, message, messages
from lpack.runtime.processes import descendants, holds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lpack.system import System

_PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keeper.py")  # noqa: PTH100, PTH118, PTH120 - a quick start
_PATIENCE = 5.0
"""Seconds that the keeper may take for what it is told."""
_LISTENING = b"L"
_GRACE = 2.0
"""Seconds that a keeper has to end by itself."""
_WAVES = 100
"""Times that orphans are looked for: each may have started others before it ended."""


class KeeperGone(Exception):
    """The keeper has ended, or does not answer."""


class Keeper:
    """A process that starts others and ends them all; made before it is known what for."""

    adopting = 0
    """Keepers without namespaces that there are in this process."""

    def __init__(self, system: System) -> None:
        """Start it; raises OSError."""
        import socket  # noqa: PLC0415 - only what runs functions needs it

        self.channel, theirs = socket.socketpair()
        self.log, log = os.pipe()
        """Where everything arrives that the function writes."""
        os.set_blocking(self.log, False)
        try:
            self.process = system.spawn(
                # Isolated (-I): nothing of the project or of the user changes what it imports.
                [sys.executable, "-I", "-S", _PROGRAM],
                environ={},
                descriptors=(theirs.fileno(), log),
            )
        finally:
            theirs.close()
            os.close(log)
        self.is_namespace = False
        self.mark = b""
        """What all processes of the function have in their environment, and no others."""
        self._is_prepared = False
        self.listening: int | None = None
        """A socket that listens where the function can reach it, if it can reach no other."""
        self._incoming = bytearray()
        self._ended: list[tuple[str, int, int]] = []
        self._gone = False
        self._adopts = False
        self._started: list[int] = []

    def prepare(self, plan: Mapping[str, Any]) -> str:
        """Let it take its place, in namespaces if the plan asks for that and the system allows.

        Gives the reason why there are none, or nothing. Raises KeeperGone.
        """
        self._tell(dict(plan))
        self._is_prepared = True
        if not plan["network"] and plan["isolation"] != "process":
            self._take_socket()
        answer = self._wait_for("prepared")
        self.is_namespace = bool(answer["namespace"])
        if not self.is_namespace:
            # Should the function end its keeper, what it leaves behind comes to this process.
            self._adopt(change=1)
        return str(answer["reason"])

    def spawn(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: str,
        limits: Mapping[str, int],
    ) -> None:
        """Start a program of the function; raises KeeperGone."""
        self._tell(
            {
                "do": "spawn",
                "name": name,
                "command": list(command),
                "environ": dict(environ),
                "folder": folder,
                "limits": list(limits.items()),
            }
        )
        self._started.append(int(self._wait_for("started")["pid"]))

    def ended(self) -> list[tuple[str, int, int]]:
        """Give what has ended since the last time: names, and what `os.waitpid` says of them.

        The last number is that of the error for which a program could not be run at all, or 0.
        """
        while not self._gone and self._readable(0):
            self._read()
        found, self._ended = self._ended, []
        return found

    def own(self, folder: str) -> None:
        """Let a folder be removed should lpack not be able to; raises KeeperGone."""
        self._tell({"do": "own", "folder": folder})

    def end(self, name: str, number: int = signal.SIGKILL) -> None:
        """End one process with a signal; what it has started stays, as a part of the function."""
        with contextlib.suppress(KeeperGone):
            self._tell({"do": "end", "name": name, "signal": int(number)})

    def kill(self) -> None:
        """End all that was started here; the keeper itself stays."""
        try:
            self._tell({"do": "kill"})
            self._wait_for("killed")
        except KeeperGone:
            self._end()
        self._ended.clear()

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing left to start anything with."""
        return self._gone

    def close(self) -> None:
        """End everything, the keeper included; may be called twice."""
        if self._is_prepared and not self._gone:
            with contextlib.suppress(KeeperGone):
                self._tell({"do": "kill"})
                self._wait_for("killed")
        self._end()
        if self.log >= 0:
            os.close(self.log)
            self.log = -1

    def _end(self) -> None:
        self._gone = True
        self.channel.close()
        if not self.process:
            return
        # It ends by itself, now that nobody holds the other end, and takes care of its own.
        if not _has_ended(self.process, _GRACE):
            there = [] if self.is_namespace else descendants(self.process)
            for one in (self.process, *there):
                with contextlib.suppress(OSError):
                    os.kill(one, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.process, 0)
        self.process = 0
        if self._adopts:
            self._end_orphans()
            self._adopt(change=-1)

    def _adopt(self, change: int) -> None:
        """Let what a function leaves behind come to this process, as long as there may be any."""
        self._adopts = change > 0
        Keeper.adopting += change
        control(PR_SET_CHILD_SUBREAPER, int(Keeper.adopting > 0))

    def _end_orphans(self) -> None:
        """End what has come to this process because the keeper had been ended before."""
        for _ in range(_WAVES):
            found = [one for one in descendants(os.getpid()) if holds(one, self.mark)]
            if not found:
                break
            for one in found:
                with contextlib.suppress(OSError):
                    os.kill(one, signal.SIGKILL)
                with contextlib.suppress(OSError):
                    os.waitpid(one, 0)
        # What has ended with the keeper has no environment any more that could be looked at.
        for one in self._started:
            with contextlib.suppress(OSError):
                os.waitpid(one, os.WNOHANG)

    def _tell(self, words: dict[str, Any]) -> None:
        if self._gone:
            raise KeeperGone
        try:
            self.channel.sendall(message(words))
        except OSError as error:
            raise KeeperGone from error

    def _wait_for(self, kind: str) -> dict[str, Any]:
        give_up = time.monotonic() + _PATIENCE
        while True:
            answer = None
            for words in messages(self._incoming):
                if words["is"] == kind:
                    answer = words
                else:
                    self._take(words)  # what is told right behind the answer counts too
            if answer is not None:
                return answer
            left = give_up - time.monotonic()
            if left <= 0 or not self._readable(left):
                raise KeeperGone
            self._read(take=False)
            if self._gone:
                raise KeeperGone

    def _readable(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self.channel, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _read(self, *, take: bool = True) -> None:
        try:
            piece = self.channel.recv(1 << 16)
        except OSError:
            piece = b""
        self._gone = not piece
        self._incoming += piece
        if take:
            for words in messages(self._incoming):
                self._take(words)

    def _take(self, words: dict[str, Any]) -> None:
        if words["is"] == "ended":
            self._ended.append((words["name"], words["status"], words["error"]))

    def _take_socket(self) -> None:
        """Receive the socket that listens in a network of the function's own."""
        import socket  # noqa: PLC0415 - see above

        if not self._readable(_PATIENCE):
            raise KeeperGone
        if self.channel.recv(1, socket.MSG_PEEK) != _LISTENING:
            return  # it could not, and says so in the usual way
        _, found, _, _ = socket.recv_fds(self.channel, 1, 1)
        self.listening = found[0]


def _has_ended(process: int, seconds: float) -> bool:
    """Wait for the end of a child process."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            if os.waitpid(process, os.WNOHANG)[0]:
                return True
        except ChildProcessError:
            return True
        time.sleep(0.0005)
    return False
