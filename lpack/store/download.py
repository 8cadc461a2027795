"""Bringing one wheel into the store: bytes are counted and hashed while they stream."""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lpack.errors import BuildError
from lpack.lockfile import local_path
from lpack.model import Where

if TYPE_CHECKING:
    from pathlib import Path

    import requests

    from lpack.index.settings import IndexSettings
    from lpack.model import LockedPackage, LockedWheel, StoredWheel
    from lpack.store.wheels import WheelStore

ATTEMPTS = 4
LARGEST = 1 << 31
"""Bytes that are taken of a wheel whose size nobody states; Lambda takes an eighth of that."""
_CHUNK = 1 << 17
_CONNECTIONS = 8
_TIMEOUTS = (15.0, 60.0)
"""Seconds to connect, and between two reads."""
_FIRST_PAUSE = 0.3
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})

Progress = Callable[[int], None]
"""Told how many bytes have arrived since it was last told."""


class Interrupted(Exception):
    """Another download has failed, or the user has pressed Ctrl-C."""


class Downloader:
    """Fetches wheels over one set of kept connections."""

    def __init__(self, store: WheelStore, settings: IndexSettings, progress: Progress) -> None:
        """Keep what all downloads share; nothing is opened yet."""
        self.store = store
        self.settings = settings
        self.progress = progress
        self.interrupt = threading.Event()
        self._session: requests.Session | None = None
        self._opening = threading.Lock()

    def fetch(self, package: LockedPackage) -> StoredWheel:
        """Fetch, verify, admit and store one wheel.

        Raises BuildError LP201 to LP205 or LP210, and Interrupted.
        """
        wheel = package.wheels[0]
        with self.store.incoming() as arrived:
            local = local_path(wheel.location)
            if local is None:
                self._download(wheel, arrived)
            else:
                self._copy(wheel, local, arrived)
            return self.store.publish(arrived, package)

    def close(self) -> None:
        """Close the kept connections."""
        if self._session is not None:
            self._session.close()

    def _copy(self, wheel: LockedWheel, source: Path, arrived: Path) -> None:
        try:
            if source.exists() and not source.is_file():
                # What is no regular file may have no end.
                raise OSError(errno.EINVAL, "it is not a regular file")  # noqa: TRY301
            file = source.open("rb")
        except OSError as error:
            raise BuildError(
                "LP201",
                f"`{wheel.filename}` cannot be read: {error.strerror}",
                where=Where(str(source)),
                hint="put the wheel back, or run `lpack lock`",
            ) from error
        with file:
            self._receive(iter(lambda: file.read(_CHUNK), b""), wheel, arrived)

    def _download(self, wheel: LockedWheel, arrived: Path) -> None:
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt and self.interrupt.wait(_FIRST_PAUSE * 2**attempt):
                raise Interrupted
            reason_or_done = self._attempt(wheel, arrived)
            if reason_or_done is None:
                return
            reason = reason_or_done
        raise BuildError(
            "LP201",
            f"`{wheel.filename}` cannot be downloaded: {reason}",
            hint=f"check the connection to `{urlsplit(wheel.location).hostname}`",
        )

    def _attempt(self, wheel: LockedWheel, arrived: Path) -> str | None:
        """Try once; give the reason when another try may help, None when the file is here."""
        import requests  # noqa: PLC0415 - 200 ms that a build from the cache does not pay

        try:
            with self._open().get(
                wheel.location,
                stream=True,
                timeout=self.settings.timeout or _TIMEOUTS,
                auth=self.settings.credentials_for(wheel.location),
                headers={"Accept-Encoding": "identity"},
            ) as response:
                if response.status_code in _TRY_AGAIN:
                    return f"the server answered {response.status_code}"
                self._refuse_status(response, wheel)
                body = response.raw.stream(_CHUNK, decode_content=False)
                self._receive(body, wheel, arrived)
        except (requests.ConnectionError, requests.Timeout) as error:
            return _network_reason(error)
        except requests.RequestException as error:
            raise BuildError(
                "LP201",
                f"`{wheel.filename}` cannot be downloaded: {_network_reason(error)}",
                hint="run `lpack lock` to look for it anew",
            ) from error
        except ValueError as error:
            # requests lets urllib's own complaint through when a redirect is no address.
            raise BuildError(
                "LP201",
                f"`{wheel.filename}` cannot be downloaded: {error}",
                hint="run `lpack lock` to look for it anew",
            ) from error
        except OSError as error:
            if error.errno is not None and error.filename is not None:
                raise  # the disk, not the network
            return _network_reason(error)
        except Exception as error:
            # urllib3's own errors reach us while the raw body is read.
            if type(error).__module__.split(".")[0] != "urllib3":
                raise
            return _network_reason(error)
        return None

    def _refuse_status(self, response: requests.Response, wheel: LockedWheel) -> None:
        status, host = response.status_code, urlsplit(wheel.location).hostname
        if status in (401, 403):
            raise BuildError(
                "LP205",
                f"`{host}` refuses the download of `{wheel.filename}` ({status})",
                hint="give credentials in the index address, in ~/.netrc or in pip.conf",
            )
        if status != 200:  # noqa: PLR2004 - no range was asked for, so nothing else is the file
            raise BuildError(
                "LP201",
                f"`{wheel.filename}` cannot be downloaded: the server answered {status}",
                hint="run `lpack lock` to look for it anew",
            )

    def _receive(self, chunks: object, wheel: LockedWheel, arrived: Path) -> None:
        digest, size = hashlib.sha256(), 0
        with arrived.open("wb") as file:
            for chunk in chunks:  # type: ignore[attr-defined]  # an iterator of bytes
                if self.interrupt.is_set():
                    raise Interrupted
                size += len(chunk)
                if size > (LARGEST if wheel.size is None else wheel.size):
                    break
                digest.update(chunk)
                file.write(chunk)
                self.progress(len(chunk))
        _compare(wheel, size, digest.hexdigest())

    def _open(self) -> requests.Session:
        with self._opening:
            if self._session is None:
                self._session = _session(self.settings)
            return self._session


def _compare(wheel: LockedWheel, size: int, sha256: str) -> None:
    if wheel.size is None and size > LARGEST:
        raise BuildError(
            "LP203",
            f"`{wheel.filename}` has more than {LARGEST:,} bytes, and the lock states no size",
            hint="run `lpack lock`, which notes the sizes",
        )
    if wheel.size is not None and size != wheel.size:
        relation = "more than" if size > wheel.size else "only"
        shown = f"{wheel.size:,}" if size > wheel.size else f"{size:,}"
        raise BuildError(
            "LP203",
            f"`{wheel.filename}` has {relation} {shown} bytes, and the lock says {wheel.size:,}",
            hint="somebody changed the file: compare with the index before you run `lpack lock`",
        )
    if sha256 != wheel.sha256:
        raise BuildError(
            "LP202",
            f"`{wheel.filename}` has sha256 {sha256}, and the lock says {wheel.sha256}",
            hint="somebody changed the file: compare with the index before you run `lpack lock`",
        )


def _network_reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    inner = getattr(reason, "reason", None) or reason
    causes: tuple[object, ...] = getattr(inner, "args", ())
    if len(causes) > 1 and isinstance(causes[1], Exception):
        inner = causes[1]  # of urllib3's `('Connection aborted.', error)`
    text = str(inner) if inner else type(error).__name__
    return text.split("): ", 1)[-1].splitlines()[0][:200]


def _session(settings: IndexSettings) -> requests.Session:
    import ssl  # noqa: PLC0415 - only a download needs it

    import requests  # noqa: PLC0415 - only a download needs it
    import truststore  # noqa: PLC0415 - only a download needs it
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - only a download needs it

    class Adapter(HTTPAdapter):
        """Trusts what the operating system trusts, where no certificate file is named."""

        def init_poolmanager(self, *arguments: object, **keywords: object) -> None:
            if settings.certificate is None:
                keywords["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            super().init_poolmanager(*arguments, **keywords)  # type: ignore[arg-type]

    session = requests.Session()
    adapter = Adapter(pool_connections=_CONNECTIONS, pool_maxsize=_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if settings.certificate is not None:
        session.verify = settings.certificate
    if settings.client_certificate is not None:
        session.cert = settings.client_certificate
    if settings.proxy is not None:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    return session
