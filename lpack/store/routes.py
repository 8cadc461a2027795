"""The way to an address: through which proxy, and trusting which certificates."""

from __future__ import annotations

import base64
import contextlib
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from lpack.errors import BuildError
from lpack.index.credentials import origin_of
from lpack.model import Where
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.index.settings import IndexSettings

_PROXY_PORT = 8080


class AddressError(ValueError):
    """An address that cannot be asked, however often one tries."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who passes requests on."""

    scheme: str
    host: str
    port: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The user and password that it wants to see."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a connection leads; requests of one route can share it."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None
    is_checked: bool
    """Whether the host has to show a certificate that is trusted."""


def route_to(url: str, settings: IndexSettings) -> Route:
    """Give the route to an http or https address; raises AddressError."""
    try:
        scheme, host, port = origin_of(url)
    except ValueError as error:
        raise AddressError(f"`{url}` is not an address") from error
    if scheme not in ("http", "https") or not host or port is None:
        raise AddressError(f"`{url}` is not an http address")
    stated = settings.proxy or _proxy_of_the_system(scheme, host, port)
    proxy = _parsed(stated) if stated else None
    return Route(scheme, host, port, proxy, not settings.is_trusted(url))


def _proxy_of_the_system(scheme: str, host: str, port: int) -> str | None:
    """Read the variables that curl, pip and uv read, and the settings of macOS and Windows."""
    proxies = getproxies()
    found = proxies.get(scheme) or proxies.get("all")
    if not found or proxy_bypass(host) or proxy_bypass(f"{host}:{port}"):
        return None
    return None if _is_in_networks(host, proxies.get("no", "")) else found


def _is_in_networks(host: str, excluded: str) -> bool:
    """Whether an IP address is in one of the networks, such as `10.0.0.0/8`, of `no_proxy`."""
    networks = [part.strip() for part in excluded.split(",") if "/" in part]
    if not networks:
        return False
    import ipaddress  # noqa: PLC0415 - few have networks in it

    try:
        address = ipaddress.ip_address(host)
        return any(address in ipaddress.ip_network(one, strict=False) for one in networks)
    except ValueError:
        return False


def _parsed(stated: str) -> Proxy:
    try:
        parts = urlsplit(stated if "://" in stated else f"http://{stated}")
        host, port = parts.hostname, parts.port or _PROXY_PORT
    except ValueError as error:
        raise AddressError("the address of the proxy cannot be read") from error
    if parts.scheme not in ("http", "https") or not host:
        raise AddressError(f"a proxy by `{parts.scheme}` is not supported")
    headers: tuple[tuple[str, str], ...] = ()
    if parts.username is not None:
        known = unquote(parts.username), unquote(parts.password or "")
        headers = (("Proxy-Authorization", basic(*known)),)
    return Proxy(parts.scheme, host, port, headers)


def basic(user: str, password: str) -> str:
    """Write a user and password as HTTP's basic scheme does."""
    # As UTF-8, because RFC 7617 says so where a server can say what it expects.
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


class Trust:
    """The TLS contexts of one run, each made when it is first needed."""

    def __init__(self, settings: IndexSettings) -> None:
        """Keep what they are made of."""
        self._settings = settings
        self._made: dict[bool, ssl.SSLContext] = {}
        self._making = threading.Lock()

    def context(self, *, is_checked: bool) -> ssl.SSLContext:
        """Give the context for a host that is checked, or for one that the user trusts blindly.

        Raises BuildError LP201 when a certificate that the settings name cannot be read.
        """
        with self._making:
            if is_checked not in self._made:
                self._made[is_checked] = self._context(is_checked=is_checked)
            return self._made[is_checked]

    def _context(self, *, is_checked: bool) -> ssl.SSLContext:
        settings = self._settings
        if is_checked and settings.certificate is None:
            # What the operating system trusts, as pip does.
            import truststore  # noqa: PLC0415 - only where no certificate file is named

            context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if not is_checked:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif settings.certificate is not None:
            _load_authorities(context, settings.certificate)
        if settings.client_certificate is not None:
            with _certificate(settings.client_certificate):
                context.load_cert_chain(settings.client_certificate)
        return context


def _load_authorities(context: ssl.SSLContext, path: str) -> None:
    with _certificate(path):
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)


@contextlib.contextmanager
def _certificate(path: str) -> Iterator[None]:
    """Turn the refusal of a certificate file into BuildError LP201."""
    try:
        yield
    except OSError as error:
        # OpenSSL's own errors are OSErrors whose text is of no use to anybody.
        reason = "it is not in PEM format" if isinstance(error, ssl.SSLError) else error.strerror
        raise BuildError(
            "LP201",
            f"a certificate cannot be read: {reason}",
            where=Where(path),
            hint="correct the path in PIP_CERT, PIP_CLIENT_CERT or SSL_CERT_FILE",
        ) from error
