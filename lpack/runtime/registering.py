"""What extensions say of themselves: which events they want, and who they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.runtime.exchange import Answer, forbidden

if TYPE_CHECKING:
    from lpack.runtime.exchange import Request


def wanted_events(body: bytes) -> tuple[str, ...]:
    """Give the events that an extension asks for; raises ValueError with what is wrong."""
    if not body.strip():
        message = "unexpected end of JSON input"
        raise ValueError(message)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        first = body.decode(errors="replace").lstrip()[0]
        message = f"invalid character {first!r} looking for beginning of value"
        raise ValueError(message if first not in '{["' else f"json: {error}") from error
    if not isinstance(found, dict):
        message = "json: the body is no object"
        raise ValueError(message)  # noqa: TRY004 - of what was sent, a wrong value
    if found.get("configurationKeys"):
        message = "configurationKeys are deprecated; use environment variables instead"
        raise ValueError(message)
    events = found.get("events") or []
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events):
        message = "json: `events` is no list of texts"
        raise ValueError(message)
    return tuple(events)


def identifier_of(request: Request) -> str | Answer:
    """Give what an extension says that it is, as it was given; or why that can be none."""
    given = request.headers.get("lambda-extension-identifier", "")
    if not given:
        message = "Missing Lambda-Extension-Identifier header"
        return forbidden("Extension.MissingExtensionIdentifier", message)
    from uuid import UUID  # noqa: PLC0415 - few functions have extensions

    try:
        return str(UUID(given))
    except ValueError:
        message = "Invalid Lambda-Extension-Identifier"
        return forbidden("Extension.InvalidExtensionIdentifier", message)
