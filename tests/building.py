"""Projects with dependencies, and builds of them under all kinds of circumstances."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.wheelhouse import DEFLATED, make_wheel

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

PYPROJECT = """\
[project]
name = "demo"
version = "1"
dependencies = ["alpha", "beta>=1"]

[tool.lpack.functions.api]
handler = "app.handler"
source = "src"
runtime = "python3.13"
"""
APP = "def handler(event, context):\n    return 1\n"


@dataclass(frozen=True, slots=True)
class Done:
    """How a run of lpack ended."""

    status: int
    """Negative: the number of the signal that killed it."""
    talk: str
    """Standard output and standard error."""
    changes: int
    """How often it changed the file system; 0 when it was killed."""


class Forge:
    """A process that runs lpack in a forked child for each call."""

    def __enter__(self) -> Self:
        root = str(Path(__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("build_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": root},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def run(  # noqa: PLR0913 - each is a circumstance of its own
        self,
        folder: Path,
        *words: str,
        environ: Mapping[str, str | None] | Mapping[str, str] | None = None,
        umask: int = 0o022,
        user: int | None = None,
        file_size: int | None = None,
        dies: bool = False,
        change: int | None = None,
        number: signal.Signals | None = None,
        seconds: float = 30,
    ) -> Done:
        """Run lpack in a folder, `build` if no words are given.

        `environ` is laid over the test's own, and None takes a variable away. No file may grow
        beyond `file_size` bytes: the write fails, or kills if it `dies`. Before the change of the
        file system that is number `change`, the signal is sent. It may take `seconds` seconds.
        """
        variables = {**os.environ, **(environ or {})}
        job: dict[str, Any] = {
            "folder": str(folder),
            "words": words or ("build",),
            "environ": {name: value for name, value in variables.items() if value is not None},
            "umask": umask,
            "user": user,
            "file_size": file_size,
            "dies": dies,
            "change": change,
            "signal": number,
            "seconds": seconds,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return Done(**json.loads(self._process.stdout.readline()))


def make_project(folder: Path, app: str = APP, method: int = DEFLATED) -> Path:
    """Write a project with three dependencies, whose wheels lie in it."""
    (folder / "src").mkdir(parents=True)
    wheels = folder / "wheels"
    wheels.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "src" / "app.py").write_text(app)
    alpha, beta = {"alpha.py": "A = 1\n" * 99}, {"beta/__init__.py": "", "beta/b.py": "B = 2\n"}
    script = {"scripts/tool": "#!python\nprint(1)\n"}
    make_wheel(wheels, "alpha", "1.0", alpha, requires=["gamma"], data=script, method=method)
    make_wheel(wheels, "beta", "1.2", beta, method=method)
    make_wheel(wheels, "gamma", "3", {"gamma.py": "C = 3\n"}, method=method)
    return folder


def locked_project(forge: Forge, folder: Path, app: str = APP, method: int = DEFLATED) -> Path:
    """Write the project, and lock it to the wheels that lie in it."""
    make_project(folder, app, method)
    done = forge.run(folder, "lock", environ=wheels_of(folder))
    assert done.status == 0, done.talk
    return folder


def wheels_of(folder: Path) -> dict[str, str]:
    """Give the settings under which only the project's own wheels are found."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (folder / "wheels").as_uri()}


def copy(project: Path, to: Path) -> Path:
    """Copy a project without what was built from it."""
    shutil.copytree(project, to, ignore=shutil.ignore_patterns("dist"))
    return to


def sha256(path: Path) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def published(project: Path) -> dict[str, str]:
    """Give the digest of each published file by name."""
    return {path.name: sha256(path) for path in sorted((project / "dist").iterdir())}


def files_below(*folders: Path) -> set[str]:
    """Name every file and folder below folders."""
    return {str(path) for folder in folders for path in folder.rglob("*")}
