"""Every command by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.cli.build import build
from lpack.cli.check import check
from lpack.cli.explain import explain
from lpack.cli.invoke import invoke
from lpack.cli.lock import lock
from lpack.cli.stage import stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.cli.context import Context
    from lpack.outcome import Report

COMMANDS: dict[str, Callable[[Context], Report | int]] = {
    "build": build,
    "lock": lock,
    "stage": stage,
    "check": check,
    "invoke": invoke,
    "explain": explain,
}
"""A command gives a report to be shown, or its exit status when it has shown all itself."""
