"""Lambda's Runtime API as a runtime sees it: what may be asked when, and what is answered.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; the states, their names and the
bodies of refusals are those of AWS's own server, which is published as
aws-lambda-runtime-interface-emulator.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from lpack.lazily import pattern
from lpack.runtime.exchange import (
    TEXT,
    Answer,
    accepted,
    forbidden,
    refused,
    unknown,
    wrong_method,
)
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from lpack.runtime.exchange import Reply, Request

VERSION = "/2018-06-01/"
ERROR_TYPE = "lambda-runtime-function-error-type"
_KNOWN_ERROR = pattern(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
_INVALID = b'"Invalid error body"'
_ESCAPED = pattern("[<>&\u2028\u2029]")
_NOT_ALLOWED = (
    "State transition from {} to {} failed for runtime. Error: State transition is not allowed"
)

State = Literal[
    "Started",
    "InitError",
    "Ready",
    "Running",
    "InvocationResponse",
    "InvocationErrorResponse",
    "RuntimeResponseSentState",
]


@dataclass(frozen=True, slots=True)
class Offer:
    """An event for the runtime, with its headers."""

    request_id: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Posted:
    """What a runtime has said of an invocation, or of its start."""

    kind: Literal["response", "error", "init error", "too large", "cut short"]
    body: bytes = b""
    error_type: str = ""
    """As the header has it, as far as Lambda takes it over."""


class RuntimeApi:
    """The state of one runtime, from its start to its end."""

    def __init__(self, response_bytes: int) -> None:
        """Say how many bytes a response may have."""
        self.response_bytes = response_bytes
        self.state: State = "Started"
        self.offer: Offer | None = None
        self.posted: Posted | None = None
        self._waiting: Reply | None = None
        self._routes: dict[str, tuple[str, Callable[[Request, Reply], None]]] = {
            f"{VERSION}ping": ("GET", _ping),
            f"{VERSION}runtime/invocation/next": ("GET", self._next),
            f"{VERSION}runtime/init/error": ("POST", self._init_error),
        }

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer a request, now or when there is an event."""
        if request.path in self._routes:
            method, route = self._routes[request.path]
            if request.method == method:
                route(request, reply)
            else:
                reply(wrong_method())
            return
        match request.path.removeprefix(VERSION).split("/"):
            case ["runtime", "invocation", request_id, ("response" | "error") as kind]:
                if request.method != "POST":
                    reply(wrong_method())
                elif self.offer is None or request_id != self.offer.request_id:
                    reply(refused(400, "InvalidRequestID", "Invalid request ID"))
                elif kind == "response":
                    self._response(request, reply)
                else:
                    self._error(request, reply)
            case _:
                reply(unknown())

    def give(self, offer: Offer) -> None:
        """Let the runtime have its next event."""
        self.offer, self.posted = offer, None
        reply, self._waiting = self._waiting, None
        if reply is not None:
            self.state = "Running"
            reply(offer.answer)

    @property
    def is_ready(self) -> bool:
        """Whether the runtime waits for an event."""
        return self.state == "Ready"

    def finish(self) -> None:
        """Forget the event that is done with."""
        self.offer = None

    def _next(self, request: Request, reply: Reply) -> None:
        del request
        if self.state in ("InitError", "InvocationResponse", "InvocationErrorResponse"):
            reply(forbidden("InvalidStateTransition", _NOT_ALLOWED.format(self.state, "Ready")))
        elif self.state == "Running" and self.offer is not None:
            reply(self.offer.answer)  # asked again, it gets the same
        else:
            self.state, self._waiting = "Ready", reply

    def _response(self, request: Request, reply: Reply) -> None:
        if self.state != "Running":
            reply(self._wrong("InvocationResponse"))
            return
        mode = request.headers.get("lambda-runtime-function-response-mode", "")
        if mode not in ("", "streaming"):
            self.posted = Posted("error", b"", "Runtime.InvalidResponseModeHeader")
            self.state = "InvocationResponse"
            text = "Invalid function response mode"
            reply(refused(400, "InvalidFunctionResponseMode", text))
            return
        self.state = "RuntimeResponseSentState"
        if request.is_cut_short:
            self.posted = Posted("cut short", error_type="Runtime.TruncatedResponse")
            text = "HTTP request detected as truncated"
            reply(refused(400, "TruncatedHTTPRequest", text))
        elif request.size > self.response_bytes:
            self.posted = Posted("too large", error_type="Function.ResponseSizeTooLarge")
            text = f"Exceeded maximum allowed payload size ({self.response_bytes} bytes)."
            reply(refused(413, "RequestEntityTooLarge", text))
        else:
            self.posted = Posted("response", request.body)
            reply(accepted())

    def _error(self, request: Request, reply: Reply) -> None:
        if self.state != "Running":
            reply(self._wrong("InvocationErrorResponse"))
            return
        self.state = "RuntimeResponseSentState"
        body = b"" if request.is_cut_short else request.body
        if request.headers.get("content-type") == "application/vnd.aws.lambda.error.cause+json":
            body = _without_cause(body)
        self.posted = Posted("error", body, _taken_over(request.headers.get(ERROR_TYPE, "")))
        reply(accepted())

    def _init_error(self, request: Request, reply: Reply) -> None:
        if self.state != "Started":
            reply(self._wrong("InitError"))
            return
        self.state = "InitError"
        stated = _taken_over(request.headers.get(ERROR_TYPE, ""))
        self.posted = Posted("init error", request.body, stated)
        reply(accepted())

    def _wrong(self, wanted: State) -> Answer:
        return forbidden("InvalidStateTransition", _NOT_ALLOWED.format(self.state, wanted))


def _ping(request: Request, reply: Reply) -> None:
    del request
    reply(Answer(200, b"pong", TEXT))


def _taken_over(stated: str) -> str:
    """Give the type of an error as it is reported: what Lambda does not know is `Unknown`."""
    if _KNOWN_ERROR.search(stated):
        return stated
    return "Function.Unknown" if stated.startswith("Function.") else "Runtime.Unknown"


def _without_cause(body: bytes) -> bytes:
    """Take what is for X-Ray alone out of an error, and write the rest as Go does."""
    try:
        found = json.loads(body)
        texts = {name: found.get(name) or "" for name in ("errorMessage", "errorType")}
        frames = found.get("stackTrace") or []
    except (ValueError, AttributeError, RecursionError):
        return _INVALID
    if not isinstance(frames, list) or not _are_texts([*texts.values(), *frames]):
        return _INVALID
    known = {**texts, "stackTrace": frames} if frames else texts
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda one: f"\\u{ord(one[0]):04x}", text).encode()


def _are_texts(values: list[object]) -> bool:
    return all(isinstance(one, str) for one in values)
