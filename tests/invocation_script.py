"""Packages with their invocation scripts, built in a folder and run as a user runs them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lpack.invocation import render
from lpack.model import Artifact
from tests.function_builder import function_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.handler_zoo import Package

RUNNING = f"python{sys.version_info[0]}.{sys.version_info[1]}"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run of the script ended."""

    status: int
    stdout: bytes
    log: str

    @property
    def answer(self) -> Any:
        """The response, or the error."""
        return json.loads(self.stdout)


def write_script(
    folder: Path,
    package: Package,
    *,
    native: bool = False,
    layer: Mapping[str, str] | None = None,
    **settings: Any,
) -> Path:
    """Zip a package and write its script beside it; the runtime is the running Python's."""
    archives = [zipped(folder / "api.zip", package.files)]
    archives += [] if layer is None else [zipped(folder / "api.layer.zip", layer)]
    function = function_of(handler=package.handler, **{"runtime": RUNNING, **settings})
    script = folder / "api.invoke.py"
    script.write_text(render(function, tuple(archives), native=native))
    return script


def zipped(path: Path, files: Mapping[str, str]) -> Artifact:
    """Write a zip."""
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100644 << 16
            file.writestr(entry, text)
    return Artifact(path, 0, hashlib.sha256(path.read_bytes()).hexdigest(), 0)


def run_script(
    script: Path,
    *arguments: str,
    python: str = sys.executable,
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
) -> Ran:
    """Run a script; it has to end within half a minute."""
    done = subprocess.run(
        [python, str(script), *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(environ or {})},
        timeout=30,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())
