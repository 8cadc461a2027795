"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself on git repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import lpack

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("lpack", "schemas", "templates", "pyproject.toml", "README.md", "LICENSE")
GOOD = "def handler(event, context):\n    return event\n"
BAD = "def other(event, context):\n    return event\n"
PROJECT = '[functions.api]\nhandler = "app.handler"\nsource = "src"\nruntime = "python3.13"\n'
CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: lpack-check
        verbose: true
        args: [--strict]
      - id: lpack-build
        stages: [manual]
"""
POISON = {"GIT_DIR": "/nowhere/.git", "GIT_INDEX_FILE": "/nowhere/index", "GIT_WORK_TREE": "/"}


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ("git", *identity, *words),
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repository with what of this one pre-commit installs."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in (*SHIPPED, ".pre-commit-hooks.yaml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return repository(folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what pre-commit keeps between its runs: the environment is installed once."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def user(project: Path, hooks: Path) -> Path:
    """Give a user's repository with a project that is fine."""
    (project / "src").mkdir()
    (project / "src" / "app.py").write_text(GOOD)
    (project / "lpack.toml").write_text(PROJECT)
    (project / ".gitignore").write_text("dist/\n")
    revision = git(hooks, "rev-parse", "HEAD")
    config = CONFIG.format(repository=hooks, revision=revision)
    (project / ".pre-commit-config.yaml").write_text(config)
    return repository(project)


def pre_commit(
    user: Path, home: Path, *words: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pre-commit with standard input closed, and whatever git leaves in the environment."""
    return subprocess.run(
        (sys.executable, "-m", "pre_commit", *words),
        cwd=user,
        env={**os.environ, "PRE_COMMIT_HOME": str(home), **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.network
def test_the_hooks_run_as_users_run_them(user: Path, home: Path) -> None:
    """A fine project passes, is built on demand, and a bad one is not committed."""
    for number in range(300):
        (user / "src" / f"module_{number}.py").write_text("x = 1\n")
    git(user, "add", ".")

    checked = pre_commit(user, home, "run", "--all-files")
    built = pre_commit(user, home, "run", "--all-files", "--hook-stage", "manual", "lpack-build")
    (user / "src" / "app.py").write_text(BAD)
    git(user, "add", ".")
    refused = pre_commit(user, home, "run")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    # One process for all of the files: several would disturb each other.
    assert checked.stdout.count("duration:") == 1
    assert built.returncode == 0, built.stdout + built.stderr
    assert (user / "dist" / "api.zip").is_file()
    assert refused.returncode == 1
    assert "error[LP308]: `app.py` has no function `handler`" in refused.stdout
    assert "1 | def other" not in refused.stdout
    assert 'handler = "app.handler"' in refused.stdout


@pytest.mark.slow
@pytest.mark.network
def test_what_is_staged_is_judged(user: Path, home: Path) -> None:
    """What is not staged is out of sight, and comes back as it was."""
    app = user / "src" / "app.py"
    app.write_text(BAD)
    git(user, "add", ".")
    app.write_text(GOOD)
    staged_bad = pre_commit(user, home, "run")
    kept_good = app.read_text()
    git(user, "add", ".")
    app.write_text(BAD)
    (user / "lpack.toml").write_text(f"{PROJECT}memory = 256\n")
    git(user, "add", "lpack.toml")
    staged_good = pre_commit(user, home, "run")

    assert staged_bad.returncode == 1
    assert "LP308" in staged_bad.stdout
    assert kept_good == GOOD
    assert staged_good.returncode == 0, staged_good.stdout
    assert app.read_text() == BAD


@pytest.mark.slow
@pytest.mark.network
def test_a_commit_runs_the_hook(user: Path, home: Path) -> None:
    """Of a part of what is staged as well, for which git makes another index."""
    installed = pre_commit(user, home, "install")
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    (user / "src" / "app.py").write_text(BAD)
    (user / "src" / "more.py").write_text("x = 1\n")
    git(user, "add", ".")

    commits = [
        subprocess.run(
            ("git", *identity, "commit", "-qm", "x", "--", path),
            cwd=user,
            env={**os.environ, "PRE_COMMIT_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        for path in ("src/more.py", "src/app.py")
    ]

    assert installed.returncode == 0, installed.stderr
    assert [one.returncode for one in commits] == [0, 1], [one.stderr for one in commits]
    assert "LP308" in commits[1].stderr
    assert git(user, "log", "--format=%s") == "x\nfirst"


def test_a_check_does_not_mind_what_git_leaves_in_the_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git sets variables for its hooks, which are of another repository or of none."""
    (project / "app.py").write_text(GOOD)
    (project / "lpack.toml").write_text('[functions.api]\nhandler = "app.handler"\n')
    repository(project)
    (project / "app.py").write_text(BAD)
    for name, value in POISON.items():
        monkeypatch.setenv(name, value)

    done = lpack(project, "check", "--no-dependencies", "--changed-since", "HEAD", "-q")

    assert done.returncode == 1
    assert "LP308" in done.stdout
