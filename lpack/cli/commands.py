"""Every command by its name, loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.cli.context import Context
    from lpack.outcome import Report

    Command = Callable[[Context], Report | int]


def command(name: str) -> Command:
    """Give a command, the function of its name in the module of its name.

    It gives a report, or its exit status when it has shown all itself.
    """
    found = cast("Command", getattr(import_module(f"lpack.cli.{name}"), name))

    def with_cache(context: Context) -> Report | int:
        with context.with_cache() as prepared:
            return found(prepared)

    return with_cache
