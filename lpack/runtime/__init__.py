"""Runs a function as Lambda does: AWS's own runtime client against a Runtime API of lpack's.

`open_sandbox` gives a place in which a function can be called, as often as wanted; `Keeper` can be
started before it is known which function that will be, to save time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpack.runtime.housing import NoIsolation
    from lpack.runtime.keeping import Keeper, KeeperGone
    from lpack.runtime.opening import open_sandbox
    from lpack.runtime.sandbox import Limits, Sandbox

__all__ = ["Keeper", "KeeperGone", "Limits", "NoIsolation", "Sandbox", "open_sandbox"]

_PLACES = {
    "Keeper": "keeping",
    "KeeperGone": "keeping",
    "Limits": "sandbox",
    "NoIsolation": "housing",
    "Sandbox": "sandbox",
    "open_sandbox": "opening",
}


def __getattr__(name: str) -> object:
    """Load what is asked for: a keeper starts before the rest is loaded."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - see above

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
