"""How a function's processes hear of their end, which they do where there are extensions.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-shutdown
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lpack.runtime.housing import RUNTIME

if TYPE_CHECKING:
    from lpack.runtime.extensions import Extensions
    from lpack.runtime.housing import Housing
    from lpack.runtime.journal import Journal

_ALL = 2.0
"""Seconds for the end of all, where there are extensions that are programs."""
_OF_RUNTIME, _OF_RUNTIME_ALONE = 0.3, 0.5
"""Seconds for the runtime to end after SIGTERM, with such extensions and without."""
_TICK = 0.02


def shut_down(housing: Housing, extensions: Extensions, journal: Journal, reason: str) -> None:
    """Let the runtime end itself, and then the extensions that want to hear of it.

    `reason` is `spindown`, `timeout` or `failure`. Without extensions nobody hears of anything.
    """
    if not extensions.all:
        return
    began = time.monotonic()
    has_programs = any(one.is_external for one in extensions.all)
    if housing.runs(RUNTIME):
        housing.end(RUNTIME, gently=True)
        seconds = _OF_RUNTIME if has_programs else _OF_RUNTIME_ALONE
        _let_end(housing, [RUNTIME], journal, began + seconds)
        housing.end(RUNTIME)
    left = began + _ALL - time.monotonic()
    deadline = int((time.time() + left) * 1000)
    extensions.tell("SHUTDOWN", {"shutdownReason": reason, "deadlineMs": deadline})
    told = [one.name for one in extensions.all if "SHUTDOWN" in one.events]
    _let_end(housing, told, journal, began + _ALL)


def _let_end(housing: Housing, names: list[str], journal: Journal, give_up: float) -> None:
    """Wait for the end of processes, and hear what they write until then."""
    while any(housing.runs(name) for name in names):
        left = give_up - time.monotonic()
        if left <= 0:
            return
        journal.write_all(housing.poll(min(left, _TICK)))
