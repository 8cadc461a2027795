"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comparison.running import output_of
from comparison.versions import TOOLS, Tool
from lpack import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comparison.programs.base import Program

_ASKED = {"zip": ("zip", "-v"), "openssl": ("openssl", "version")}


@dataclass(frozen=True)
class Machine:
    """The machine, the file system that is written to, and the day."""

    processor: str
    cores: int
    system: str
    file_system: str
    python: str
    date: str

    @property
    def line(self) -> str:
        """Name the machine, as the head of a report."""
        return (
            f"{self.processor}, {self.cores} cores, {self.system}, {self.file_system}, "
            f"Python {self.python}"
        )


def describe(folder: Path) -> Machine:
    """Describe this machine, and the file system of a folder."""
    return Machine(
        _processor(),
        os.cpu_count() or 1,
        f"{platform.system()} {platform.release()} {platform.machine()}",
        file_system(folder.resolve()),
        platform.python_version(),
        time.strftime("%Y-%m-%d", time.gmtime()),
    )


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or "an unknown processor"


def file_system(folder: Path) -> str:
    """Give the type of the file system that holds a folder, where Linux tells it."""
    found = ("", "an unknown file system")
    for line in _lines(Path("/proc/self/mounts")):
        _, place, kind, *_ = line.split()
        if folder.is_relative_to(place) and len(place) >= len(found[0]):
            found = (place, kind)
    return found[1]


def versions_of(programs: Sequence[Program]) -> tuple[str, ...]:
    """Name lpack, the peers that take part and the system's commands they call."""
    tools = dict.fromkeys(program.tool for program in programs if program.tool)
    commands = sorted({name for program in programs for name in program.needs})
    return (
        f"lpack {__version__}",
        *(_version_of(TOOLS[tool]) for tool in tools),
        *(_version_of_command(name) for name in commands),
    )


def _version_of(tool: Tool) -> str:
    return " with ".join(package.replace("==", " ") for package in tool.packages)


def _version_of_command(name: str) -> str:
    found = re.search(r"(?:Zip|OpenSSL) [0-9][0-9.a-z]*", output_of(_ASKED[name]))
    return found[0] if found else name


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
