"""Requests and answers between a function's processes and the API that they use."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from lpack.values import dataclass, field

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has arrived."""

    method: str
    path: str
    """Without the query."""
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By their names in small letters."""
    body: bytes = b""
    size: int = 0
    """Bytes of the body, of which no more are kept than any answer could need."""
    is_cut_short: bool = False
    """Whether the body ended before its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    """Empty where there is no body."""
    headers: tuple[tuple[str, str], ...] = ()


Reply = Callable[[Answer], None]
TEXT = "text/plain; charset=utf-8"


def accepted() -> Answer:
    """Answer what is taken note of."""
    return Answer(202, b'{"status":"OK"}\n')


def refused(status: int, kind: str, message: str) -> Answer:
    """Answer what cannot be done."""
    return as_json(status, {"errorMessage": message, "errorType": kind})


def forbidden(kind: str, message: str) -> Answer:
    """Answer what is not allowed, or not now."""
    return refused(403, kind, message)


def unknown() -> Answer:
    """Answer a path that there is not."""
    return Answer(404, b"404 page not found\n", TEXT)


def wrong_method() -> Answer:
    """Answer a path that is asked in another way."""
    return Answer(405, b"", "")


def as_json(status: int, document: object, *headers: tuple[str, str]) -> Answer:
    """Answer with a document."""
    return Answer(status, as_text(document) + b"\n", JSON, headers)


def as_text(document: object) -> bytes:
    """Write a document as it is sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
