"""A value that is decided elsewhere, and not known here."""

from __future__ import annotations

from lpack.values import dataclass


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in the settings of a function for what only the deployment will know."""

    why: str
    """In words, such as ``parameter `Memory` has no default``."""
    text: str = ""
    """What is known of it: a text with `${…}` for the rest; empty where nothing is."""
