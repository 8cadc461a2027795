"""What the keeper of a function's processes tells is heard, however it arrives."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from lpack.runtime.keeper import message
from lpack.runtime.keeping import Keeper
from lpack.system import System

if TYPE_CHECKING:
    from collections.abc import Sequence


WORDS = (
    {"is": "started", "name": "runtime", "pid": 7},
    {"is": "ended", "name": "runtime", "status": 126 << 8, "error": 13},
)


class Telling(System):
    """Starts nothing, and tells in one piece what a keeper might tell one by one."""

    channel: ClassVar[list[int]] = []

    def spawn(self, *_: Any, descriptors: Sequence[int], **__: Any) -> int:
        """Be a keeper that has told all, and lives."""
        self.channel.append(os.dup(descriptors[0]))
        os.write(self.channel[-1], b"".join(map(message, WORDS)))
        return 0


def test_an_end_that_is_told_with_the_start_is_heard() -> None:
    """A program that ends at once has ended: nobody waits for it."""
    system = Telling()
    keeper = Keeper(system)

    keeper.spawn("runtime", ["/gone"], {}, "/", {})

    assert keeper.ended() == [("runtime", 126 << 8, 13)]
    keeper.close()
    os.close(system.channel.pop())
