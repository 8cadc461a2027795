"""One program's own copy of a workload: the project, its caches and what it builds."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comparison.running import Spent, run

if TYPE_CHECKING:
    from pathlib import Path

    from comparison.workloads import Workload

Pins = dict[tuple[str, ...], str]
"""For each set of packages its lock: a requirements file with versions and hashes."""

_HANDLER = '"""A function of the benchmark."""\n\n\ndef handler(event, context):\n    return {0}\n'
_MODULES_IN_A_FOLDER = 100
# Settings of the machine that would give one program other sources than the rest.
_FORGOTTEN = ("PYTHONDONTWRITEBYTECODE", "PIP_FIND_LINKS", "UV_FIND_LINKS", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Lab:
    """The folders that one program has for one workload, all temporary."""

    root: Path
    workload: Workload
    pins: Pins
    commands: Path
    """The folder of the program's own commands, and of its Python."""

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def environ(self) -> dict[str, str]:
        """Caches of their own, so that cold is cold, and no settings of the user's."""
        return neutral(self.commands) | {
            "TMPDIR": str(self.root / "tmp"),
            "LPACK_CACHE_DIR": str(self.cache / "lpack"),
            "UV_CACHE_DIR": str(self.cache / "uv"),
            "PIP_CACHE_DIR": str(self.cache / "pip"),
            "PEX_ROOT": str(self.cache / "pex"),
            "__SAM_CLI_APP_DIR": str(self.root / "sam"),
        }

    def requirements(self, packages: tuple[str, ...]) -> str:
        """Give the path of the requirements of a set, from the project."""
        return f"requirements/set-{self.workload.sets.index(packages)}.txt"

    def run(self, *command: str | Path) -> Spent:
        return run([str(word) for word in command], self.project, self.environ)


def neutral(commands: Path) -> dict[str, str]:
    """Give this process's variables without what would favour or hinder one program."""
    kept = {name: value for name, value in os.environ.items() if name not in _FORGOTTEN}
    return kept | {
        "PATH": f"{commands}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "UV_LINK_MODE": "hardlink",
        # uv would look for interpreters on the network for many seconds.
        "UV_PYTHON_DOWNLOADS": "never",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def set_up(lab: Lab) -> None:
    """Write the sources of the functions, and the pinned requirements of each set."""
    for function in lab.workload.functions:
        folder = lab.project / "functions" / function.name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(_HANDLER.format(0))
        _write_modules(folder, lab.workload.modules)
    (lab.project / "requirements").mkdir()
    for packages in lab.workload.sets:
        (lab.project / lab.requirements(packages)).write_text(lab.pins[packages])
    (lab.root / "tmp").mkdir()


def _write_modules(folder: Path, count: int) -> None:
    for number in range(count):
        package = folder / f"part_{number // _MODULES_IN_A_FOLDER:02}"
        package.mkdir(exist_ok=True)
        (package / f"module_{number:04}.py").write_text(f"PART = {number}\n" * 50)


def change_a_line(lab: Lab) -> None:
    """Let the first function's handler return another number."""
    handler = lab.project / "functions" / lab.workload.functions[0].name / "app.py"
    text = handler.read_text()
    before = text[text.rindex("return ") :]
    handler.write_text(text.replace(before, f"return {time.time_ns()}\n"))
    # A file that is younger than the build may still change, so lpack would not trust it.
    time.sleep(0.05)


def remove(root: Path, patterns: tuple[str, ...]) -> None:
    """Remove files and folders, where they are there."""
    for path in [path for pattern in patterns for path in root.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def plain(pinned: str) -> str:
    """Give a lock's names and versions without the hashes."""
    return "".join(f"{line.split()[0]}\n" for line in pinned.splitlines())
