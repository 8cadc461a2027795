"""One way to the indexes: kept connections with the certificates and proxies of pip's settings."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
import truststore
import urllib3
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from lpack.index.settings import IndexSettings

_CONNECTIONS = 16
_SECONDS = 15.0


class Session:
    """Asks with what the settings say of each origin; any number of threads may use it."""

    def __init__(self, settings: IndexSettings) -> None:
        """Prepare connections; nothing is opened yet."""
        self.settings = settings
        self._checked = _prepared(settings, _Adapter(_context(settings)))
        self._unchecked: requests.Session | None = None
        if settings.trusted_hosts:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            self._unchecked = _prepared(settings, HTTPAdapter(pool_maxsize=_CONNECTIONS))
            self._unchecked.verify = False

    def get(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Ask for a URL and leave its body to be read; raises requests.RequestException."""
        session, verify = self._checked, True
        if self._unchecked is not None and self.settings.is_trusted(url):
            session, verify = self._unchecked, False
        return session.get(
            url,
            headers=headers,
            stream=True,
            timeout=self.settings.timeout or _SECONDS,
            auth=self.settings.credentials_for(url),
            verify=verify,
        )

    def close(self) -> None:
        """Close the kept connections."""
        for session in filter(None, (self._checked, self._unchecked)):
            session.close()


class _Adapter(HTTPAdapter):
    """Shares one context: to read a bundle of certificates takes 25 ms, for each connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(pool_connections=_CONNECTIONS, pool_maxsize=_CONNECTIONS)

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        """Make connections with the context."""
        super().init_poolmanager(*arguments, **keywords, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:
        """Make connections through a proxy with the context."""
        keywords |= {"ssl_context": self._context, "proxy_ssl_context": self._context}
        return super().proxy_manager_for(proxy, **keywords)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Keep requests from naming the bundle again."""
        del verify
        return super().build_connection_pool_key_attributes(request, verify=True, cert=cert)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Keep requests from having the bundle read again."""
        del verify
        super().cert_verify(conn, url, True, cert)  # type: ignore[no-untyped-call]  # noqa: FBT003 - its own
        conn.ca_certs = conn.ca_cert_dir = None


def _prepared(settings: IndexSettings, adapter: HTTPAdapter) -> requests.Session:
    session = requests.Session()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if settings.client_certificate:
        session.cert = settings.client_certificate
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    return session


def _context(settings: IndexSettings) -> ssl.SSLContext:
    """Trust the bundle that is named, or what the operating system trusts."""
    if settings.certificate is None:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if Path(settings.certificate).is_dir():
            return ssl.create_default_context(capath=settings.certificate)
        return ssl.create_default_context(cafile=settings.certificate)
    except OSError as error:
        raise requests.RequestException(
            f"the certificates in {settings.certificate} cannot be read: {error.strerror or error}"
        ) from error
