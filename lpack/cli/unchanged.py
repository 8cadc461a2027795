"""A command that has nothing to do says so again, without loading what would do it."""

from __future__ import annotations

import contextlib
import os
import sys

from lpack.cache import known_cache_folder
from lpack.cli.color import wants_color
from lpack.stamps import joined, keep, key_of, recall

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.stamps import Evidence


def replay(words: list[str], environ: Mapping[str, str]) -> str | None:
    """Give the text of the last run of this command line, if nothing has changed since.

    Raises OSError when the current folder is gone.
    """
    cache = known_cache_folder(environ)
    remembered = None if cache is None else recall(cache, _key(words, environ))
    return remembered if isinstance(remembered, str) else None


def remember_text(
    words: list[str], environ: Mapping[str, str], evidence: Iterable[Evidence], text: str
) -> None:
    """Remember what this command line printed, and what that rests on."""
    cache, whole = known_cache_folder(environ), joined(evidence)
    if cache is None or whole is None:
        return
    # Where the current folder is gone, there is nothing to come back to.
    with contextlib.suppress(FileNotFoundError):
        keep(cache, _key(words, environ), whole, text)


def _key(words: list[str], environ: Mapping[str, str]) -> str:
    chosen = next((word for word in words if word.startswith("--color=")), "--color=auto")
    color = wants_color(chosen.partition("=")[2], environ, sys.stdout)
    return key_of([*words, f"color {color}"], os.getcwd(), environ)  # noqa: PTH109 - speed
