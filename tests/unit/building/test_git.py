"""Commits are found and checked out with the user's access, and nothing of a repository runs."""

from __future__ import annotations

import base64
import functools
import subprocess
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from lpack.building.git import checkout, commit_of
from lpack.errors import BuildError
from lpack.system import Completed, System
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example", "-c", "protocol.file.allow=always")


@dataclass(frozen=True)
class Repository:
    """A repository on this disk."""

    folder: Path

    @property
    def url(self) -> str:
        """Give its address."""
        return self.folder.as_uri()

    def git(self, *words: str) -> str:
        """Run git in it and give what it says."""
        done = subprocess.run(
            ["git", *_AUTHOR, *words], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, name: str, content: str) -> str:
        """Commit a file and give the commit."""
        (self.folder / name).write_text(content)
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", content)
        return self.git("rev-parse", "HEAD")


class RecordingSystem(System):
    """Remembers what was started, and with which variables."""

    started: list[tuple[Sequence[str], Mapping[str, str]]]

    def run(
        self,
        command: Sequence[str],
        *,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        timeout: float | None = None,
    ) -> Completed:
        """Run it all the same."""
        self.started.append((command, environ or {}))
        return System.run(
            self, command, stdin=stdin, environ=environ, folder=folder, timeout=timeout
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Give a repository with two commits, a tag on the first, and a branch."""
    made = Repository(tmp_path / "remote")
    made.folder.mkdir()
    made.git("init", "--quiet", "-b", "main")
    made.commit("a.txt", "first\r\n")
    made.git("tag", "-a", "v1", "-m", "annotated")
    made.git("tag", "plain")
    made.commit("a.txt", "second")
    made.git("branch", "feature/x")
    return made


def test_names_are_held_to_commits(repository: Repository) -> None:
    """A tag means the commit that it was put on, no revision what the repository shows."""
    first, second = repository.git("rev-parse", "HEAD~1"), repository.git("rev-parse", "HEAD")
    expected = {
        "": second,
        "HEAD": second,
        "main": second,
        "feature/x": second,
        "refs/heads/main": second,
        "v1": first,
        "plain": first,
        "refs/tags/v1": first,
        first[:8]: first,
        first.upper(): first,
    }

    found = {name: commit_of(repository.url, name, System()) for name in expected}

    assert found == expected


def test_a_branch_wins_over_a_tag_of_its_name(repository: Repository) -> None:
    """So it is in pip and uv."""
    repository.git("branch", "v1")

    assert commit_of(repository.url, "v1", System()) == repository.git("rev-parse", "HEAD")


def test_a_commit_needs_no_repository() -> None:
    """What is pinned already is not asked for."""
    assert commit_of("file:///nowhere", "a" * 40, System()) == "a" * 40


def test_the_files_of_a_commit_are_checked_out(repository: Repository, tmp_path: Path) -> None:
    """As they were committed, with the history that a version is made of."""
    first = repository.git("rev-parse", "HEAD~1")

    checkout(repository.url, first, tmp_path / "copy", System())

    assert (tmp_path / "copy/a.txt").read_bytes() == b"first\r\n"
    assert Repository(tmp_path / "copy").git("describe", "--tags") == "v1"


def test_nothing_later_than_the_commit_comes_along(repository: Repository, tmp_path: Path) -> None:
    """What is pushed later must not change what is built of a commit."""
    first = repository.git("rev-parse", "HEAD~1")
    checkout(repository.url, first, tmp_path / "copy", System())

    log = Repository(tmp_path / "copy").git("log", "--all", "--format=%H")

    assert log.splitlines() == [first]


def test_submodules_come_along(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project may need them to be built."""
    # git lets no submodule lie on the disk unless its user does.
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file:ext")
    inner = Repository(tmp_path / "inner")
    inner.folder.mkdir()
    inner.git("init", "--quiet")
    inner.commit("inside.txt", "in")
    repository.git("submodule", "--quiet", "add", inner.url, "sub")
    commit = repository.commit("b.txt", "with a submodule")

    checkout(repository.url, commit, tmp_path / "copy", System())

    assert (tmp_path / "copy/sub/inside.txt").read_text() == "in"


def test_a_submodule_cannot_run_a_program(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ext::` stays forbidden, even where the user allows it to himself."""
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file:ext")
    (repository.folder / ".gitmodules").write_text(
        f'[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c "touch% {tmp_path}/ran"\n'
    )
    commit = repository.git("rev-parse", "HEAD")
    (repository.folder / "sub").mkdir()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    commit = repository.commit("b.txt", "hostile")

    with pytest.raises(BuildError, match="transport 'ext' not allowed|cannot be fetched"):
        checkout(repository.url, commit, tmp_path / "copy", System())

    assert not (tmp_path / "ran").exists()


def test_hooks_of_the_user_do_not_run(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates put hooks into every new repository, and some write files."""
    hooks = tmp_path / "template/hooks"
    hooks.mkdir(parents=True)
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "post-checkout").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))

    checkout(repository.url, repository.git("rev-parse", "HEAD"), tmp_path / "copy", System())

    assert not (tmp_path / "ran").exists()


def test_the_repository_that_lpack_runs_in_is_left_alone(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a hook, variables of git point to the user's own repository."""
    monkeypatch.setenv("GIT_DIR", str(repository.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.folder / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository.folder))

    checkout(repository.url, commit_of(repository.url, "v1", System()), tmp_path / "c", System())

    assert (repository.folder / "a.txt").read_text() == "second"
    assert (tmp_path / "c/a.txt").exists()


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("nope", "has no branch or tag `nope`"),
        ("abcdef12", "has no branch, tag or commit `abcdef12`"),
        ("v", "has no branch or tag `v`"),
    ],
)
def test_a_revision_that_is_not_there_is_named(
    repository: Repository, revision: str, reason: str
) -> None:
    """A part of a name is no name."""
    with pytest.raises(BuildError, match=reason) as failed:
        commit_of(repository.url, revision, System())

    assert failed.value.code == "LP121"


def test_an_empty_repository_has_no_commit(tmp_path: Path) -> None:
    """There is nothing to build."""
    empty = Repository(tmp_path / "empty")
    empty.folder.mkdir()
    empty.git("init", "--quiet")

    with pytest.raises(BuildError, match="the repository is empty"):
        commit_of(empty.url, "", System())


def test_a_commit_that_is_not_there_is_named(repository: Repository, tmp_path: Path) -> None:
    """A commit may have been taken back with a forced push."""
    with pytest.raises(BuildError, match="has no commit `aaaa") as failed:
        checkout(repository.url, "a" * 40, tmp_path / "copy", System())

    assert failed.value.code == "LP121"


def test_a_tag_object_is_no_commit(repository: Repository, tmp_path: Path) -> None:
    """The lock names commits, and a tag can be put elsewhere."""
    tag = repository.git("rev-parse", "v1")

    with pytest.raises(BuildError, match="but a tag object"):
        checkout(repository.url, tag, tmp_path / "copy", System())


@pytest.mark.parametrize("url", ["file:///nowhere", "http://127.0.0.1:9/x", "--upload-pack=x"])
def test_git_says_why_a_repository_cannot_be_had(url: str) -> None:
    """Its own reason comes last, without what it says of every failure."""
    with pytest.raises(BuildError, match="cannot be fetched: fatal: ") as failed:
        commit_of(url, "main", System())

    assert failed.value.code == "LP121"
    assert "Could not read from remote" not in str(failed.value)


def test_git_may_be_missing(tmp_path: Path) -> None:
    """The hint says what to install."""
    with pytest.raises(BuildError, match="without git") as failed:
        commit_of("file:///nowhere", "main", System({"PATH": str(tmp_path)}))

    assert failed.value.diagnostics[0].hint == "install git"


class _Private(SimpleHTTPRequestHandler):
    """Serves a folder to those who log in."""

    def do_GET(self) -> None:
        token = base64.b64encode(b"me:pa@ss").decode()
        if self.headers["Authorization"] == f"Basic {token}":
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        del format, args


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Private, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_password_is_sent_and_kept_nowhere(repository: Repository, tmp_path: Path) -> None:
    """Neither a list of processes nor the copy, which the build reads, has it.

    The server is a plain one, which gives no single commits.
    """
    repository.git("update-server-info")
    commit = repository.git("rev-parse", "v1^{}")
    system = RecordingSystem()
    object.__setattr__(system, "started", [])
    with _served(repository.folder / ".git") as host:
        url = f"http://me:pa%40ss@{host}/"

        assert commit_of(url, "v1", system) == commit
        checkout(url, commit, tmp_path / "copy", system)

    assert (tmp_path / "copy/a.txt").exists()
    assert not [words for words, _ in system.started if "pa%40ss" in " ".join(words)]
    assert "pa" not in (tmp_path / "copy/.git/config").read_text().partition("[remote")[2]


def test_a_wrong_password_is_neither_asked_for_nor_shown(repository: Repository) -> None:
    """Nobody is there to answer."""
    with (
        _served(repository.folder / ".git") as host,
        pytest.raises(BuildError, match="cannot be fetched") as failed,
    ):
        commit_of(f"http://me:secret@{host}/", "v1", System())

    assert "secret" not in repr(failed.value.diagnostics)
