"""Files, folders and repositories that a lock names, as the values that the rest works with."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from lpack.errors import BuildError
from lpack.model import BuiltFrom, LockedWheel, Where
from lpack.requirements.locks.base import malformed, quoted
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHA256 = re.compile(r"sha256:([0-9a-f]{64})", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SCHEMES = ("https", "http", "file")
_REPOSITORY_SCHEMES = ("https", "http", "ssh", "git", "file")
# git@host:owner/name, as git itself reads it.
_SCP = re.compile(r"([\w.-]+@)?([\w.-]+):(?!//)(.+)")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class LockFolder:
    """The place of a lock, which its relative paths start from."""

    folder: Path
    shown: str
    """The lock's name for messages."""

    def wheel(self, filename: str, location: str, digest: object, size: object) -> LockedWheel:
        """Make a wheel of what is stated; the digest is empty where it is no sha256."""
        self.check(filename, filename.isprintable() and "/" not in filename)
        sha256, counted = self._measured(location, digest, size)
        return LockedWheel(filename, location, sha256, counted)

    def sdist(
        self, location: str, digest: object, size: object, subdirectory: object = None
    ) -> BuiltFrom:
        """Make a source distribution of what is stated."""
        sha256, counted = self._measured(location, digest, size)
        below = self.subdirectory(subdirectory)
        return BuiltFrom("sdist", location, sha256, counted, below)

    def project(self, path: object) -> BuiltFrom:
        """Make a folder of the path that is stated."""
        return BuiltFrom("folder", self.path(path).as_uri())

    def repository(self, address: object, commit: object, subdirectory: object) -> BuiltFrom:
        """Make a commit of a git repository; the address is taken as git takes it."""
        stated = str(address).removeprefix("git+")
        scp = _SCP.fullmatch(stated) if "://" not in stated else None
        stated = f"ssh://{scp[1] or ''}{scp[2]}/{scp[3]}" if scp else stated
        parts = self._split(stated, _REPOSITORY_SCHEMES)
        self.check(commit, isinstance(commit, str) and _COMMIT.fullmatch(commit) is not None)
        user, host = "", parts.netloc.rpartition("@")[2]
        if parts.scheme == "ssh" and parts.username:
            user = f"{parts.username}@"  # says whom to ask, and is no secret
        url = urlunsplit((parts.scheme, user + host, parts.path, "", ""))
        below = self.subdirectory(subdirectory)
        return BuiltFrom("git", url, str(commit), subdirectory=below)

    def repository_in(self, url: object) -> BuiltFrom:
        """Make a commit of the one address that uv writes: query and fragment tell the rest."""
        self.check(url, isinstance(url, str))
        parts = self._split(str(url), _REPOSITORY_SCHEMES)
        below = parse_qs(parts.query).get("subdirectory", [None])[0]
        return self.repository(url, parts.fragment, below)

    def url(self, address: object) -> str:
        """Give an http or file address without credentials and fragment."""
        self.check(address, isinstance(address, str))
        parts = self._split(str(address), _SCHEMES)
        host = parts.netloc.rpartition("@")[2]
        self.check(address, (parts.scheme == "file") is (host in ("", "localhost")))
        return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))

    def path(self, stated: object, below: Path | None = None) -> Path:
        """Give the absolute path that is stated, relative to the lock or to a folder."""
        self.check(stated, isinstance(stated, str) and stated.isprintable())
        path = Path(str(stated))
        if str(stated).startswith("file://"):
            path = Path(unquote(urlsplit(str(stated)).path))
        try:
            return ((below or self.folder) / path).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise malformed(self.shown, f"{quoted(stated)} is no path") from error

    def subdirectory(self, stated: object) -> str:
        """Give a folder inside a source, which must not lead out of it."""
        if stated is None or stated in ("", "."):
            return ""
        self.check(
            stated,
            isinstance(stated, str)
            and stated.isprintable()
            and not stated.startswith("/")
            and ".." not in stated.split("/"),
        )
        return str(stated)

    def check(self, value: object, fits: bool) -> None:  # noqa: FBT001 - reads as an assertion
        """Raise BuildError LP110 for a value that no tool writes."""
        if not fits:
            reason = f"{quoted(value)} is no file, address or commit that can be used"
            raise malformed(self.shown, reason)

    def _split(self, address: str, schemes: tuple[str, ...]) -> SplitResult:
        self.check(address, unquote(address).isprintable())
        try:
            parts = urlsplit(address)
            fits = parts.scheme in schemes and parts.port != 0
        except ValueError as error:
            raise malformed(self.shown, f"{quoted(address)} is no address") from error
        self.check(address, fits and bool(parts.netloc or parts.scheme == "file"))
        return parts

    def _measured(self, location: str, digest: object, size: object) -> tuple[str, int | None]:
        """Give sha256 and size; those of a file that is here are found out."""
        self.check(size, size is None or (isinstance(size, int) and size >= 0))
        counted = size if isinstance(size, int) else None
        if digest is not None:
            self.check(digest, isinstance(digest, str))
            found = _SHA256.fullmatch(str(digest))
            self.check(digest, found is not None or not str(digest).startswith("sha256:"))
            return (found[1].lower() if found else ""), counted
        if urlsplit(location).scheme != "file":
            return "", counted
        return self._of_file(Path(unquote(urlsplit(location).path)))

    def _of_file(self, path: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        try:
            if path.exists() and not path.is_file():
                raise OSError(0, "it is not a regular file")  # noqa: TRY301 - one message for all
            for chunk in _chunks(path):
                digest.update(chunk)
                size += len(chunk)
        except OSError as error:
            raise BuildError(
                "LP201",
                f"{quoted(path.name)} cannot be read: {error.strerror}",
                where=Where(self.shown),
                hint="put the file back, or write the lock anew",
            ) from error
        return digest.hexdigest(), size


def filename_of(location: str) -> str:
    """Give the file name that an address ends with."""
    return unquote(urlsplit(location).path.rpartition("/")[2])


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
