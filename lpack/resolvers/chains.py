"""Who asked for a project: the user, or a distribution that somebody else asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Link:
    """One requirement of a chain."""

    asker: str
    """Name, and version where it is known; empty for the user."""
    needs: str
    """The requirement."""

    def __str__(self) -> str:
        return f"{self.asker} needs {self.needs}" if self.asker else f"you require {self.needs}"


Chain = tuple[Link, ...]
"""From the user's own requirement to the one that cannot be met."""


def said(chain: Sequence[Link]) -> str:
    """Write a chain on one line."""
    return " → ".join(map(str, chain))


def is_direct(chain: Sequence[Link]) -> bool:
    """Whether the user asks for it, or nobody is known who does."""
    return not chain or not chain[-1].asker
