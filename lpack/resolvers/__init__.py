"""The resolvers that lpack knows, by the names that a project chooses them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.errors import BuildError, UsageError
from lpack.resolvers.pip_tools import PipToolsResolver
from lpack.resolvers.uv import UvResolver

if TYPE_CHECKING:
    from lpack.resolvers.base import Resolver
    from lpack.system import System

RESOLVERS: dict[str, Resolver] = {"uv": UvResolver(), "pip-tools": PipToolsResolver()}
"""The fastest first: `auto` takes the first that is there."""


def choose(name: str, system: System) -> Resolver:
    """Find the resolver of a name, or for `auto` the first that is there.

    Raises BuildError LP105 when it is not installed, UsageError LP105 for an unknown name.
    """
    if name == "auto":
        for resolver in RESOLVERS.values():
            if resolver.is_available(system):
                return resolver
        raise BuildError("LP105", "no resolver is installed", hint=_INSTALL["pip-tools"])
    if name not in RESOLVERS:
        raise UsageError(
            "LP105", f"`{name}` is not a resolver", hint="choose `auto`, `uv` or `pip-tools`"
        )
    if not RESOLVERS[name].is_available(system):
        raise BuildError("LP105", f"resolver `{name}` is not installed", hint=_INSTALL[name])
    return RESOLVERS[name]


_INSTALL = {
    "uv": "pip install 'lambda-lpack[uv]'",
    "pip-tools": "pip install pip-tools",
}
