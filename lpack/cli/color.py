"""Whether the output may be coloured."""

from __future__ import annotations

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO


def wants_color(chosen: str | None, environ: Mapping[str, str], stream: TextIO) -> bool:
    """Decide from `--color`, NO_COLOR (https://no-color.org), FORCE_COLOR and the terminal."""
    if chosen in ("always", "never"):
        return chosen == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"
