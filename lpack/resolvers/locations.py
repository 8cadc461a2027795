"""URLs as they may be written down and shown: without credentials, without fragment."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

_USERINFO = re.compile(r"(?<=://)[^/@\s`'\"]+@")
# Colours, and everything else that a terminal would obey.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_url(url: str) -> str:
    """Strip user, password and fragment from a URL."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def plain_url(url: str) -> str:
    """Give a file's address as a lock has it: clean, and a local one quoted in one way."""
    path = local_path(clean_url(url))
    return clean_url(url) if path is None else path.as_uri()


def scrub(text: str) -> str:
    """Take credentials and control characters out of words that are about to be shown."""
    return _USERINFO.sub("", _CONTROL.sub("", text))


def local_path(location: str) -> Path | None:
    """Give the folder or file that a path or file URL means; None for a URL elsewhere."""
    parts = urlsplit(location)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    # A drive letter looks like a scheme of one character.
    return Path(location) if len(parts.scheme) <= 1 else None


def is_remote(location: str) -> bool:
    """Whether looking there needs the network."""
    return local_path(location) is None


def as_url(location: str) -> str:
    """Give a file URL for a path, and a URL as it is."""
    path = local_path(location)
    return location if path is None else path.absolute().as_uri()
