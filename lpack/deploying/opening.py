"""Opens the place in which a function is called, and says in words why there is none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lpack.runtime import KeeperGone, Limits, NoIsolation, Sandbox, open_sandbox
from lpack.runtime.refusal import no_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts.limits import Limits as Profile
    from lpack.model import Deployment, Surroundings
    from lpack.system import System


def sandbox_limits(profile: Profile) -> Limits:
    """Give what a sandbox is told of the limits that a function is judged by."""
    return Limits(response=int(profile.definition("response_payload")["maximum"]))


@contextlib.contextmanager
def opened(
    deployment: Deployment, around: Surroundings, system: System, limits: Limits
) -> Iterator[Sandbox]:
    """Give a sandbox in which nothing has run yet; raises BuildError LP412 when there is none."""
    with contextlib.ExitStack() as stack:
        try:
            sandbox = stack.enter_context(open_sandbox(deployment, around, system, limits=limits))
        except (NoIsolation, KeeperGone, OSError) as error:
            raise no_sandbox(str(error) or "its keeper is gone") from error
        try:
            yield sandbox
        except KeeperGone as error:
            raise no_sandbox("its keeper is gone") from error
