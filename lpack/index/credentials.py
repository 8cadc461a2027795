"""Users and passwords for the origins of indexes: from addresses, variables and the keyring."""

from __future__ import annotations

import netrc
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lpack.index.uv_settings import NamedIndex
    from lpack.system import System

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PROVIDERS = ("subprocess", "import")

Origin = tuple[str, str, int | None]
"""Scheme, host, port."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A user and password for one origin; never shown."""

    origin: Origin
    user: str = field(repr=False)
    password: str = field(repr=False)
    """Empty when only the user is known, whose password a keyring may have."""
    service: str = ""
    """URL of the index that names the user, which is what a keyring calls it."""


class Keyring:
    """The `keyring` program, asked once for each origin and only where nothing else is known."""

    def __init__(self, system: System) -> None:
        """Keep the way to start it; nothing is asked yet."""
        self.system = system
        self._known: dict[Origin, str | None] = {}
        self._asking = threading.Lock()

    def password(self, credential: Credential) -> str | None:
        """Give the password of a user, or None when the keyring has none or netrc has one."""
        with self._asking:
            if credential.origin not in self._known:
                self._known[credential.origin] = self._find(credential)
            return self._known[credential.origin]

    def _find(self, credential: Credential) -> str | None:
        program = self.system.which("keyring")
        if program is None or _netrc_knows(credential.origin[1], self.system.environ):
            return None
        # As pip and uv do: first the index by its address, then its host.
        for service in (credential.service, urlsplit(credential.service).netloc):
            try:
                done = self.system.run([str(program), "get", service, credential.user])
            except OSError:
                return None
            if done.status == 0 and done.stdout.strip():
                return done.stdout.decode(errors="replace").strip("\r\n")
        return None


def keyring_of(options: Mapping[str, str], system: System | None) -> Keyring | None:
    """Give the keyring when pip or uv is told to use one."""
    if system is None:
        return None
    provider = options.get("keyring-provider") or system.environ.get("UV_KEYRING_PROVIDER")
    return Keyring(system) if provider in _PROVIDERS else None


def origin_of(url: str) -> Origin:
    """Give scheme, host and port of a URL, the scheme's usual port filled in."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return scheme, (parts.hostname or "").lower(), port or _DEFAULT_PORTS.get(scheme)


def credentials_in(urls: Iterable[str]) -> tuple[Credential, ...]:
    """Read the users and passwords that addresses hold."""
    return tuple(
        Credential(
            origin_of(url),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])),
        )
        for url in urls
        if "@" in (parts := urlsplit(url)).netloc
    )


def named_credentials(
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
            found.append(Credential(origin_of(index.url), user or "", password or "", index.url))
    return tuple(found)


def _netrc_knows(host: str, environ: Mapping[str, str]) -> bool:
    home = Path(environ.get("HOME") or Path.home())
    stated = environ.get("NETRC")
    for path in [Path(stated)] if stated else [home / ".netrc", home / "_netrc"]:
        try:
            if netrc.netrc(path).authenticators(host) is not None:
                return True
        except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
            continue
    return False
