"""The same package on every Python that lpack runs on, each with what it can install itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.building import Forge, copy, locked_project, published
from tests.integration.test_reproducible import SOURCE
from tests.wheelhouse import STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
MINORS = range(10, 15)
SECONDS = 300


def interpreter(minor: int) -> str | None:
    """Find a Python of this minor version that starts: on PATH, or where pyenv puts them."""
    name = f"python3.{minor}"
    home = Path(os.environ.get("PYENV_ROOT", Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".pyenv"))
    beside = sorted(home.glob(f"versions/3.{minor}.*/bin/{name}"))
    return next((one for one in (shutil.which(name), *map(str, beside)) if one and runs(one)), None)


def runs(command: str) -> bool:
    done = subprocess.run([command, "-c", ""], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture(scope="module")
def uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        pytest.skip("uv is not installed")
    return found


@pytest.fixture(scope="module")
def project(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project with all kinds of files, a long one among them."""
    project = locked_project(forge, tmp_path_factory.mktemp("one") / "project", method=STORED)
    long = b"".join(b"%d," % number for number in range(2_700_000))
    for name, content in {**SOURCE, "long.csv": long}.items():
        path = project / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return project


@pytest.fixture(scope="module")
def golden(forge: Forge, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Build it once, with this Python."""
    folder = tmp_path_factory.mktemp("golden")
    environ = {"LPACK_CACHE_DIR": str(folder / "cache")}
    done = forge.run(copy(project, folder / "project"), environ=environ)
    assert done.status == 0, done.talk
    return published(folder / "project")


@pytest.fixture(scope="module", params=MINORS, ids=lambda minor: f"3.{minor}")
def installed(
    request: pytest.FixtureRequest, uv: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Install lpack with its dependencies for a Python, which uv fetches where it can."""
    minor, folder = request.param, tmp_path_factory.mktemp("environment")
    wanted = interpreter(minor) or f"3.{minor}"
    made = run(uv, "venv", "--quiet", "--python", wanted, str(folder / "v"))
    if made.returncode:
        reason = made.stderr.strip().splitlines()[0]
        pytest.skip(f"Python 3.{minor} is neither here nor to be fetched: {reason}")
    python = str(folder / "v" / "bin" / "python")
    done = run(uv, "pip", "install", "--quiet", "--python", python, str(ROOT))
    assert done.returncode == 0, done.stderr
    yield python
    shutil.rmtree(folder)


def run(*command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )


@pytest.mark.slow
@pytest.mark.network
def test_python_is_not_in_it(
    installed: str, project: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Zip, manifest and invocation are those of the Python that runs the tests."""
    for name in ("p", "q"):  # with a cold cache, and with a warm one
        moved = copy(project, tmp_path / name)

        done = run(installed, "-m", "lpack", "build", folder=moved)

        assert done.returncode == 0, done.stderr
        assert published(moved) == golden
