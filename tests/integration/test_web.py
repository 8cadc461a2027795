"""The ways to a wheel: proxies, certificates, redirects and kept connections."""

from __future__ import annotations

import http.server
import shutil
import socket
import ssl
import subprocess
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from lpack.errors import BuildError
from lpack.index.credentials import Credential, origin_of
from lpack.index.settings import IndexSettings
from lpack.model import LockedPackage, LockedWheel
from lpack.store import WheelStore, download
from lpack.store.download import Downloader
from tests.building import sha256
from tests.scripted_server import Script, body, status
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

NAME = "alpha-1.0-py3-none-any.whl"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates")


@pytest.fixture(autouse=True)
def _no_waiting_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, by no way that the machine prescribes."""
    monkeypatch.setattr(download, "_FIRST_PAUSE", 0.001)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass
class Bench:
    """A wheel, and a store that lacks it."""

    root: Path
    whole: bytes
    digest: str

    def fetch(self, url: str, settings: IndexSettings) -> None:
        """Fetch the wheel from there."""
        wheel = LockedWheel(NAME, url, self.digest, len(self.whole))
        downloader = Downloader(WheelStore(self.root / "cache"), settings, lambda _: None)
        try:
            downloader.fetch(LockedPackage("alpha", "1.0", (wheel,)))
        finally:
            downloader.close()

    def refused(self, url: str, settings: IndexSettings) -> str:
        """Fetch it in vain, and give what is said then."""
        with pytest.raises(BuildError) as caught:
            self.fetch(url, settings)
        assert caught.value.code == "LP201"
        return caught.value.diagnostics[0].message


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Give a wheel."""
    path = make_wheel(tmp_path, "alpha", "1.0", {"alpha.py": "A = 1\n" * 99})
    return Bench(tmp_path, path.read_bytes(), sha256(path))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for this machine that vouches for itself; the key is in the file."""
    path = tmp_path_factory.mktemp("authority") / "both.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=lpack",
    ]
    files = ["-keyout", str(path), "-out", str(path.with_name("one.pem"))]
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-addext", names, *files],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + path.with_name("one.pem").read_bytes())
    return path


class TlsScript(Script):
    """A script that is read by https."""

    certificate: Path
    asks_client = False

    def __enter__(self) -> Self:
        super().__enter__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        if self.asks_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        return self

    def url(self, host: str = "127.0.0.1") -> str:
        """Give the address of the one file."""
        return super().url(host).replace("http:", "https:")


def tls(bench: Bench, certificate: Path, *, asks_client: bool = False) -> TlsScript:
    script = TlsScript([body(bench.whole)])
    script.certificate, script.asks_client = certificate, asks_client
    return script


class Forwarding(http.server.BaseHTTPRequestHandler):
    """Passes everything on to where it is meant to go."""

    server: Forwarder

    def do_CONNECT(self) -> None:
        """Open a tunnel."""
        if not self._may_pass():
            return
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 10) as far:
            self.send_response(200)
            self.end_headers()
            thread = threading.Thread(target=pump, args=(far, self.connection), daemon=True)
            thread.start()
            pump(self.connection, far)
            thread.join()

    def do_GET(self) -> None:
        """Ask there oneself."""
        if not self._may_pass():
            return
        parts = urlsplit(self.path)
        with socket.create_connection((parts.hostname, parts.port), 10) as far:
            far.sendall(f"GET {parts.path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
            pump(far, self.connection)

    def _may_pass(self) -> bool:
        self.server.seen.append(f"{self.command} {self.path}")
        may_pass = self.headers.get("Proxy-Authorization") == self.server.wants
        if not may_pass:
            self.send_error(407)
        return may_pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Say nothing."""
        del format, args


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(1 << 16):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Forwarder(http.server.ThreadingHTTPServer):
    """A proxy; `wants` is the Proxy-Authorization without which nothing passes."""

    def __init__(self, certificate: Path | None = None, wants: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Forwarding)
        self.seen: list[str] = []
        self.wants = wants
        self.scheme = "http"
        if certificate is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def url(self, user: str = "") -> str:
        """Give what a setting says."""
        return f"{self.scheme}://{user}127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


@needs_openssl
@pytest.mark.parametrize("nearby", ["http", "https"])
@pytest.mark.parametrize("faraway", ["http", "https"])
def test_a_proxy_is_used(bench: Bench, authority: Path, nearby: str, faraway: str) -> None:
    """By each of the two schemes a proxy leads to servers of both."""
    script = tls(bench, authority) if faraway == "https" else Script([body(bench.whole)])
    basic = "Basic " + b64encode(b"so me:p@ss").decode()
    certificate = authority if nearby == "https" else None
    with script as server, Forwarder(certificate, basic) as proxy:
        settings = IndexSettings(
            proxy=proxy.url("so%20me:p%40ss@"), certificate=str(authority), timeout=10
        )

        bench.fetch(server.url(), settings)

    place = urlsplit(server.url())
    expected = f"CONNECT {place.netloc}" if faraway == "https" else f"GET {server.url()}"
    assert proxy.seen == [expected]


def test_a_proxy_that_refuses_is_named(bench: Bench) -> None:
    """What the proxy answers is in the message, and no password."""
    with Script([body(bench.whole)]) as server, Forwarder(wants="Basic other") as proxy:
        settings = IndexSettings(proxy=proxy.url("someone:SECRET@"), timeout=5)
        url = server.url().replace("http:", "https:")

        message = bench.refused(url, settings)

    assert "407" in message
    assert "SECRET" not in message


@pytest.mark.parametrize(
    ("variables", "is_used"),
    [
        ({"http_proxy": "{}"}, True),
        ({"HTTP_PROXY": "{}"}, True),
        ({"ALL_PROXY": "{}"}, True),
        ({"https_proxy": "{}"}, False),
        ({"http_proxy": "{}", "no_proxy": "127.0.0.1"}, False),
        ({"http_proxy": "{}", "NO_PROXY": "example.com, 127.0.0.0/8"}, False),
        ({"http_proxy": "{}", "no_proxy": "10.0.0.0/8,nonsense/99"}, True),
        ({"http_proxy": "{}", "no_proxy": "*"}, False),
    ],
)
def test_the_variables_of_the_system_count(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, is_used: bool
) -> None:
    """A proxy that the environment names is used, except where it says not to."""
    with Script([body(bench.whole)]) as server, Forwarder() as proxy:
        for name, value in variables.items():
            monkeypatch.setenv(name, value.format(proxy.url()))

        bench.fetch(server.url(), IndexSettings(timeout=5))

    assert bool(proxy.seen) is is_used


@pytest.mark.parametrize("stated", ["socks5://127.0.0.1:1", "http://:99999", "http://["])
def test_a_proxy_that_cannot_be_used_is_refused(bench: Bench, stated: str) -> None:
    """It is neither ignored nor tried again."""
    with Script([body(bench.whole)]) as server:
        message = bench.refused(server.url(), IndexSettings(proxy=stated))

    assert "proxy" in message
    assert server.seen == []


@needs_openssl
def test_a_certificate_must_be_trusted(bench: Bench, authority: Path) -> None:
    """A host whose certificate nobody vouches for is refused at once, unless it is named."""
    with tls(bench, authority) as server:
        message = bench.refused(server.url(), IndexSettings(timeout=5))
        assert server.seen == []

        bench.fetch(server.url(), IndexSettings(timeout=5, trusted_hosts=("127.0.0.1",)))

    assert "certificate of `127.0.0.1` is not trusted" in message


@needs_openssl
def test_a_certificate_must_be_the_hosts(
    bench: Bench, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of another name is refused, though the authority is known."""
    found = socket.getaddrinfo("127.0.0.1", None)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, *__: [(*one[:4], (one[4][0], port)) for one in found]
    )
    with tls(bench, authority) as server:
        url = server.url("other.example")

        message = bench.refused(url, IndexSettings(timeout=5, certificate=str(authority)))

    assert "other.example" in message


@needs_openssl
def test_a_client_certificate_is_shown(bench: Bench, authority: Path) -> None:
    """A host that wants one gets the one that the settings name."""
    settings = IndexSettings(timeout=5, certificate=str(authority))
    with tls(bench, authority, asks_client=True) as server:
        bench.refused(server.url(), settings)

        bench.fetch(
            server.url(),
            IndexSettings(timeout=5, certificate=str(authority), client_certificate=str(authority)),
        )


@pytest.mark.parametrize("content", [None, b"not a certificate"], ids=["missing", "nonsense"])
def test_a_certificate_file_that_cannot_be_read_is_named(
    bench: Bench, content: bytes | None
) -> None:
    """The message leads to the file, not to the network."""
    path = bench.root / "authority.pem"
    if content is not None:
        path.write_bytes(content)

    message = bench.refused("https://127.0.0.1:9/x.whl", IndexSettings(certificate=str(path)))

    assert message.startswith("a certificate cannot be read: ")


@needs_openssl
def test_no_password_leaves_the_closed_line(bench: Bench, authority: Path) -> None:
    """A redirect from https to http gets no credentials, though the place has some."""
    with Script([body(bench.whole)]) as plain:
        script = tls(bench, authority)
        script.answers = [status(302, Location=plain.url())]
        with script as server:
            known = tuple(
                Credential(origin_of(url), "someone", "secret")
                for url in (plain.url(), server.url())
            )
            settings = IndexSettings(timeout=5, certificate=str(authority), credentials=known)

            bench.fetch(server.url(), settings)

    assert server.seen[0][1]["Authorization"].startswith("Basic ")
    assert "Authorization" not in plain.seen[0][1]


@pytest.mark.parametrize(
    ("moved", "path"),
    [
        ("/x/y.whl", "/x/y.whl"),
        ("y.whl", "/files/y.whl"),
        ("?a=b c&d=%20", "/files/alpha-1.0-py3-none-any.whl?a=b%20c&d=%20"),
        ("/ümlaut.whl".encode().decode("latin-1"), "/%C3%BCmlaut.whl"),
    ],
)
def test_redirects_are_followed(bench: Bench, moved: str, path: str) -> None:
    """Relative or with letters that no address may have."""
    with Script([status(302, Location=moved), body(bench.whole)]) as server:
        bench.fetch(server.url(), IndexSettings(timeout=5))

    assert server.seen[1][0] == path


@pytest.mark.parametrize("moved", ["http://[::1", "ftp://127.0.0.1/x", "http://127.0.0.1:x/"])
def test_a_redirect_to_no_address_is_refused(bench: Bench, moved: str) -> None:
    """It is not tried again."""
    with Script([status(302, Location=moved)]) as server:
        bench.refused(server.url(), IndexSettings(timeout=5))

    assert len(server.seen) == 1


@dataclass
class Line:
    """A server that answers on kept connections, and closes each after some answers."""

    content: bytes
    answers: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as file:
                for _ in range(self.answers):
                    request = b"".join(iter(file.readline, b"\r\n"))
                    self.requests.append(request)
                    length = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.content)}\r\n\r\n"
                    connection.sendall(length.encode() + self.content)


@pytest.mark.parametrize(("answers", "connections"), [(3, 1), (1, 3)], ids=["kept", "closed"])
def test_connections_are_kept(bench: Bench, answers: int, connections: int) -> None:
    """One serves several wheels; one that the server has closed meanwhile is opened anew."""
    line = Line(bench.whole, answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=line.serve, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{NAME}"
        wheel = LockedWheel(NAME, url, bench.digest, len(bench.whole))
        downloader = Downloader(WheelStore(bench.root / "c"), IndexSettings(), lambda _: None)

        for _ in range(3):
            downloader.fetch(LockedPackage("alpha", "1.0", (wheel,)))

        downloader.close()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert (line.connections, len(line.requests)) == (connections, 3)
    assert all(
        request.startswith(f"GET /{NAME} HTTP/1.1\r\n".encode()) for request in line.requests
    )
