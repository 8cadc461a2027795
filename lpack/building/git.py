"""Commits and checkouts of git repositories, with the user's own access to them."""

from __future__ import annotations

import base64
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from lpack.building.failing import ending, last_lines
from lpack.errors import BuildError, without_credentials
from lpack.model import Where
from lpack.wheels.refusal import shown

if TYPE_CHECKING:
    from lpack.system import System

_SECONDS = 15 * 60
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
_ABBREVIATED = re.compile(r"[0-9a-fA-F]{4,39}")
# Without hooks and helpers of the repository; the bytes as they were committed.
_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.autocrlf=false"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "advice.detachedHead=false"),
    *("-c", "gc.auto=0"),
)
# `git rev-parse --local-env-vars`: set where lpack runs in a hook, and of another repository.
_LOCAL = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
}
_FETCH = ("fetch", "--quiet")
_ALL_DEPTHS = f"--depth={2**31 - 1}"
# What git says of every failure, after the line that tells the reason.
_NOISE = ("fatal: Could not read from remote", "Please make sure", "and the repository exists")
_FETCHED = "refs/remotes/origin/lpack"
_EVERYTHING = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")


def commit_of(url: str, revision: str, system: System) -> str:
    """Give the full commit that a branch, tag or commit of a repository means now.

    A branch comes before a tag of the same name, as in pip and uv. An empty revision is what the
    repository shows first. Raises BuildError LP121.
    """
    if _COMMIT.fullmatch(revision):
        return revision.lower()
    git = _Git(url, system)
    names = _names_of(revision)
    found = {}
    for line in git.run("ls-remote", "--quiet", "--", git.url, *names).splitlines():
        commit, _, name = line.partition("\t")
        found[name] = commit
    known = next((found[name] for name in names if name in found), "")
    if _COMMIT.fullmatch(known):
        return known.lower()
    if _ABBREVIATED.fullmatch(revision):
        return _lengthened(git, revision)
    raise git.failed(
        f"has no branch or tag `{shown(revision)}`" if revision else "is empty",
        hint="name a branch, a tag or a commit that the repository has",
    )


def checkout(url: str, commit: str, into: Path, system: System) -> None:
    """Put the files of a commit, with those of its submodules, into a folder that is not there yet.

    Its history and tags come along, for backends that make a version of them. Raises BuildError
    LP121.
    """
    commit = commit.lower()
    git = _Git(url, system)
    if not _COMMIT.fullmatch(commit):
        raise git.failed(f"has no commit `{shown(commit)}`")
    git = git.copied_to(into)
    _fetch(git, commit)
    if not git.succeeds("cat-file", "-e", f"{commit}^{{commit}}"):
        raise git.failed(f"has no commit `{commit}`")
    git.run("checkout", "--quiet", "--detach", commit, "--")
    if git.run("rev-parse", "HEAD").strip() != commit:
        raise git.failed(f"has no commit `{commit}`, but a tag object")
    if (into / ".gitmodules").is_file():
        git.run("submodule", "--quiet", "update", "--init", "--recursive")


def _fetch(git: _Git, commit: str) -> None:
    """Fetch a commit with its files, its history and the tags on that, and if it can be no more.

    The version of a project is often the distance to the last tag. Of former commits the content
    of files stays away, as with pip; but the filter may come only after the server has proved to
    be a smart one: with a plain one git would start itself again and again.
    """
    if git.succeeds(*_FETCH, "--depth=1", "--no-tags", "--", "origin", commit):
        words = ("--filter=blob:none", _ALL_DEPTHS, "--", "origin", f"{commit}:{_FETCHED}")
        git.run(*_FETCH, *words)
    else:
        # Some servers give only what a branch or tag points to.
        git.run(*_FETCH, "--", "origin", *_EVERYTHING)


def _names_of(revision: str) -> tuple[str, ...]:
    if not revision or revision == "HEAD":
        return ("HEAD",)
    whole = (revision,) if revision.startswith("refs/") else ()
    names = (*whole, f"refs/heads/{revision}", f"refs/tags/{revision}")
    # An annotated tag is an object of its own; what it was put on is marked so.
    return tuple(known for name in names for known in (f"{name}^{{}}", name))


def _lengthened(git: _Git, revision: str) -> str:
    """Find the commit whose first digits are known, which only its history tells."""
    with tempfile.TemporaryDirectory(prefix="lpack-", ignore_cleanup_errors=True) as name:
        local = git.copied_to(Path(name) / "repository")
        local.run(*_FETCH, "--", "origin", *_EVERYTHING)
        words = ("rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}")
        if not local.succeeds(*words):
            hint = "name a branch, a tag or all 40 digits of a commit"
            raise git.failed(f"has no branch, tag or commit `{revision}`", hint=hint)
        return local.run(*words).strip()


class _Git:
    """git, for one repository and perhaps a folder with a copy of it."""

    def __init__(self, url: str, system: System, folder: Path | None = None) -> None:
        self._stated, self._system, self._folder = url, system, folder
        self.url, self._environ = _access(url, system)

    def copied_to(self, folder: Path) -> _Git:
        """Make a copy, still empty, in a new folder."""
        folder.mkdir(parents=True)
        copy = _Git(self._stated, self._system, folder)
        copy.run("init", "--quiet", "--template=")
        copy.run("remote", "add", "--", "origin", self.url)
        return copy

    def run(self, *words: str) -> str:
        """Run git and give its output, or raise BuildError LP121 with the reason."""
        status, output, said = self._run(*words)
        if status:
            useful = [line for line in said if not line.startswith(_NOISE)] or list(said)
            reason = useful[-1] if useful else ending(status)
            raise self.failed(f"cannot be fetched: {reason}")
        return output

    def succeeds(self, *words: str) -> bool:
        """Run git and tell whether it could do it."""
        return self._run(*words)[0] == 0

    def failed(self, reason: str, hint: str | None = None) -> BuildError:
        """Make the error LP121."""
        address = shown(without_credentials(self.url))
        return BuildError(
            "LP121",
            f"the repository {reason}",
            where=Where(address),
            hint=hint or f"try `git ls-remote {address}`",
        )

    def _run(self, *words: str) -> tuple[int, str, tuple[str, ...]]:
        program = self._system.which("git")
        if program is None:
            raise self.failed("cannot be read without git", "install git")
        try:
            done = self._system.run(
                [str(program), *_SETTINGS, *words],
                environ=self._environ,
                folder=self._folder,
                timeout=_SECONDS,
            )
        except TimeoutError as error:
            raise self.failed(f"does not answer within {_SECONDS // 60} minutes") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise self.failed(f"cannot be read, as git does not start: {reason}") from error
        return done.status, done.stdout.decode("utf-8", "replace"), last_lines(done)


def _access(url: str, system: System) -> tuple[str, dict[str, str]]:
    """Give the URL without credentials, and the environment that makes git send them.

    On the command line everybody could read them, and in the copy of the repository its build.
    """
    environ = {name: value for name, value in system.environ.items() if name not in _LOCAL}
    environ.update(GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1", LC_ALL="C")
    # It comes before every other setting of protocols.
    if "GIT_ALLOW_PROTOCOL" in environ:
        allowed = environ["GIT_ALLOW_PROTOCOL"].split(":")
        environ["GIT_ALLOW_PROTOCOL"] = ":".join(one for one in allowed if one != "ext")
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    if not at or parts.scheme not in ("https", "http"):
        return url, environ
    clean = urlunsplit(parts._replace(netloc=host))
    user, _, password = login.partition(":")
    token = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    number = environ.get("GIT_CONFIG_COUNT", "")
    count = int(number) if number.isdecimal() else 0
    environ["GIT_CONFIG_COUNT"] = str(count + 1)
    environ[f"GIT_CONFIG_KEY_{count}"] = f"http.{clean}.extraHeader"
    environ[f"GIT_CONFIG_VALUE_{count}"] = f"Authorization: Basic {token}"
    return clean, environ
