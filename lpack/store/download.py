"""Bringing one wheel into the store: bytes are counted and hashed while they stream."""

from __future__ import annotations

import errno
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lpack.errors import BuildError
from lpack.model import Where
from lpack.store.answers import continues, pause_asked, refuse_status, validator_of
from lpack.store.parts import Arrival, arriving
from lpack.store.routes import AddressError
from lpack.store.web import Answer, Web
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lpack.index.settings import IndexSettings
    from lpack.model import LockedPackage, LockedWheel, StoredWheel
    from lpack.store.wheels import WheelStore

ATTEMPTS = 4
"""How often in a row a download may fail without getting on."""
LARGEST = 1 << 31
"""Bytes that are taken of a wheel whose size nobody states; Lambda takes an eighth of that."""
_CHUNK = 1 << 17
_FIRST_PAUSE = 0.3
_LONGEST_PAUSE = 30.0
"""Seconds that a server may ask for."""
_GOT_ON = 1 << 20
"""Bytes that are worth another try, however often there were some already."""
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_KEPT_AFTER = ("LP201", "LP205")
"""Failures after which what has arrived may be the beginning of the right file."""

Progress = Callable[[int], None]
"""Told how many bytes have arrived since it was last told; less than 0 when some were in vain."""


class Interrupted(Exception):
    """Another download has failed, or the user has pressed Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a try has failed, where another one may help."""

    reason: str
    pause: float = 0.0
    """Seconds that the server wants to be left alone."""


class Downloader:
    """Fetches wheels over one set of kept connections."""

    def __init__(self, store: WheelStore, settings: IndexSettings, progress: Progress) -> None:
        """Keep what all downloads share; nothing is opened yet."""
        self.store = store
        self.interrupt = threading.Event()
        self._progress = progress
        self._telling = threading.Lock()
        self._web = Web(settings)

    def fetch(self, package: LockedPackage) -> StoredWheel:
        """Fetch, verify, admit and store one wheel.

        Raises BuildError LP201 to LP205 or LP210, and Interrupted.
        """
        wheel = package.wheels[0]
        is_local = _local_path(wheel.location) is not None
        with self.store.arriving(None if is_local else wheel.sha256) as arrival:
            try:
                self._receive(wheel, arrival)
                return self.store.publish(arrival.path, package)
            except (BuildError, OSError) as error:
                if not isinstance(error, BuildError) or error.code not in _KEPT_AFTER:
                    arrival.start_over()
                raise

    def bring(self, file: LockedWheel, to: Path) -> None:
        """Bring any file, verified as far as its size and digest are known, to a path.

        Raises BuildError LP201 to LP203 or LP205, Interrupted, and OSError of the disk.
        """
        to.touch()
        with arriving(to) as arrival:
            self._receive(file, arrival)

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def stop(self) -> None:
        """Let every thread that fetches end at once with Interrupted."""
        self.interrupt.set()
        self._web.close()

    def _receive(self, wheel: LockedWheel, arrival: Arrival) -> None:
        local = _local_path(wheel.location)
        if local is None:
            self._download(wheel, arrival)
        else:
            self._copy(wheel, local, arrival)
        arrival.flush()

    def _copy(self, wheel: LockedWheel, source: Path, arrival: Arrival) -> None:
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
            self._take(iter(lambda: file.read(_CHUNK), b""), wheel, arrival)
        _compare(wheel, arrival)

    def _download(self, wheel: LockedWheel, arrival: Arrival) -> None:
        """Download the rest of a wheel; if it does not fit what was there, all of it, once."""
        self._tell(arrival.size)
        self._bring_rest(wheel, arrival)
        try:
            _compare(wheel, arrival)
        except BuildError:
            if not arrival.is_pieced:
                raise
            self._start_over(arrival)
            self._bring_rest(wheel, arrival)
            _compare(wheel, arrival)

    def _bring_rest(self, wheel: LockedWheel, arrival: Arrival) -> None:
        if arrival.size and arrival.size == wheel.size:
            return
        failures, furthest = 0, arrival.size
        while (trouble := self._attempt(wheel, arrival)) is not None:
            failures = 1 if arrival.size >= furthest + _GOT_ON else failures + 1
            furthest = max(furthest, arrival.size)
            if failures == ATTEMPTS:
                raise _unreachable(wheel, trouble.reason)
            asked = min(trouble.pause, _LONGEST_PAUSE)
            if self.interrupt.wait(max(_FIRST_PAUSE * 2**failures, asked)):
                raise Interrupted

    def _attempt(self, wheel: LockedWheel, arrival: Arrival) -> Trouble | None:
        """Try once; give the reason when another try may help, None when all bytes are here."""
        headers = {"Range": f"bytes={arrival.size}-"} if arrival.size else {}
        if headers and arrival.validator:
            # What is left of an earlier run has none: its size and digest decide.
            headers["If-Range"] = arrival.validator
        try:
            with self._web.get(wheel.location, headers) as answer:
                return self._judge(answer, wheel, arrival)
        except AddressError as error:
            raise _gone(wheel, str(error)) from error
        except ssl.SSLCertVerificationError as error:
            raise _distrusted(wheel, error) from error
        except (HTTPException, OSError) as error:
            if self.interrupt.is_set():
                raise Interrupted from error
            if isinstance(error, OSError) and error.filename is not None:
                raise  # the disk, not the network
            return Trouble(_network_reason(error))

    def _judge(self, answer: Answer, wheel: LockedWheel, arrival: Arrival) -> Trouble | None:
        status = answer.status
        if status in _TRY_AGAIN:
            return Trouble(f"the server answered {status}", pause_asked(answer.headers))
        if arrival.size and status in (206, 416):
            total = continues(answer, arrival.size, wheel.size)
            if total is None:
                self._start_over(arrival)
                return Trouble(f"the server answered {status} with other bytes than asked for")
            arrival.is_pieced = True
            self._take(answer.pieces(), wheel, arrival)
            return Trouble("the server sent a part only") if arrival.size < total else None
        refuse_status(status, wheel)
        self._start_over(arrival)
        arrival.validator = validator_of(answer.headers)
        self._take(answer.pieces(), wheel, arrival)
        return None

    def _take(self, pieces: Iterable[bytes], wheel: LockedWheel, arrival: Arrival) -> None:
        limit = LARGEST if wheel.size is None else wheel.size
        for piece in pieces:
            arrival.take(piece)
            self._tell(len(piece))
            if self.interrupt.is_set():
                raise Interrupted
            if arrival.size > limit:
                return

    def _start_over(self, arrival: Arrival) -> None:
        self._tell(-arrival.size)
        arrival.start_over()

    def _tell(self, count: int) -> None:
        if count:
            with self._telling:
                self._progress(count)


def _local_path(location: str) -> Path | None:
    if location[:5].lower() != "file:":
        return None
    from lpack.lockfile import local_path  # noqa: PLC0415 - 30 ms that a download does not pay

    return local_path(location)


def _compare(wheel: LockedWheel, arrival: Arrival) -> None:
    """Hold what has arrived against what the lock says; raises BuildError LP202 or LP203."""
    size = arrival.size
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
    if wheel.sha256 and arrival.sha256 != wheel.sha256:
        raise BuildError(
            "LP202",
            f"`{wheel.filename}` has sha256 {arrival.sha256}, and the lock says {wheel.sha256}",
            hint="somebody changed the file: compare with the index before you run `lpack lock`",
        )


def _unreachable(wheel: LockedWheel, reason: str) -> BuildError:
    return BuildError(
        "LP201",
        f"`{wheel.filename}` cannot be downloaded: {reason}",
        hint=f"check the connection to `{urlsplit(wheel.location).hostname}`",
    )


def _gone(wheel: LockedWheel, reason: str) -> BuildError:
    return BuildError(
        "LP201",
        f"`{wheel.filename}` cannot be downloaded: {reason}",
        hint="run `lpack lock` to look for it anew",
    )


def _distrusted(wheel: LockedWheel, error: ssl.SSLCertVerificationError) -> BuildError:
    return BuildError(
        "LP201",
        f"`{wheel.filename}` cannot be downloaded: the certificate of"
        f" `{urlsplit(wheel.location).hostname}` is not trusted: {error.verify_message}",
        hint="name the file of its authority in PIP_CERT or SSL_CERT_FILE",
    )


def _network_reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    if isinstance(error, HTTPException) and not isinstance(error, OSError):
        text = f"the server does not answer in HTTP: {type(error).__name__}"
    return str(text).splitlines()[0][:200]
