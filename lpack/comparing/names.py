"""Foreign names in messages: as they are, as long as anybody reads them."""

from __future__ import annotations

_LONGEST = 200


def brief(name: str) -> str:
    """Shorten a name to what can be read; the command makes it safe to print."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
