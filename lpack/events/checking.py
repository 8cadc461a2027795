"""Holds an event against the schema of its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.events.catalogue import names
from lpack.validation import problems

if TYPE_CHECKING:
    from lpack.model import Json
    from lpack.validation import Problem


def misfits(event: Json, source: str) -> list[Problem]:
    """Give everything in which an event is not one of `source`, one of `names()`."""
    return problems(event, f"events/{source}")


def nearest(event: Json) -> tuple[str, ...]:
    """Name the sources whose schema an event fits."""
    if not isinstance(event, dict):
        return ()
    return tuple(name for name in names() if not misfits(event, name))
