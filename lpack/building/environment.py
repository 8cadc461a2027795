"""The temporary virtual environment that a build runs in, and the variables that it sees."""

from __future__ import annotations

import os
import sys
from importlib.metadata import distributions
from typing import TYPE_CHECKING

from lpack.building.failing import build_failed, last_lines
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lpack.model import Where
    from lpack.system import System

# 1980-01-01, the first moment that a ZIP file can tell.
_EPOCH = "315532800"
_SECONDS = 60
# What a process needs to start; everything else stays out, credentials above all.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment without pip, and a home and a folder for temporary files beside it."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def constraints(self) -> Path:
        """Where the constraints of an installation are written."""
        return self.folder / "constraints.txt"

    @property
    def requirements(self) -> Path:
        """Where the requirements of an installation are written."""
        return self.folder / "requirements.txt"

    def variables(self, host: Mapping[str, str]) -> dict[str, str]:
        """Give the variables of a build: the same on every machine but for PATH."""
        bin_folder = str(self.python.parent)
        path = os.pathsep.join(filter(None, (bin_folder, host.get("PATH", os.defpath))))
        return {
            **{name: host[name] for name in _KEPT if name in host},
            "PATH": path,
            "VIRTUAL_ENV": str(self.folder / "venv"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "SOURCE_DATE_EPOCH": _EPOCH,
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "NO_COLOR": "1",
            # What a checkout has not fetched of older commits stays away.
            "GIT_NO_LAZY_FETCH": "1",
        }

    def content(self) -> tuple[str, ...]:
        """List what is installed, as sorted `name==version`."""
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - only where one builds

        places = [str(one) for one in self.folder.glob("venv/lib*/python*/site-packages")]
        found = {
            f"{canonicalize_name(one.metadata['Name'])}=={one.version}"
            for one in distributions(path=places)
        }
        return tuple(sorted(found))


def create_environment(folder: Path, system: System, where: Where) -> Environment:
    """Make an empty environment in an empty folder; raises BuildError LP119."""
    environment = Environment(folder)
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    try:
        done = system.run(
            [sys.executable, "-I", "-m", "venv", "--without-pip", str(folder / "venv")],
            folder=folder,
            timeout=_SECONDS,
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise build_failed(f"no virtual environment can be made: {reason}", where) from error
    if done.status:
        raise build_failed("no virtual environment can be made", where, said=last_lines(done))
    return environment
