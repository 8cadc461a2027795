"""Work that is shared out among forked processes, which have all that was read before.

Python's own pools start interpreters of their own, which read everything again, or threads, which
wait for each other: most of a build is Python.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST = 8
"""Processes, if nobody says how many."""
_AT_ONCE = 4
"""Jobs that a process takes in one go: neighbours often need the same."""
_JOBS_IN_A_PIPE = 8_000
_NUMBER = 4
_HEAD = 8
_BLOCK = 1 << 16
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = 10.0
"""Seconds for a process to clear away what it was about to write."""


class WorkerLostError(Exception):
    """A process ended before it had done its work; the system may have killed it."""


def processors() -> int:
    """Give how many processes can work side by side here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(
    jobs: Sequence[Job],
    do: Callable[[Job], Result],
    processes: int,
    tell: Callable[[Job, Result], None] | None = None,
) -> list[Result | WorkerLostError]:
    """Do every job, in as many processes, and give the results in the order of the jobs.

    `do` raises nothing but what ends the program, and its results can be pickled. `tell` hears of
    each job that is done, with its result, in any order. When this process is interrupted, or
    `tell` raises, the others end first.
    """
    if min(processes, len(jobs)) < 2 or not _can_fork():  # noqa: PLR2004 - nothing to share out
        return [_done(job, do, tell) for job in jobs]
    return _Crew(jobs, do, tell).run(min(processes, len(jobs)))


def _done(
    job: Job, do: Callable[[Job], Result], tell: Callable[[Job, Result], None] | None
) -> Result:
    result = do(job)
    if tell is not None:
        tell(job, result)
    return result


def _can_fork() -> bool:
    """Tell whether a copy of this process can go on: on macOS its libraries do not allow it."""
    import threading  # noqa: PLC0415 - one function needs none

    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class _Crew(Generic[Job, Result]):
    """Processes that take jobs from one pipe, and answer each through its own."""

    def __init__(
        self,
        jobs: Sequence[Job],
        do: Callable[[Job], Result],
        tell: Callable[[Job, Result], None] | None,
    ) -> None:
        self.jobs = jobs
        self.do = do
        self.tell = tell
        self.results: list[Any] = [WorkerLostError() for _ in jobs]
        self.processes: dict[int, int] = {}
        """Where each answers, and its number."""

    def run(self, processes: int) -> list[Result | WorkerLostError]:
        todo = self._todo(processes)
        try:
            for _ in range(processes):
                self._start(todo)
            os.close(todo)
            self._listen()
        except BaseException:
            self._end_all()
            raise
        return self.results

    def _todo(self, processes: int) -> int:
        """Put the first number of every few jobs into a pipe, which any process may read."""
        few = min(_AT_ONCE, len(self.jobs) // (processes * _AT_ONCE))
        self.few = max(1, few, -(-len(self.jobs) // _JOBS_IN_A_PIPE))
        reading, writing = os.pipe()
        numbers = range(0, len(self.jobs), self.few)
        os.write(writing, b"".join(number.to_bytes(_NUMBER, "big") for number in numbers))
        os.close(writing)
        return reading

    def _start(self, todo: int) -> None:
        answers, answering = os.pipe()
        parent = os.getpid()
        # A signal in between would unwind the copy through all that only this process may end.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            child = os.fork()
            if child == 0:
                self._work(parent, todo, answering, answers)
            self.processes[answers] = child
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(answering)

    def _work(self, parent: int, todo: int, answering: int, own: int) -> NoReturn:
        """Be one of the processes, to its end."""
        status = 1
        try:
            for one in _SIGNALS:
                signal.signal(one, _leave)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            gc.freeze()
            for answers in (own, *self.processes):
                os.close(answers)
            for number in self._taken(todo):
                # Without the first process, nobody wants to know.
                if os.getppid() != parent:
                    break
                import pickle  # noqa: PLC0415 - one function needs none

                content = pickle.dumps((number, self.do(self.jobs[number])))
                _write(answering, len(content).to_bytes(_HEAD, "big") + content)
            status = 0
        except SystemExit:
            pass
        except BaseException as error:  # noqa: BLE001 - a copy must never go on as the original
            with contextlib.suppress(BaseException):
                sys.excepthook(type(error), error, error.__traceback__)
        finally:
            os._exit(status)

    def _taken(self, todo: int) -> Iterator[int]:
        while number := os.read(todo, _NUMBER):
            first = int.from_bytes(number, "big")
            yield from range(first, min(first + self.few, len(self.jobs)))

    def _listen(self) -> None:
        heard: dict[int, bytearray] = {answers: bytearray() for answers in self.processes}
        import selectors  # noqa: PLC0415 - one function needs none

        with selectors.DefaultSelector() as selector:
            for answers in heard:
                selector.register(answers, selectors.EVENT_READ)
            while self.processes:
                for key, _ in selector.select():
                    content = os.read(key.fd, _BLOCK)
                    if content:
                        heard[key.fd] += content
                        self._take(heard[key.fd])
                    else:
                        selector.unregister(key.fd)
                        _wait(self.processes.pop(key.fd))
                        os.close(key.fd)

    def _take(self, heard: bytearray) -> None:
        """Take the whole answers out of what was heard."""
        while len(heard) >= _HEAD:
            end = _HEAD + int.from_bytes(heard[:_HEAD], "big")
            if len(heard) < end:
                return
            # Of this program's own copy, through a pipe that nobody else has.
            import pickle  # noqa: PLC0415 - one function needs none

            number, result = pickle.loads(bytes(heard[_HEAD:end]))  # noqa: S301 - see above
            del heard[:end]
            self.results[number] = result
            if self.tell is not None:
                self.tell(self.jobs[number], result)

    def _end_all(self) -> None:
        """End the other processes, and wait until they have cleared away what they wrote."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            for child in self.processes.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGTERM)
            end = time.monotonic() + _PATIENCE
            for child in self.processes.values():
                _wait(child, end)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """Leave through every `finally` once: a second signal must not interrupt the clearing away."""
    del frame
    for one in _SIGNALS:
        # Not SIG_IGN: Python would complain about one that has arrived and waits.
        signal.signal(one, _stay)
    raise SystemExit(128 + number)


def _stay(number: int, frame: FrameType | None) -> None:
    """Let a signal pass."""


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _wait(child: int, end: float | None = None) -> None:
    """Wait for a process, and no longer than until `end`."""
    with contextlib.suppress(ChildProcessError):
        while end is not None and os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
                end = None
            time.sleep(0.002)
        if end is None:
            os.waitpid(child, 0)
