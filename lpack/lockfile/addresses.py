"""Where a locked file lies: addresses that are safe to use, and what a file address means."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def file_url(path: Path) -> str:
    """Give the file address of an absolute path."""
    return "file://" + quote(path.as_posix())


def local_path(location: str) -> Path | None:
    """Give the path that a file address names, or None for another address."""
    parts = urlsplit(location)
    if parts.scheme != "file":
        return None
    return Path(unquote(parts.path))


def address(folder: Path, path: object, url: object) -> str:
    """Give the address of a file that a lock in `folder` names by path or URL.

    Raises ValueError for what is no address that a download can start from.
    """
    stated = url if path is None else path
    if not isinstance(stated, str) or not unquote(stated).isprintable():
        raise ValueError("control characters")
    if path is None:
        _check(stated)
        return stated
    try:
        return file_url((folder / stated).resolve())
    except RuntimeError as error:  # a loop of links
        raise ValueError(stated) from error


def relative(location: str, folder: Path) -> dict[str, str]:
    """Give the `path` or `url` of a file for a lock in `folder`."""
    local = local_path(location)
    if local is not None and local.is_relative_to(folder):
        return {"path": local.relative_to(folder).as_posix() or "."}
    return {"url": location}


def relative_path(location: str, folder: Path) -> str:
    """Give the path of a local folder, relative to `folder` wherever that lies."""
    path = local_path(location)
    return Path(os.path.relpath(path or location, folder)).as_posix()


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http", "file") or parts.port == 0:
        raise ValueError(parts.scheme)
    if (parts.scheme == "file") is not (parts.netloc in ("", "localhost")):
        raise ValueError(parts.netloc)
