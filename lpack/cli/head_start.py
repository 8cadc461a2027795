"""Starts a function while the command line is still being read, if nothing has changed.

Loading what parses a command line takes as long as the function's own start, so both go on at the
same time. What is remembered is what the last run of the same command line has deployed.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from lpack.cache import known_cache_folder
from lpack.runtime.keeping import Keeper, KeeperGone
from lpack.stamps import is_kept, joined, keep, key_of, recall
from lpack.system import System
from lpack.unpacked import is_whole
from lpack.values import asdict, dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.model import Deployment, Json, Surroundings
    from lpack.runtime.sandbox import Sandbox
    from lpack.stamps import Evidence

# What these say changes nothing of what is deployed, nor of the world around it.
_ABOUT_THE_CALL = ("-e", "--event", "--output", "--color")
_FLAGS = ("-v", "-q", "--verbose", "--quiet", "--tail")
# Neither what these say, nor what is done, is the same the next time.
_NEVER = ("--pass-credentials", "--env-file", "--no-cache", "--context", "--profile")
_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION", "PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION")


@dataclass(frozen=True, slots=True)
class Ready:
    """A function that only has to be called, and what its command has to know of it."""

    deployment: Deployment
    surroundings: Surroundings
    root: str
    """The project's folder."""
    request_bytes: int
    async_bytes: int
    response_bytes: int
    tests: Mapping[str, Json] = field(default_factory=dict, hash=False)
    """Events that have a name."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadStart:
    """What runs already."""

    ready: Ready
    sandbox: Sandbox

    def close(self) -> None:
        """End it, be it that somebody has used it or not."""
        self.sandbox.close()


def begin(words: list[str], environ: Mapping[str, str]) -> HeadStart | None:
    """Start what the last run of this command line has called, if it is all the same."""
    cache = known_cache_folder(environ)
    key = _key(words, environ)
    if cache is None or key is None or not is_kept(cache, key):
        return None
    # First of all: it needs as long as the rest of what has to be loaded.
    keeper = Keeper(System())
    head = None
    try:
        head = _begun(recall(cache, key), keeper)
    finally:
        if head is None:
            keeper.close()
    return head


def _begun(found: Any, keeper: Keeper) -> HeadStart | None:
    from lpack.runtime.housing import NoIsolation  # noqa: PLC0415 - while the keeper starts
    from lpack.runtime.sandbox import Limits, Sandbox  # noqa: PLC0415 - see above

    try:
        ready = _ready(found)
        folders = (ready.deployment.task, ready.deployment.layers, ready.deployment.client)
        if not all(is_whole(os.path.dirname(one)) for one in folders if one):  # noqa: PTH120
            return None
        limits = Limits(response=ready.response_bytes)
        sandbox = Sandbox(ready.deployment, ready.surroundings, keeper, limits, None)
        sandbox.start()
    except (TypeError, KeyError, OSError, KeeperGone, NoIsolation):
        return None  # the command itself runs into it again, and says so
    return HeadStart(ready, sandbox)


def remember(
    words: list[str], environ: Mapping[str, str], evidence: Iterable[Evidence], ready: Ready
) -> None:
    """Let the same command line have a head start, as long as nothing changes."""
    cache, whole = known_cache_folder(environ), joined(evidence)
    key = _key(words, environ)
    if cache is not None and whole is not None and key is not None:
        keep(cache, key, whole, asdict(ready))


def _key(words: list[str], environ: Mapping[str, str]) -> str | None:
    """Name what decides what is deployed; None where that may not be remembered."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        name = word.partition("=")[0]
        if name in _NEVER:
            return None
        if word in _ABOUT_THE_CALL:
            next(rest, None)
        elif name not in _ABOUT_THE_CALL and word not in _FLAGS:
            kept.append(word)
    import time  # noqa: PLC0415 - a built-in module

    said = [f"{name}={environ.get(name, '')}" for name in _VARIABLES]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    with contextlib.suppress(FileNotFoundError):
        return key_of(["head start", today, *kept, *said], os.getcwd(), environ)  # noqa: PTH109
    return None


def _ready(found: dict[str, Any]) -> Ready:
    from lpack.model import (  # noqa: PLC0415 - while the keeper starts
        Deployment,
        InstalledPython,
        Surroundings,
    )

    deployment, around = found["deployment"], found["surroundings"]
    python = deployment["interpreter"]
    pairs = {"environment": tuple(map(tuple, deployment["environment"]))}
    interpreter = {"interpreter": python and InstalledPython(**python)}
    lists = {name: tuple(map(tuple, around[name])) for name in ("credentials", "environment")}
    return Ready(
        **{
            **found,
            "deployment": Deployment(**{**deployment, **pairs, **interpreter}),
            "surroundings": Surroundings(**{**around, **lists}),
            "notes": tuple(found["notes"]),
        }
    )
