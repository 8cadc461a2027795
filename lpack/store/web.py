"""HTTP for downloads: kept connections, redirects, credentials.

On Python's own `http.client`, because requests takes longer to load than 10 MB take to arrive.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

from lpack import __version__
from lpack.store.routes import AddressError, Route, Trust, basic, route_to
from lpack.store.tunnel import TlsInTls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from lpack.index.settings import IndexSettings

REDIRECTS = 30
_MOVED = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 18
_DRAINED = 1 << 16
"""Bytes of an answer nobody wants that are read, to keep the connection."""
_TIMEOUTS = (15.0, 60.0)
"""Seconds to connect, and between two reads."""
# What may stand in a request line; all else is escaped, and what is escaped stays so.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


class Web:
    """Asks for addresses; any number of threads may use it."""

    def __init__(self, settings: IndexSettings) -> None:
        """Keep the settings; nothing is opened yet."""
        self._settings = settings
        self._trust = Trust(settings)
        self._idle: dict[Route, list[http.client.HTTPConnection]] = {}
        self._open: dict[http.client.HTTPConnection, socket.socket | None] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask for an address, and for where it has moved.

        Raises OSError or HTTPException when another try may help, and AddressError when not.
        """
        is_secure = url.startswith("https:")
        for _ in range(REDIRECTS + 1):
            answer = self._ask(url, headers, was_secure=is_secure)
            moved = answer.headers.get("Location") if answer.status in _MOVED else None
            if moved is None:
                return answer
            answer.drain()
            url = _joined(url, moved)
        raise AddressError(f"the server redirects more than {REDIRECTS} times")

    def close(self) -> None:
        """Close every connection, also those that a thread is waiting on."""
        with self._lock:
            self._is_closed = True
            for connection in (one for kept in self._idle.values() for one in kept):
                self._open.pop(connection, None)
                connection.close()
            self._idle.clear()
            # Another thread reads from these, and closes them when it notices.
            for connection, line in self._open.items():
                _cut(connection.sock or line)

    def _ask(self, url: str, headers: Mapping[str, str], *, was_secure: bool) -> Answer:
        route = route_to(url, self._settings)
        told = {"User-Agent": f"lpack/{__version__}", **headers}
        # Nobody's password goes over the open line when it was asked for over a closed one.
        if not was_secure or route.scheme == "https":
            told |= self._authorization(url, route.host)
        target = _target(url)
        if route.proxy is not None and route.scheme == "http":
            target = f"http://{_netloc(route)}{target}"
            told |= dict(route.proxy.headers)
        while True:
            connection, is_kept = self._connection(route)
            try:
                connection.request("GET", target, headers=told)
                response = connection.getresponse()
            except (ConnectionError, http.client.BadStatusLine):
                self.drop(connection)
                if is_kept:
                    continue  # closed by the server while nobody used it
                raise
            except BaseException as error:
                self.drop(connection)
                if isinstance(error, (http.client.InvalidURL, UnicodeError)):
                    raise AddressError(f"`{url}` is not an address") from error
                raise
            return Answer(response, connection, route, self)

    def _authorization(self, url: str, host: str) -> dict[str, str]:
        """Give the credentials of the address itself, of its index, or of netrc."""
        parts = urlsplit(url)
        known = self._settings.credentials_for(url)
        if parts.username is not None:
            known = unquote(parts.username), unquote(parts.password or "")
        known = known or _from_netrc(host)
        return {"Authorization": basic(*known)} if known else {}

    def _connection(self, route: Route) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            kept = self._idle.get(route)
            if kept:
                return kept.pop(), True
        connect, read = (self._settings.timeout,) * 2 if self._settings.timeout else _TIMEOUTS
        connection = self._unopened(route, connect)
        with self._lock:
            self._open[connection] = None
        try:
            connection.connect()
            connection.sock.settimeout(read)
        except BaseException:
            self.drop(connection)
            raise
        with self._lock:
            # Kept here as well: http.client forgets it when the server will close it.
            self._open[connection] = connection.sock
            if self._is_closed:
                _cut(connection.sock)
        return connection, False

    def _unopened(self, route: Route, seconds: float) -> http.client.HTTPConnection:
        near = route.proxy or route
        is_tunnel = route.proxy is not None and route.scheme == "https"
        # The settings about trusted hosts are about indexes, not about proxies.
        context = self._trust.context
        connection: http.client.HTTPConnection
        if "https" not in (near.scheme, route.scheme):
            connection = http.client.HTTPConnection(near.host, near.port, timeout=seconds)
        elif is_tunnel and near.scheme == "https":
            contexts = context(is_checked=True), context(is_checked=route.is_checked)
            connection = TlsInTls(near.host, near.port, *contexts, seconds)
        else:
            is_checked = route.is_checked or route.scheme == "http"
            connection = http.client.HTTPSConnection(
                near.host, near.port, timeout=seconds, context=context(is_checked=is_checked)
            )
        if is_tunnel and route.proxy is not None:
            connection.set_tunnel(route.host, route.port, dict(route.proxy.headers))
        return connection

    def give_back(self, route: Route, connection: http.client.HTTPConnection) -> None:
        """Keep a connection whose answer has been read to its end."""
        with self._lock:
            if not self._is_closed:
                self._idle.setdefault(route, []).append(connection)
                return
        self.drop(connection)

    def drop(self, connection: http.client.HTTPConnection) -> None:
        """Close a connection that cannot be used again."""
        with self._lock:
            self._open.pop(connection, None)
        connection.close()


class Answer:
    """What a server has answered; its body is read once, or not at all."""

    def __init__(
        self,
        response: http.client.HTTPResponse,
        connection: http.client.HTTPConnection,
        route: Route,
        web: Web,
    ) -> None:
        """Keep what is needed to read it, and to use its connection again."""
        self._response = response
        self._connection = connection
        self._route = route
        self._web = web
        self._is_read = False

    @property
    def status(self) -> int:
        """The number, such as 200."""
        return self._response.status

    @property
    def headers(self) -> http.client.HTTPMessage:
        """The header fields."""
        return self._response.headers

    def __enter__(self) -> Self:
        """Read the body inside."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection, unless it can be used again."""
        self._response.close()
        if not self._is_read or self._response.will_close:
            self._web.drop(self._connection)
        else:
            self._web.give_back(self._route, self._connection)

    def pieces(self) -> Iterator[bytes]:
        """Give the body as it arrives; raises ConnectionError when it ends too early."""
        left = self._response.length
        while left != 0:
            piece, trouble = self._piece(_CHUNK if left is None else min(_CHUNK, left))
            if piece:
                left = None if left is None else left - len(piece)
                yield piece
            if trouble is not None:
                raise trouble
            if not piece:
                break
        if left:
            raise ConnectionError(f"the connection was closed {left:,} bytes too early")
        self._is_read = True

    def _piece(self, most: int) -> tuple[bytes, Exception | None]:
        """Gather records of TLS, which are small, to a piece that is worth hashing in one go.

        What has come before a failure is not lost with it.
        """
        records, left = [], most
        try:
            while left and (record := self._response.read1(left)):
                records.append(record)
                left -= len(record)
        except (OSError, http.client.HTTPException) as error:
            return b"".join(records), error
        return b"".join(records), None

    def drain(self) -> None:
        """Read what nobody wants, if it is little, so that the connection can be used again."""
        with self:
            length = self._response.length
            if length is not None and length <= _DRAINED:
                for _ in self.pieces():
                    pass


def _joined(url: str, moved: str) -> str:
    # Header fields are Latin-1 to Python, and UTF-8 to those who write them.
    try:
        target = urljoin(url, quote(moved.encode("latin-1"), safe=_SAFE))
        urlsplit(target).port  # noqa: B018 - raises ValueError
    except ValueError as error:
        raise AddressError(f"the server redirects to no address: {error}") from error
    return target


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_SAFE)
    return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path


def _netloc(route: Route) -> str:
    host = f"[{route.host}]" if ":" in route.host else route.host
    return f"{host}:{route.port}"


def _from_netrc(host: str) -> tuple[str, str] | None:
    """Read `~/.netrc`, or the file that NETRC names; one that cannot be read counts as absent."""
    stated = os.environ.get("NETRC")
    names = (stated,) if stated else ("~/.netrc", "~/_netrc")
    paths = (Path(os.path.expanduser(name)) for name in names)  # noqa: PTH111 - no home, no error
    path = next((path for path in paths if path.exists()), None)
    if path is None:
        return None
    import netrc  # noqa: PLC0415 - few have one

    try:
        known = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return None
    return (known[0] or known[1] or "", known[2] or "") if known else None


def _cut(line: socket.socket | None) -> None:
    """End a connection under the thread that waits on it: its read ends at once."""
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
