"""Ways to run lpack as a user does, in a project of one function, and to tell what it has said."""

from __future__ import annotations

import atexit
import functools
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from conforming.running import masked
from lpack.deploying.folders import remove
from lpack.deploying.python import host_architecture
from lpack.values import dataclass
from tests.runtime_client import seed_client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conforming.behaviour import Run
    from lpack.model import InstalledPython

_COMMANDS = ("build", "logs", "test")
_NOTHING = {"PATH": "/nowhere", "PIP_NO_INDEX": "1"}
"""No Python of the machine is to be found, but for the one that runs lpack."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command has said, and the project that it was typed in."""

    out: str
    talk: str
    status: int
    project: Path


def called(  # noqa: PLR0913 - each is a circumstance of its own
    app: str,
    *commands: tuple[str, ...],
    files: Mapping[str, str] | None = None,
    settings: str = "",
    environ: Mapping[str, str] | None = None,
    stdin: str = "",
    look: Callable[[list[Said]], object] | None = None,
) -> Run:
    """Give what runs `lpack invoke` with the words of each command, in one project.

    A command may be another one of lpack's, or `script` for the one that a build has emitted.
    `look` says what there is to see, which is else all that was printed. `PYTHON` in a variable is
    the Python in question.
    """

    def run(folder: Path, python: InstalledPython) -> str:
        project = _written(folder, python, app, files or {}, settings)
        said = [_said(project, python, words, environ or {}, stdin) for words in commands]
        if look is None:
            return masked(" ".join(one.out.strip() for one in said))
        found = look(said)
        return masked(found if isinstance(found, str) else json.dumps(found))

    return run


def _written(
    folder: Path, python: InstalledPython, app: str, files: Mapping[str, str], settings: str
) -> Path:
    project = folder / "project"
    version = ".".join(python.version.split(".")[:2])
    here = "arm64" if host_architecture() == "arm64" else "x86_64"
    text = (
        f'[functions.api]\nhandler = "app.handler"\nsource = "src"\nruntime = "python{version}"\n'
        f'architecture = "{here}"\nrequirements = []\n{settings}'
    )
    for name, content in {"lpack.toml": text, "src/app.py": app, **files}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return project


def _said(
    project: Path,
    python: InstalledPython,
    words: tuple[str, ...],
    environ: Mapping[str, str],
    stdin: str,
) -> Said:
    version = ".".join(python.version.split(".")[:2])
    named = {f"LPACK_PYTHON_{version.replace('.', '_')}": python.path}
    own = {name: text.replace("PYTHON", python.path) for name, text in environ.items()}
    home = project.parent / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        _command(words, python),
        cwd=project,
        env={**_NOTHING, "HOME": str(home), "LPACK_CACHE_DIR": _cache(version), **named, **own},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Said(done.stdout, done.stderr, done.returncode, project)


def _command(words: tuple[str, ...], python: InstalledPython) -> list[str]:
    if words[:1] == ("script",):
        return [python.path, "dist/api.invoke.py", *words[1:]]
    invoke = [] if words[:1] and words[0] in _COMMANDS else ["invoke"]
    return [sys.executable, "-m", "lpack", *invoke, *words]


@functools.lru_cache
def _cache(version: str) -> str:
    """Give a cache for all commands, which has the client for a Python."""
    folder = Path(tempfile.mkdtemp(prefix="lpack-conform-cache-"))
    folder.chmod(0o755)
    atexit.register(remove, folder)
    major, minor = map(int, version.split("."))
    seed_client(folder, (major, minor))
    seed_client(folder)
    return str(folder)


def first_line(text: str) -> str:
    """Give the message of an error, without what an own Python or path is called."""
    found = re.sub(r"Python 3\.\d+\.\d+", "Python N", text.partition("\n")[0])
    return re.sub(r"`/[^`]*`", "`PATH`", found)
