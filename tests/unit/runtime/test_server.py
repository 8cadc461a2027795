"""The server takes HTTP as it is meant, from the function alone, and nothing that is ambiguous."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import TYPE_CHECKING

import pytest

from lpack.runtime.exchange import Answer, Reply, Request
from lpack.runtime.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


class Heard:
    """What reached the API."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def handle(self, request: Request, reply: Reply) -> None:
        """Note a request and answer it."""
        self.requests.append(request)
        reply(Answer(200, b"{}", headers=(("X-Path", request.path),)))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def server(heard: Heard) -> Iterator[Server]:
    found = Server(heard.handle, 1_000)
    yield found
    found.close()


def exchanged(server: Server, content: bytes, *, closes: bool = False) -> bytes:
    """Send raw bytes and give all that comes back, until nothing more does."""
    host, port = server.address.split(":")
    received = bytearray()
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(content)
        if closes:
            connection.shutdown(socket.SHUT_WR)
        connection.settimeout(0.02)
        quiet = 0
        while quiet < 3:
            serve(server)
            try:
                piece = connection.recv(1 << 16)
            except (TimeoutError, ConnectionError):
                quiet += 1
                continue
            if not piece:
                break
            received += piece
    serve(server)
    return bytes(received)


def serve(server: Server) -> None:
    for _ in range(4):
        poll = select.poll()
        server.register(poll)
        server.serve(dict(poll.poll(2)))


def request(server: Server, head: str, body: bytes = b"", host: str | None = None) -> bytes:
    line, *headers = head.split("|")
    headers.append(f"Host: {server.address if host is None else host}")
    return "\r\n".join([f"{line} HTTP/1.1", *headers, "", ""]).encode() + body


def test_a_connection_is_kept(server: Server, heard: Heard) -> None:
    """Requests that come one after another, or at once, are answered in their order."""
    both = request(server, "GET /a") + request(server, "POST /b|Content-Length: 2", b"hi")

    answer = exchanged(server, both)

    assert [one.path for one in heard.requests] == ["/a", "/b"]
    assert heard.requests[1].body == b"hi"
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.index(b"/a") < answer.index(b"/b")


def test_a_long_body_is_counted_and_not_kept(server: Server, heard: Heard) -> None:
    """Of what is too large, the size is enough."""
    exchanged(server, request(server, "POST /x|Content-Length: 5000", b"x" * 5000))

    assert heard.requests[0].size == 5000
    assert len(heard.requests[0].body) <= 1000


def test_a_body_in_chunks(server: Server, heard: Heard) -> None:
    """A runtime may send without saying how much."""
    chunked = request(server, "POST /x|Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n")

    exchanged(server, chunked)

    assert heard.requests[0].body == b"abc"


def test_a_body_that_is_cut_short_is_told(server: Server, heard: Heard) -> None:
    """A connection that ends within a body has not said all."""
    exchanged(server, request(server, "POST /x|Content-Length: 10", b"abc"), closes=True)

    assert heard.requests[0].is_cut_short


@pytest.mark.parametrize(
    ("head", "host"),
    [
        ("GET /x", "evil.example"),
        ("GET /x", "localhost:80"),
        ("GET /x|Origin: http://evil.example", None),
        ("GET /x|Sec-Fetch-Site: cross-site", None),
    ],
)
def test_pages_in_browsers_are_refused(
    server: Server, heard: Heard, head: str, host: str | None
) -> None:
    """Only who was told the address is answered, and no page that found it out."""
    answer = exchanged(server, request(server, head, host=host))

    assert answer.startswith(b"HTTP/1.1 403")
    assert heard.requests == []


@pytest.mark.parametrize(
    "head",
    [
        "POST /x|Content-Length: 1|Content-Length: 2",
        "POST /x|Content-Length: +1",
        "POST /x|Content-Length: 1_0",
        "POST /x|Content-Length: -1",
        "POST /x|Transfer-Encoding: chunked, chunked",
        "POST /x|Transfer-Encoding: gzip, chunked",
        "GET /x|Bad Name: 1",
        "GET /x|Name : 1",
        "GET /x|A: \x00",
        "G@T /x",
        "GET  /x",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(server: Server, heard: Heard, head: str) -> None:
    """Nothing of it, and nothing behind it, reaches the API."""
    hidden = request(server, "GET /hidden")

    answer = exchanged(server, request(server, head) + hidden)

    assert [one.path for one in heard.requests] == []
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501")) or answer == b""
    assert answer.count(b"\r\n\r\n") <= 1


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        ("GET /x HTTP/1.1", "400 Bad Request: missing required Host header"),
        ("GET /x HTTP/1.1|Host: HOST|Host: HOST", "400 Bad Request"),
        ("GET /x HTTP/1.1|Host: HOST|Bad Name: 1", "400 Bad Request: invalid header name"),
        ("POST /x HTTP/1.1|Host: HOST|Content-Length: abc", "400 Bad Request"),
        ("GET /x HTTP/2.0|Host: HOST",
         "505 HTTP Version Not Supported: unsupported protocol version"),
        (f"GET /x HTTP/1.1|Host: HOST|Own: {'x' * 1_100_000}",
         "431 Request Header Fields Too Large"),
        ("hello", "400 Bad Request"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(
    server: Server, heard: Heard, head: str, answer: str
) -> None:
    """They are those of Go's server, which runtimes know, in the first line and in the body."""
    lines = head.replace("HOST", server.address).split("|")

    found = exchanged(server, "\r\n".join([*lines, "", ""]).encode())

    assert found.startswith(f"HTTP/1.1 {answer}\r\n".encode())
    assert found.endswith(f"\r\n\r\n{answer}".encode())
    assert heard.requests == []


def test_an_encoding_that_there_is_not(server: Server) -> None:
    """What Go's server says of it is another sentence."""
    found = exchanged(server, request(server, "POST /x|Transfer-Encoding: gzip"))

    assert found.startswith(b"HTTP/1.1 501 Not Implemented\r\n")
    assert found.endswith(b"Unsupported transfer encoding")


def test_paths_may_come_with_the_host(server: Server, heard: Heard) -> None:
    """A client that believes in a proxy is answered as well."""
    exchanged(server, request(server, f"GET http://{server.address}/a?b=1"))

    assert [one.path for one in heard.requests] == ["/a"]


def test_headers_alone(server: Server, heard: Heard) -> None:
    """HEAD has an answer without a body, and the connection goes on."""
    found = exchanged(server, request(server, "HEAD /a") + request(server, "GET /b"))

    assert [one.path for one in heard.requests] == ["/a", "/b"]
    assert found.startswith(b"HTTP/1.1 200 OK\r\n")
    assert found.count(b"{}") == 1


def test_a_body_may_wait_for_leave(server: Server, heard: Heard) -> None:
    """Who asks whether it may send is told so."""
    head = "POST /x|Content-Length: 2|Expect: 100-continue"

    found = exchanged(server, request(server, head, b"hi"))

    assert found.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert heard.requests[0].body == b"hi"


def test_too_many_connections_are_closed(server: Server, heard: Heard) -> None:
    """Who opens hundreds does not use up what others need."""
    host, port = server.address.split(":")
    with contextlib.ExitStack() as opened:
        for _ in range(140):
            opened.enter_context(socket.create_connection((host, int(port))))
            serve(server)
    serve(server)
    for _ in range(140):
        serve(server)

    assert exchanged(server, request(server, "GET /after")).startswith(b"HTTP/1.1 200")
    assert [one.path for one in heard.requests] == ["/after"]


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="only Linux tells")
def test_the_last_to_ask_says_how_long_it_has_waited(server: Server, heard: Heard) -> None:
    """Nobody has waited before anybody asks; then, it is the time since the last has asked."""
    host, port = server.address.split(":")
    nobody = server.waited()
    with socket.create_connection((host, int(port))) as first:
        first.sendall(b"GET /early HTTP/1.1\r\nHost: here\r\n\r\n")
        time.sleep(0.15)
        early = server.waited()
        with socket.create_connection((host, int(port))) as second:
            second.sendall(b"GET /late HTTP/1.1\r\nHost: here\r\n\r\n")
            both = server.waited()

    assert (nobody, heard.requests) == (0, [])
    assert both < early
