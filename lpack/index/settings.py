"""Where packages come from: the index settings of pip and of uv, read as each reads its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from lpack.index import pip_settings, uv_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lpack.index.uv_settings import NamedIndex
    from lpack.model import IndexOptions

DEFAULT_INDEX = "https://pypi.org/simple"
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Indexes:
    """The places to look for packages, credentials and all, as one tool was told them."""

    index_url: str | None = field(default=None, repr=False)
    extra_index_urls: tuple[str, ...] = field(default=(), repr=False)
    find_links: tuple[str, ...] = field(default=(), repr=False)
    """URLs, or paths as written."""
    no_index: bool = False

    @property
    def are_stated(self) -> bool:
        """Whether anything was said at all."""
        return self != Indexes()

    def urls(self) -> tuple[str, ...]:
        """Give every index to ask, the main one first; none when indexes are ruled out."""
        if self.no_index:
            return ()
        return (self.index_url or DEFAULT_INDEX, *self.extra_index_urls)


@dataclass(frozen=True, slots=True)
class Credential:
    """A user and password for one origin; never shown."""

    origin: tuple[str, str, int | None]
    """Scheme, host, port."""
    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """The user's settings about indexes and the way to them."""

    pip: Indexes = Indexes()
    uv: Indexes = Indexes()
    certificate: str | None = None
    """Path of a CA bundle."""
    client_certificate: str | None = None
    """Path of a PEM file with key and certificate."""
    proxy: str | None = field(default=None, repr=False)
    timeout: float | None = None
    """Seconds."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts, or `host:port`, whose certificates are not checked."""
    credentials: tuple[Credential, ...] = ()

    def indexes_for(self, resolver: str) -> Indexes:
        """Give a resolver's own settings, or the other tool's where it was told nothing."""
        own, other = (self.uv, self.pip) if resolver == "uv" else (self.pip, self.uv)
        return own if own.are_stated else other

    def also_stated(self, options: IndexOptions) -> IndexSettings:
        """Add the credentials in the addresses that a requirements file states itself."""
        urls = (options.index_url or "", *options.extra_index_urls, *options.find_links)
        return replace(self, credentials=(*_credentials_in(urls), *self.credentials))

    def with_credentials(self, url: str) -> str:
        """Give an index's URL with its user and password, for a tool that has to log in."""
        known = None if "@" in urlsplit(url).netloc else self.credentials_for(url)
        if known is None:
            return url
        user, password = (quote(one, safe="") for one in known)
        return url.replace("://", f"://{user}:{password}@", 1)

    def credentials_for(self, url: str) -> tuple[str, str] | None:
        """Give user and password for a URL of the same scheme, host and port as an index."""
        wanted = origin_of(url)
        for credential in self.credentials:
            if credential.origin == wanted:
                return credential.user, credential.password
        return None


def read_index_settings(environ: Mapping[str, str], folder: Path | None = None) -> IndexSettings:
    """Read pip's and uv's settings from the environment and from their files.

    `folder` is where uv looks upwards for `uv.toml` and `[tool.uv]`; without it only the files of
    the user and of the machine count. A file that cannot be read counts as absent: the tool whose
    file it is reports it better.
    """
    options = pip_settings.read_options(environ)
    stated = uv_settings.read(environ, folder)
    from_pip = Indexes(
        options.get("index-url") or options.get("pypi-url"),
        tuple(options.get("extra-index-url", "").split()),
        tuple(options.get("find-links", "").split()),
        pip_settings.is_true(options.get("no-index")),
    )
    from_uv = Indexes(stated.index_url, stated.extra_index_urls, stated.find_links, stated.no_index)
    return IndexSettings(
        pip=from_pip,
        uv=from_uv,
        certificate=options.get("cert") or _first(environ, "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"),
        client_certificate=options.get("client-cert") or environ.get("SSL_CLIENT_CERT"),
        proxy=options.get("proxy"),
        timeout=_seconds(
            options.get("timeout")
            or options.get("default-timeout")
            or environ.get("UV_HTTP_TIMEOUT")
        ),
        trusted_hosts=(*options.get("trusted-host", "").split(), *stated.insecure_hosts),
        credentials=(
            *_credentials_in((*from_uv.urls(), *from_uv.find_links)),
            *_named_credentials(stated.named, environ),
            *_credentials_in((*from_pip.urls(), *from_pip.find_links)),
        ),
    )


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Give scheme, host and port of a URL, the scheme's usual port filled in."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return scheme, (parts.hostname or "").lower(), port or _DEFAULT_PORTS.get(scheme)


def _credentials_in(urls: Iterable[str]) -> tuple[Credential, ...]:
    return tuple(
        Credential(origin_of(url), unquote(parts.username or ""), unquote(parts.password or ""))
        for url in urls
        if "@" in (parts := urlsplit(url)).netloc
    )


def _named_credentials(
    indexes: Iterable[NamedIndex], environ: Mapping[str, str]
) -> tuple[Credential, ...]:
    """Read UV_INDEX_NAME_USERNAME and _PASSWORD.

    https://docs.astral.sh/uv/concepts/indexes/#providing-credentials-directly
    """
    found = []
    for index in indexes:
        prefix = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", index.name.upper())
        user = environ.get(f"{prefix}_USERNAME")
        password = environ.get(f"{prefix}_PASSWORD")
        if user is not None or password is not None:
            found.append(Credential(origin_of(index.url), user or "", password or ""))
    return tuple(found)


def _first(environ: Mapping[str, str], *names: str) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
