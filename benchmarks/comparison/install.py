"""Installs the peers, each in an environment of its own, and says why one is not there."""

from __future__ import annotations

import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path

from comparison.lab import neutral
from comparison.running import CommandFailedError, output_of, run
from comparison.versions import TOOLS, Tool

COMMANDS = Path(sys.executable).parent
"""Where lpack and its Python are."""
# Behind a shim of pyenv there may be no such Python, and it costs 0.15 s at every start.
_PLACES = (
    "~/.pyenv/versions/{version}*/bin",
    "~/.local/share/uv/python/cpython-{version}*/bin",
)
_TELL = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"


class UnavailableError(Exception):
    """A peer cannot be had on this machine."""


def require_commands(names: tuple[str, ...]) -> None:
    """Raise UnavailableError where a command of the system is missing."""
    for name in names:
        if shutil.which(name) is None:
            raise UnavailableError(f"it needs `{name}`, which is not on PATH")


def install(key: str, folder: Path) -> Path:
    """Give the folder of a tool's commands, installed if need be; raises UnavailableError."""
    tool = TOOLS[key]
    python = find_python(tool.python) if tool.python else sys.executable
    identity = sha256("\n".join((python, *tool.packages)).encode()).hexdigest()[:12]
    environment = folder / f"{key}-{identity}"
    if not (environment / "complete").exists():
        _make(environment, python, tool)
        (environment / "complete").touch()
    return environment / "bin"


def find_python(version: str) -> str:
    """Give an interpreter of a version, from PATH or where pyenv and uv keep theirs."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for pattern in _PLACES:
        place = Path(pattern.format(version=version)).expanduser()
        folders += sorted(str(path) for path in place.parents[1].glob(f"{place.parent.name}/bin"))
    for folder in filter(None, folders):
        candidate = Path(folder) / f"python{version}"
        if candidate.exists():
            said = output_of((str(candidate), "-c", _TELL), neutral(COMMANDS)).split(maxsplit=1)
            if said[:1] == [version]:
                return said[1]
    raise UnavailableError(f"it needs Python {version}, which is not on PATH nor with pyenv or uv")


def _make(environment: Path, python: str, tool: Tool) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)
    try:
        for command in _commands(environment, python, tool):
            run(command, environment.parent, neutral(COMMANDS))
    except CommandFailedError as error:
        raise UnavailableError(f"it cannot be installed: {error}") from error


def _commands(environment: Path, python: str, tool: Tool) -> tuple[tuple[str, ...], ...]:
    own = str(environment / "bin" / "python")
    uv = shutil.which("uv", path=neutral(COMMANDS)["PATH"])
    if uv is None:
        return (
            (python, "-m", "venv", str(environment)),
            (own, "-m", "pip", "install", "--quiet", *tool.packages),
        )
    # Compiled as pip would, so that the first run is like the others.
    install = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", own)
    return (
        (uv, "venv", "--quiet", "--python", python, str(environment)),
        (*install, *tool.packages),
    )
