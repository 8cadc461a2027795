"""Where lpack keeps what it may lose: the user's cache folder."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the one of `typing` takes as long as all else
if TYPE_CHECKING:
    from collections.abc import Mapping


def cache_folder(environ: Mapping[str, str]) -> str:
    """Give `LPACK_CACHE_DIR`, else `lpack` in the platform's cache folder.

    https://specifications.freedesktop.org/basedir-spec/latest/ names it on Linux.
    Raises UsageError LP016 when neither that nor a home folder is known.
    """
    folder = known_cache_folder(environ)
    if folder is None:
        from lpack.errors import UsageError  # noqa: PLC0415 - 16 ms on an unchanged build

        raise UsageError(
            "LP016", "there is no home folder to keep the cache in", hint="set LPACK_CACHE_DIR"
        )
    return folder


def known_cache_folder(environ: Mapping[str, str]) -> str | None:
    """Give the same, or None where it is not known."""
    chosen = environ.get("LPACK_CACHE_DIR")
    if chosen:
        return os.path.abspath(chosen)  # noqa: PTH100 - see above
    shared = environ.get("XDG_CACHE_HOME", "")
    if shared.startswith("/"):
        return f"{shared}/lpack"
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - see above
    if not home.startswith("/"):
        return None
    folder = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return f"{home}/{folder}/lpack"
