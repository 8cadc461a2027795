"""Ends a computation that takes too long: what others wrote may never come to an end."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class TooLongError(Exception):
    """The time is over."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooLongError where the block takes more processor time; the main thread only.

    Python's regular expressions look at signals as well, so that none of them runs on for ever.
    """
    before = signal.signal(signal.SIGVTALRM, _end)
    # Once more and again: what was raised may have been lost in a destructor.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise TooLongError
