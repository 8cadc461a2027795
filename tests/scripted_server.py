"""A server that answers as a test says, and so as badly as any server may."""

from __future__ import annotations

import http.server
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers as the test says."""

    # 1.0: a connection for each request, so that they can be counted.
    server: Scripted

    def do_GET(self) -> None:
        """Give the answer whose turn it is."""
        script = self.server.script
        script.seen.append((self.path, dict(self.headers)))
        answer = script.answers[min(len(script.seen), len(script.answers)) - 1]
        answer(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Say nothing."""
        del format, args


class Scripted(http.server.ThreadingHTTPServer):
    """Hands the script to its answers."""

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.script = script

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


@dataclass
class Script:
    """A server that gives one answer after the other, and the last one from then on."""

    answers: list[Callable[[Answering], None]]
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = Scripted(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, host: str = "127.0.0.1") -> str:
        """Give the address of the one file."""
        return f"http://{host}:{self._server.server_port}/files/alpha-1.0-py3-none-any.whl"


def body(
    content: bytes, *, length: int | None = None, **headers: str
) -> Callable[[Answering], None]:
    """Answer 200; `length` is what Content-Length says."""

    def answer(handler: Answering) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def without_length(content: bytes) -> Callable[[Answering], None]:
    """Answer 200, and end with the connection."""

    def answer(handler: Answering) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def status(number: int, **headers: str) -> Callable[[Answering], None]:
    """Answer with a status, and a page that is no wheel."""

    def answer(handler: Answering) -> None:
        handler.send_response(number)
        handler.send_header("Content-Length", "9")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(b"<p>no</p>")

    return answer


def reset(content: bytes, length: int) -> Callable[[Answering], None]:
    """Send some of the body, then reset the connection."""

    def answer(handler: Answering) -> None:
        body(content, length=length)(handler)
        handler.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()

    return answer


def stall(content: bytes, length: int) -> Callable[[Answering], None]:
    """Send some of the body, then nothing."""

    def answer(handler: Answering) -> None:
        body(content, length=length)(handler)
        handler.wfile.flush()
        time.sleep(1)

    return answer


def silent(handler: Answering) -> None:
    """Take the request, and say nothing."""
    del handler
    time.sleep(1)


def hang_up(handler: Answering) -> None:
    """Close without an answer."""
    handler.connection.close()


def ranged(
    content: bytes,
    *,
    etag: str | None = '"one"',
    cut: int | None = None,
    told: str = "bytes {start}-{last}/{total}",
) -> Callable[[Answering], None]:
    """Answer with what `Range` asks for, as long as `If-Range` knows the ETag.

    The connection ends after `cut` bytes of the body; `told` is the Content-Range.
    """

    def answer(handler: Answering) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if wanted is not None and handler.headers.get("If-Range", etag) != etag:
            wanted = None
        start = int(wanted[1]) if wanted else 0
        handler.send_response(206 if wanted else 200)
        if wanted:
            numbers = {"start": start, "last": len(content) - 1, "total": len(content)}
            handler.send_header("Content-Range", told.format(**numbers))
        if etag is not None:
            handler.send_header("ETag", etag)
        rest = content[start:]
        handler.send_header("Content-Length", str(len(rest)))
        handler.end_headers()
        handler.wfile.write(rest[:cut])

    return answer


def hold(content: bytes, length: int, until: threading.Event) -> Callable[[Answering], None]:
    """Send some of the body, and the rest never."""

    def answer(handler: Answering) -> None:
        body(content, length=length)(handler)
        handler.wfile.flush()
        until.wait()

    return answer
