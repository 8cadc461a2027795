"""A build that has nothing to do says so again, without loading what would do it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

from lpack.cache import cache_folder, known_cache_folder
from lpack.cli.color import wants_color
from lpack.stamps import key_of, recall, remember

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.pipeline import Built


def replay(words: list[str], environ: Mapping[str, str]) -> str | None:
    """Give the text of the last build of this command line, if nothing has changed since.

    Raises OSError when the current folder is gone.
    """
    cache = known_cache_folder(environ)
    remembered = None if cache is None else recall(cache, _key(words, environ))
    return remembered if isinstance(remembered, str) else None


def keep(
    words: list[str], environ: Mapping[str, str], built: Iterable[Built], text: str, started: int
) -> None:
    """Remember what this command line printed, and on which files that rests.

    `started` is a time before the first of them was read, in nanoseconds since the epoch.
    """
    results = tuple(built)
    # Where the current folder is gone, there is nothing to come back to.
    with contextlib.suppress(FileNotFoundError):
        remember(
            cache_folder(environ),
            _key(words, environ),
            inputs=(path for one in results for path in one.inputs),
            folders=(path for one in results for path in one.folders),
            outputs=(path for one in results for path in one.outputs),
            started=started,
            result=text,
        )


def _key(words: list[str], environ: Mapping[str, str]) -> str:
    chosen = next((word for word in words if word.startswith("--color=")), "--color=auto")
    color = wants_color(chosen.partition("=")[2], environ, sys.stdout)
    # Deadlines of runtimes make the answer depend on the day.
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return key_of([*words, f"color {color}"], os.getcwd(), environ, today)  # noqa: PTH109 - speed
