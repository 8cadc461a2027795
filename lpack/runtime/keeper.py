"""Keeps a function's processes together; run as a program of its own, with nothing of lpack.

It stands between lpack and the handler: what the handler starts can never get past it, and all of
it ends when lpack does, however that ends. It is told what to do in messages (`marshal`, with the
length before it) and tells in the same way what has happened. Only what Python loads at once is
imported: every start of a function waits for this.
"""

# What is imported here is waited for at every start.
# ruff: noqa: PTH123, PTH208, SIM105

from __future__ import annotations

import errno
import marshal
import os
import resource
import select
import signal
import sys
import time

try:
    import ctypes
except ImportError:  # a Python that was built without
    ctypes = None  # type: ignore[assignment]

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from typing import Any

CONTROL, LOG = 3, 4
"""The descriptors that lpack hands over."""
LENGTH = 4
PR_SET_CHILD_SUBREAPER = 36
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PATIENCE = 2.0
"""Seconds that the end of what was killed is waited for."""
_TICK = 10
"""Milliseconds between looks at children where the system cannot tell of their end."""
_SECOND = 1_000
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127


class Keeper:
    """Starts what lpack asks for, tells of its end, and kills all of it."""

    def __init__(self, *, is_first: bool, user: int | None, group: int | None) -> None:
        """Say whether it is the first process of a namespace, and who the function runs as."""
        self.is_first = is_first
        self.user = user
        self.group = group
        self.named: dict[int, str] = {}
        self.watched: dict[int, int] = {}
        """Descriptors that become readable when a process ends, and that process."""
        self.begun: dict[int, int] = {}
        """Where a process tells, in the number of the error, why its program cannot be run."""
        self.incoming = bytearray()
        self.folder = ""
        """Of temporary files, which goes with lpack if that cannot do it any more."""

    def serve(self) -> None:
        """Do as lpack says until it is gone."""
        poll = select.poll()
        poll.register(CONTROL, select.POLLIN)
        while True:
            for handle in self.watched:
                poll.register(handle, select.POLLIN)
            blind = len(self.watched) < len(self.named)
            ready = dict(poll.poll(_TICK if blind else _SECOND))
            for handle in [one for one in ready if one in self.watched]:
                poll.unregister(handle)
                del self.watched[handle]
                os.close(handle)
            self.reap()
            if CONTROL in ready and not self._listen():
                self.kill()
                self._clean()
                return

    def _listen(self) -> bool:
        """Take what lpack says; False when it is gone."""
        try:
            piece = os.read(CONTROL, 1 << 16)
        except OSError:
            return False
        self.incoming += piece
        for words in messages(self.incoming):
            if words["do"] == "spawn":
                self.spawn(words)
            elif words["do"] == "own":
                self.folder = words["folder"]
            elif words["do"] == "end":
                for process in [one for one, name in self.named.items() if name == words["name"]]:
                    _signal(process, words["signal"])
            elif words["do"] == "kill":
                self.kill()
                tell({"is": "killed", "left": len(_children())})
        return bool(piece)

    def _clean(self) -> None:
        if self.folder:
            import shutil  # noqa: PLC0415 - only when lpack was killed, or has cleaned itself

            shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, words: dict[str, Any]) -> None:
        """Start a program, and tell its process number."""
        told, tells = os.pipe()
        process = os.fork()
        if not process:
            number = 0
            try:
                self._become(words, tells)
            except OSError as error:
                number = error.errno or 0
                os.write(LOG, bytes((number,)))
            finally:
                os._exit(_NOT_FOUND if number == errno.ENOENT else _NOT_EXECUTABLE)
        os.close(tells)
        self.named[process], self.begun[process] = words["name"], told
        try:
            self.watched[os.pidfd_open(process)] = process
        except (OSError, AttributeError):
            pass  # an older kernel, or another system: see `blind`
        tell({"is": "started", "name": words["name"], "pid": process})

    def _become(self, words: dict[str, Any], tells: int) -> None:
        os.setsid()
        if not self.is_first:
            control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _default_signals()
        for number in (0, 1, 2, 3):
            os.dup2(LOG if number else os.open(os.devnull, os.O_RDONLY), number)
        os.dup2(tells, LOG, inheritable=False)  # closed by the program, once it runs
        os.closerange(LOG + 1, 1 << 16)
        for name, most in words["limits"]:
            _limit(name, most)
        os.umask(0o022)
        if self.user is not None and self.group is not None:
            os.setgroups([])
            os.setresgid(self.group, self.group, self.group)
            os.setresuid(self.user, self.user, self.user)
        control(_PR_SET_NO_NEW_PRIVS, 1)
        os.chdir(words["folder"])
        os.execve(  # noqa: S606 - never a shell
            words["command"][0], words["command"], words["environ"]
        )

    def reap(self) -> None:
        """Take note of what has ended, orphans of the handler among it."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            name = self.named.pop(process, None)
            if name is not None:
                told = self.begun.pop(process)
                number = int.from_bytes(os.read(told, 1), "big")
                os.close(told)
                tell({"is": "ended", "name": name, "status": status, "error": number})

    def kill(self) -> None:
        """End every process that was started here, also those that have left their group."""
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up:
            if self.is_first:
                _signal(-1, signal.SIGKILL)
            else:
                # Stopped first, all of them: what runs on could start others meanwhile.
                there = _descendants(os.getpid())
                for number in (signal.SIGSTOP, signal.SIGKILL):
                    for process in there:
                        _signal(process, number)
            self.reap()
            if not self.named and not _children():
                return
            time.sleep(0.001)


def messages(content: bytearray) -> list[dict[str, Any]]:
    """Take whole messages from the front of what has arrived."""
    whole = []
    while len(content) >= LENGTH:
        end = LENGTH + int.from_bytes(content[:LENGTH], "big")
        if len(content) < end:
            break
        # What lpack and this program tell each other comes from nobody else.
        whole.append(marshal.loads(content[LENGTH:end]))  # noqa: S302 - see above
        del content[:end]
    return whole


def message(words: dict[str, Any]) -> bytes:
    """Give a message as it is sent."""
    content = marshal.dumps(words)
    return len(content).to_bytes(LENGTH, "big") + content


def tell(words: dict[str, Any]) -> None:
    """Send a message to lpack, unless it is gone."""
    try:
        os.write(CONTROL, message(words))
    except OSError:
        pass  # the next look at the descriptor shows it


def control(option: int, value: int) -> None:
    """Ask Linux for something that concerns this process; other systems have no such thing."""
    try:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def _default_signals() -> None:
    """Undo what Python and whoever has started lpack do to signals: it would outlast the program.

    A shell's `nohup`, for one, ignores SIGHUP.
    """
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass  # one of those that cannot be changed
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _limit(name: str, most: int) -> None:
    try:
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        if hard not in (-1, resource.RLIM_INFINITY):
            most = min(most, hard)
        resource.setrlimit(number, (most, most))
    except (AttributeError, OSError, ValueError):
        pass  # the system has no such limit


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except OSError:
        pass  # it has ended


def _children() -> list[int]:
    return _children_of(os.getpid())


def _children_of(process: int) -> list[int]:
    found = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:
                found += [int(one) for one in file.read().split()]
    except OSError:
        pass  # it has ended, or this is not Linux
    return found


def _descendants(process: int) -> list[int]:
    found = _children_of(process)
    for one in found:
        found += [child for child in _children_of(one) if child not in found]
    return found


def main() -> None:
    """Wait for the plan, go into a namespace where that is wanted and allowed, and serve."""
    incoming = bytearray()
    while not (whole := messages(incoming)):
        piece = os.read(CONTROL, 1 << 16)
        if not piece:
            return
        incoming += piece
    plan = whole[0]
    if plan["do"] != "prepare":
        return
    reason = "namespaces were not asked for"
    if plan["isolation"] != "process":
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
        import enclosure  # type: ignore[import-not-found]  # noqa: PLC0415 - beside this file

        try:
            inside = enclosure.enter(plan)
        except (OSError, AttributeError) as error:
            reason = str(error)
        else:
            if not inside:
                return  # the first process of the namespace has served, and is gone
            _serve(plan, is_first=True, reason="")
            return
    control(PR_SET_CHILD_SUBREAPER, 1)
    _serve(plan, is_first=False, reason=reason)


def _serve(plan: dict[str, Any], *, is_first: bool, reason: str) -> None:
    drops = is_first and plan["privileged"]
    tell({"is": "prepared", "namespace": is_first, "reason": reason})
    Keeper(
        is_first=is_first,
        user=plan["user"] if drops else None,
        group=plan["group"] if drops else None,
    ).serve()


if __name__ == "__main__":
    main()
