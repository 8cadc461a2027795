"""What the header fields of an answer mean for a download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lpack.errors import BuildError

if TYPE_CHECKING:
    from http.client import HTTPMessage

    from lpack.model import LockedWheel
    from lpack.store.web import Answer

_OK = 200
_PARTIAL = 206
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19})", re.ASCII)


def refuse_status(status: int, wheel: LockedWheel) -> None:
    """Raise BuildError LP205 or LP201 unless an answer is the whole file."""
    host = urlsplit(wheel.location).hostname
    if status in (401, 403):
        raise BuildError(
            "LP205",
            f"`{host}` refuses the download of `{wheel.filename}` ({status})",
            hint="give credentials in the index address, in ~/.netrc or in pip.conf",
        )
    if status != _OK:
        raise BuildError(
            "LP201",
            f"`{wheel.filename}` cannot be downloaded: the server answered {status}",
            hint="run `lpack lock` to look for it anew",
        )


def continues(answer: Answer, start: int, size: int | None) -> int | None:
    """Give the size of the whole file when an answer goes on at `start`; otherwise None.

    `size` is what the lock says of it, if it does.
    """
    if answer.status != _PARTIAL:
        return None
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    if found is None:
        return None
    first, last, total = map(int, found.groups())
    fits = first == start <= last < total and size in (None, total)
    return total if fits else None


def validator_of(headers: HTTPMessage) -> str:
    """Give what `If-Range` can say: a strong ETag, or the time of the last change.

    https://www.rfc-editor.org/rfc/rfc9110#name-if-range
    """
    tag: str = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def pause_asked(headers: HTTPMessage) -> float:
    """Give the seconds of `Retry-After`, which are a number or a date; 0 when there are none."""
    stated = headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    if not stated:
        return 0.0
    from datetime import datetime, timezone  # noqa: PLC0415 - hardly any server states a date
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - see above

    try:
        until = parsedate_to_datetime(stated)
        return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0
