"""The HTTP server on loopback that a function's processes talk to."""

from __future__ import annotations

import select
import socket
import sys
from typing import TYPE_CHECKING, Any

from lpack.runtime.exchange import Answer, Reply, Request, forbidden
from lpack.runtime.phrases import PHRASES, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    Handle = Callable[[Request, Reply], None]

_PIECE = 1 << 18
_HEADERS = (1 << 20) + (4 << 10)
"""Bytes, as Lambda's server has it; an error's cause, of up to 1 MiB, is in a header."""
_LINE = 4
"""Bytes of a line of headers beside name and value."""
_MOST_CONNECTIONS = 128
_INFO, _LAST_RECEIVED = 104, slice(52, 56)
"""Bytes that Linux tells of a connection, and where the milliseconds since the last data stand."""


class Server:
    """Accepts connections and hands requests on; polled by whoever runs the function."""

    def __init__(self, handle: Handle, keep: int, listening: socket.socket | None = None) -> None:
        """Listen, on a free port; `keep` is how many bytes of a body may be of interest."""
        self.handle = handle
        self.keep = keep
        self._socket = listening or socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0)
        self.address = "{}:{}".format(*self._socket.getsockname())
        self._connections: dict[int, _Connection] = {}

    @staticmethod
    def load() -> None:
        """Load what reads HTTP, which takes long, while the function starts."""
        import h11  # noqa: F401, PLC0415 - see above

    def register(self, poll: select.poll) -> None:
        """Say what is to be waited for."""
        poll.register(self._socket, select.POLLIN)
        for handle, connection in self._connections.items():
            poll.register(handle, select.POLLIN | (select.POLLOUT if connection.outgoing else 0))

    def serve(self, ready: dict[int, int]) -> None:
        """Do what can be done without waiting."""
        for handle in [one for one in ready if one in self._connections]:
            connection = self._connections[handle]
            connection.go_on(ready[handle])
            if connection.is_closed:
                del self._connections[handle]
        if self._socket.fileno() in ready:
            self._accept()

    def waited(self) -> float:
        """Give the seconds for which the last to ask has waited; 0 where nobody has asked yet."""
        while self._accept():
            pass
        return min(map(_idle, self._connections.values()), default=0.0)

    def disconnect(self) -> None:
        """Drop all connections: who held them is gone."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def close(self) -> None:
        """Stop listening."""
        self.disconnect()
        self._socket.close()

    def _accept(self) -> bool:
        """Accept one connection; False where none is waiting."""
        try:
            found, _ = self._socket.accept()
        except OSError:
            return False
        if len(self._connections) >= _MOST_CONNECTIONS:
            found.close()
            return True
        found.settimeout(0)
        # Without, the second answer on a connection waits 40 ms for nothing.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections[found.fileno()] = _Connection(found, self)
        return True


class _Connection:
    """One connection, over which one request comes after another."""

    def __init__(self, found: socket.socket, server: Server) -> None:
        import h11  # noqa: PLC0415 - see `load`

        self.h11 = h11
        self.socket = found
        self.server = server
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEADERS)
        self.outgoing = bytearray()
        self.is_closed = False
        self._head: Any = None
        self._body = bytearray()
        self._size = 0
        self._wants_head = False
        """Whether the request is one for headers alone."""
        self._generation = 0
        """Counts requests, so that no answer reaches a later one."""

    def go_on(self, ready: int) -> None:
        """Read or write what there is."""
        if ready & select.POLLOUT:
            self._send()
        if ready & (select.POLLIN | select.POLLHUP | select.POLLERR) and not self.is_closed:
            try:
                piece = self.socket.recv(_PIECE)
            except BlockingIOError:
                return
            except OSError:
                piece = b""
            self._take(piece)

    def close(self) -> None:
        """Close the connection."""
        self.is_closed = True
        self.socket.close()

    def _take(self, piece: bytes) -> None:
        h11 = self.h11
        try:
            self.http.receive_data(piece)
            self._events()
        except h11.RemoteProtocolError as error:
            if self._head is not None and not piece:
                self._hand_on(is_cut_short=True)
            elif self.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                self._refuse(error.error_status_hint, str(error))
            self._send()
            self.close()
            return
        if not piece:
            self.close()

    def _events(self) -> None:
        h11 = self.h11
        while not self.is_closed:
            event = self.http.next_event()
            if event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
                return
            if isinstance(event, h11.Request):
                if not self._can_be_read(event):
                    return
                self._head, self._size = event, 0
                self._wants_head = event.method == b"HEAD"
                self._body.clear()
                if self.http.they_are_waiting_for_100_continue:
                    reason = PHRASES[100].encode()
                    waiting = h11.InformationalResponse(status_code=100, headers=[], reason=reason)
                    self.outgoing += self.http.send(waiting)
                    self._send()
            elif isinstance(event, h11.Data):
                self._size += len(event.data)
                if self._size <= self.server.keep:
                    self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self._hand_on()

    def _can_be_read(self, head: Any) -> bool:
        """Whether a request is one of HTTP/1, with headers that are not too long."""
        if not head.http_version.startswith(b"1."):
            self._refuse(505)
        elif sum(len(name) + len(value) + _LINE for name, value in head.headers) > _HEADERS:
            self._refuse(431)
        else:
            return True
        return False

    def _refuse(self, status: int, problem: str = "") -> None:
        """Answer what cannot be read, and hear no more."""
        phrase, answer = refusal(status, problem)
        self._answer(answer, phrase)
        self._send()
        self.close()

    def _hand_on(self, *, is_cut_short: bool = False) -> None:
        head, self._head = self._head, None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        target = head.target.decode("latin-1")
        path = target.removeprefix(f"http://{self.server.address}").partition("?")[0]
        body = bytes(self._body)
        method = head.method.decode("latin-1")
        request = Request(method, path, headers, body, self._size, is_cut_short)
        self._generation += 1
        generation = self._generation

        def reply(answer: Answer) -> None:
            if generation == self._generation and not self.is_closed:
                self._answer(answer)
                self._send()

        if not _is_local(headers, self.server.address):
            reply(forbidden("Forbidden", "Only the function itself is answered"))
        else:
            self.server.handle(request, reply)

    def _answer(self, answer: Answer, phrase: str = "") -> None:
        h11 = self.h11
        headers = [("Content-Type", answer.content_type)] if answer.content_type else []
        headers += [*answer.headers, ("Content-Length", str(len(answer.body)))]
        reason = (phrase or PHRASES[answer.status]).encode()
        head = h11.Response(status_code=answer.status, headers=headers, reason=reason)
        try:
            self.outgoing += self.http.send(head)
            if not self._wants_head:
                self.outgoing += self.http.send(h11.Data(data=answer.body))
            self.outgoing += self.http.send(h11.EndOfMessage())
            if self.http.our_state is h11.DONE and self.http.their_state is h11.DONE:
                self.http.start_next_cycle()
        except h11.LocalProtocolError:
            self.close()

    def _send(self) -> None:
        """Send what there is, all of it in one piece where the other side takes it."""
        while self.outgoing and not self.is_closed:
            try:
                sent = self.socket.send(self.outgoing)
            except BlockingIOError:
                return
            except OSError:
                self.close()
                return
            del self.outgoing[:sent]
        if not self.is_closed and self.http.our_state is self.h11.MUST_CLOSE:
            self.close()


def _idle(connection: _Connection) -> float:
    """Give the seconds since anything has arrived; 0 where the system does not tell."""
    if not hasattr(socket, "TCP_INFO"):
        return 0.0
    told = connection.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
    return int.from_bytes(told[_LAST_RECEIVED], sys.byteorder) / 1000


def _is_local(headers: dict[str, str], address: str) -> bool:
    """Whether a request comes from the function, and from no page in a browser."""
    return headers.get("host") == address and not {"origin", "sec-fetch-site"} & headers.keys()
