"""Opens a place in which a function can be called, and closes it for sure."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.runtime.keeping import Keeper
from lpack.runtime.sandbox import Limits, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.model import Deployment, Surroundings
    from lpack.runtime.journal import Listener
    from lpack.system import System


@contextlib.contextmanager
def open_sandbox(  # noqa: PLR0913 - the function, the world around it, and what may be left out
    deployment: Deployment,
    surroundings: Surroundings,
    system: System,
    *,
    limits: Limits | None = None,
    listener: Listener | None = None,
    keeper: Keeper | None = None,
) -> Iterator[Sandbox]:
    """Give a place in which the function can be called; nothing of it is left in the end.

    `listener` hears of everything that is logged at once, with the request that it belongs to.
    A process is started at the first call, stays warm between calls, and is a new one after a
    crash, a timeout, or more memory than allowed; the files in /tmp stay.

    Raises NoIsolation when namespaces are needed and there can be none, KeeperGone and OSError.
    """
    keeper = keeper or Keeper(system)
    try:
        sandbox = Sandbox(deployment, surroundings, keeper, limits or Limits(), listener)
    except BaseException:
        keeper.close()
        raise
    try:
        yield sandbox
    finally:
        sandbox.close()
