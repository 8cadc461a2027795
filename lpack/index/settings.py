"""Where packages come from: the index settings of pip and of uv, read as each reads its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from lpack.index import pip_settings, uv_settings
from lpack.index.credentials import (
    Credential,
    Keyring,
    credentials_in,
    keyring_of,
    named_credentials,
    origin_of,
)
from lpack.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import IndexOptions
    from lpack.system import System

DEFAULT_INDEX = "https://pypi.org/simple"


@dataclass(frozen=True, slots=True)
class Indexes:
    """The places to look for packages, credentials and all, as one tool was told them."""

    index_url: str | None = field(default=None, repr=False)
    extra_index_urls: tuple[str, ...] = field(default=(), repr=False)
    find_links: tuple[str, ...] = field(default=(), repr=False)
    """URLs, or paths as written."""
    no_index: bool = False
    assigned: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Normalised name of a distribution, and the URL of the one index that it comes from."""
    reserved: tuple[str, ...] = field(default=(), repr=False)
    """URLs of indexes that are asked for what is assigned to them, and for nothing else."""

    @property
    def are_stated(self) -> bool:
        """Whether anything was said at all."""
        return self != Indexes()

    def urls(self) -> tuple[str, ...]:
        """Give every index to ask for any name, the main one first; none with `no_index`."""
        if self.no_index:
            return ()
        closed = set(map(_plain, self.reserved))
        known = (self.index_url or DEFAULT_INDEX, *self.extra_index_urls)
        return tuple(url for url in known if _plain(url) not in closed)

    def urls_for(self, name: str) -> tuple[str, ...]:
        """Give the indexes to ask for a project by its normalised name."""
        if self.no_index:
            return ()
        own = dict(self.assigned).get(name)
        return self.urls() if own is None else (own,)

    def links_for(self, name: str) -> tuple[str, ...]:
        """Give the folders and pages of files to look through for a project."""
        return () if name in dict(self.assigned) and not self.no_index else self.find_links


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
    keyring: Keyring | None = field(default=None, repr=False, compare=False)

    def indexes_for(self, resolver: str) -> Indexes:
        """Give a resolver's own settings, or the other tool's where it was told nothing."""
        own, other = (self.uv, self.pip) if resolver == "uv" else (self.pip, self.uv)
        return own if own.are_stated else other

    def also_stated(self, options: IndexOptions) -> IndexSettings:
        """Add the credentials in the addresses that a requirements file states itself."""
        assigned = (url for _, url in options.assigned)
        urls = (options.index_url or "", *options.extra_index_urls, *options.find_links, *assigned)
        return replace(self, credentials=(*credentials_in(urls), *self.credentials))

    def with_credentials(self, url: str) -> str:
        """Give an index's URL with its user and password, for a tool that has to log in."""
        known = None if "@" in urlsplit(url).netloc else self.credentials_for(url)
        if known is None:
            return url
        user, password = (quote(one, safe="") for one in known)
        return url.replace("://", f"://{user}:{password}@", 1)

    def credentials_for(self, url: str) -> tuple[str, str] | None:
        """Give user and password for a URL of the same scheme, host and port as an index.

        The keyring is asked for the password of a user whose address has none.
        """
        wanted = origin_of(url)
        found = [one for one in self.credentials if one.origin == wanted]
        known = next((one for one in found if one.password), None)
        if known is None and found:
            known = found[0]
            password = self.keyring.password(known) if self.keyring and known.user else None
            return known.user, password or ""
        return None if known is None else (known.user, known.password)

    def is_trusted(self, url: str) -> bool:
        """Whether the user wants a host's certificate not to be checked."""
        _, host, port = origin_of(url)
        return bool({host, f"{host}:{port}", "*"} & {one.lower() for one in self.trusted_hosts})


def read_index_settings(
    environ: Mapping[str, str], folder: Path | None = None, system: System | None = None
) -> IndexSettings:
    """Read pip's and uv's settings from the environment and from their files.

    `folder` is where uv looks upwards for `uv.toml` and `[tool.uv]`; without it only the files of
    the user and of the machine count. `system` is what starts `keyring` where pip or uv is told
    to ask it; without it nobody does. A file that cannot be read counts as absent: the tool whose
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
            *credentials_in((*from_uv.urls(), *from_uv.find_links)),
            *named_credentials(stated.named, environ),
            *credentials_in((*from_pip.urls(), *from_pip.find_links)),
        ),
        keyring=keyring_of(options, system),
    )


def _plain(url: str) -> str:
    """Give an address as it is compared: without user and password, and without a last slash."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def _first(environ: Mapping[str, str], *names: str) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
