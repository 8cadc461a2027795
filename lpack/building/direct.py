"""The address of a git repository in a requirement: `git+https://host/x.git@rev#subdirectory=a`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from lpack.errors import BuildError, without_credentials
from lpack.values import dataclass, field
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from lpack.model import Where

_PREFIX = "git+"
_SCHEMES = ("https", "ssh", "file", "http", "git")
_FORM = "write it as `git+https://host/repository.git@revision`"
# What git forbids in the name of a branch or tag (git-check-ref-format), and a leading hyphen,
# which would be read as an option.
_NO_REVISION = re.compile(r"^-|\.\.|[\x00-\x20\x7f~^:?*\[\\]|@\{|//|[/.]$|^/")


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A repository, what is wanted of it, and where in it the project lies."""

    url: str = field(repr=False)
    """For git, with user and password if they were written."""
    revision: str
    """A branch, tag or commit; empty for what the repository shows first."""
    subdirectory: str
    """With slashes; empty for the top."""

    @property
    def public_url(self) -> str:
        """The URL without a password; the user stays in ssh, where it is part of the address."""
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        kept = user.partition(":")[0] + at if parts.scheme == "ssh" else ""
        return urlunsplit(parts._replace(netloc=kept + host))


def parse_git(text: str, where: Where | None = None) -> GitAddress:
    """Read the URL of a git requirement, or raise BuildError LP101."""
    try:
        parts = urlsplit(text.removeprefix(_PREFIX).strip())
        parts.port  # noqa: B018 - raises ValueError for `git+ssh://git@host:owner/x.git`
    except ValueError as error:
        hint = "write a slash between host and path: `git+ssh://git@host/owner/repository.git`"
        raise _malformed(text, "its host or port cannot be read", where, hint) from error
    reason = _reason_against(text, parts)
    if reason:
        raise _malformed(text, reason, where)
    path, at, revision = parts.path.rpartition("@")
    revision = unquote(revision) if at else ""
    if at and (not revision or _NO_REVISION.search(revision)):
        raise _malformed(text, f"`{shown(revision)}` is no revision", where)
    url = urlunsplit(parts._replace(path=path if at else parts.path, fragment=""))
    return GitAddress(url, revision, _subdirectory(text, parts.fragment, where))


def _reason_against(text: str, parts: SplitResult) -> str | None:
    if not text.startswith(_PREFIX) or parts.scheme not in _SCHEMES or "://" not in text:
        return f"it does not begin with {', '.join(f'`{_PREFIX}{one}://`' for one in _SCHEMES[:3])}"
    # urlsplit drops tabs and line ends, so that what is checked would not be what was written.
    if not text.isprintable() or " " in text.strip():
        return "it has a space or a control character"
    if parts.scheme != "file" and not parts.hostname:
        return "it names no host"
    if (parts.hostname or "").startswith("-") or parts.netloc.startswith("-"):
        return "its host begins with a hyphen"
    return None if parts.path.strip("/") else "it names no repository"


def _subdirectory(text: str, fragment: str, where: Where | None) -> str:
    """Read `subdirectory` of the fragment; `egg`, which repeats the name, says nothing here."""
    stated = [value for key, value in parse_qsl(fragment, separator="&") if key == "subdirectory"]
    if not stated:
        return ""
    path = PurePosixPath(stated[-1])
    if path.is_absolute() or ".." in path.parts or "\\" in stated[-1]:
        raise _malformed(text, f"`{shown(stated[-1])}` leaves the repository", where)
    return "" if path == PurePosixPath() else path.as_posix()


def _malformed(text: str, reason: str, where: Where | None, hint: str | None = _FORM) -> BuildError:
    address = shown(without_credentials(text))
    return BuildError(
        "LP101", f"`{address}` is not the address of a repository: {reason}", where=where, hint=hint
    )
