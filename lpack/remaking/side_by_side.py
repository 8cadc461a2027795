"""Jobs in threads, for work that leaves Python's lock to others: deflating does."""

from __future__ import annotations

from collections import deque
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Job = TypeVar("Job")
Result = TypeVar("Result")


def side_by_side(
    jobs: Iterable[Job], do: Callable[[Job], Result], threads: int
) -> Iterator[tuple[Job, Result]]:
    """Do jobs in their order, several at a time, and give each with its result when it is done.

    Whoever leaves before the end does not wait for what is being done: no job writes anything.
    """
    todo = deque(jobs)
    number = len(todo)
    done: SimpleQueue[tuple[Job, Result | Exception]] = SimpleQueue()

    def work() -> None:
        while todo:
            try:
                job = todo.popleft()
            except IndexError:  # another thread was faster
                return
            try:
                done.put((job, do(job)))
            except Exception as error:  # noqa: BLE001 - it is raised where the results are taken
                done.put((job, error))

    started = _started(work, min(threads, number))
    try:
        for _ in range(number):
            if not started:
                job = todo.popleft()
                yield job, do(job)
                continue
            job, result = done.get()
            if isinstance(result, Exception):
                raise result
            yield job, result
        for thread in started:
            thread.join()
    finally:
        todo.clear()


def _started(work: Callable[[], None], number: int) -> list[Thread]:
    """Start threads that do not keep the program from ending; none where one would do."""
    started: list[Thread] = []
    for _ in range(number if number > 1 else 0):
        thread = Thread(target=work, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # there may be no more threads
            break
        started.append(thread)
    return started
