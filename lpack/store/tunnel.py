"""TLS to a host within TLS to a proxy, which `http.client` cannot do."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from typing import IO, TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer as WriteableBuffer

_T = TypeVar("_T")
_CHUNK = 1 << 14


class TlsInTls(http.client.HTTPSConnection):
    """A connection to a host through a proxy that is itself reached by https."""

    def __init__(
        self, host: str, port: int, near: ssl.SSLContext, far: ssl.SSLContext, seconds: float
    ) -> None:
        """Name the proxy; `near` is the context for it, `far` the one for the host."""
        super().__init__(host, port, timeout=seconds, context=near)
        self._far = far

    def connect(self) -> None:
        """Open the outer connection, the tunnel in it, and the inner connection in that."""
        name, host, port = self._tunnel_host, self.host, self.port  # type: ignore[attr-defined]
        plain = socket.create_connection((host, port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=host)  # type: ignore[attr-defined]
        self._tunnel()  # type: ignore[attr-defined]
        self.sock = _Inner(self.sock, self._far, name)


class _Inner:
    """As much of a socket as `http.client` uses, with TLS over another TLS socket."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, name: str) -> None:
        self._outer = outer
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._readers = 0
        self._is_closed = False
        self._moved(self._tls.do_handshake)

    def sendall(self, content: bytes) -> None:
        self._moved(lambda: self._tls.write(content))

    def recv(self, size: int) -> bytes:
        try:
            return self._moved(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def makefile(self, mode: str) -> IO[bytes]:
        del mode
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def settimeout(self, seconds: float | None) -> None:
        self._outer.settimeout(seconds)

    def shutdown(self, how: int) -> None:
        self._outer.shutdown(how)

    def close(self) -> None:
        self._is_closed = True
        self._close_unread()

    def leave(self) -> None:
        self._readers -= 1
        self._close_unread()

    def _close_unread(self) -> None:
        # An answer may be read after `http.client` has closed its socket, as with a real one.
        if self._is_closed and not self._readers:
            self._outer.close()

    def _moved(self, action: Callable[[], _T]) -> _T:
        """Do something, and carry the bytes that it has to send or to receive."""
        while True:
            try:
                done = action()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            else:
                self._flush()
                return done

    def _fill(self) -> None:
        arrived = self._outer.recv(_CHUNK)
        if arrived:
            self._in.write(arrived)
        else:
            self._in.write_eof()

    def _flush(self) -> None:
        waiting = self._out.read()
        if waiting:
            self._outer.sendall(waiting)


class _Reader(io.RawIOBase):
    """The file that an answer is read from."""

    def __init__(self, inner: _Inner) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        arrived = self._inner.recv(len(view))
        view[: len(arrived)] = arrived
        return len(arrived)

    def close(self) -> None:
        if not self.closed:
            self._inner.leave()
        super().close()
