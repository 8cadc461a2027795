"""A small package that lpack has built, with one dependency and the manifest beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lpack.comparing.seal import sealed
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIGURATION = """\
[tool.lpack.functions.api]
handler = "app.handler"
runtime = "python3.13"
source = "src"
"""
APP = "def handler(event, context):\n    return 1\n"


@dataclass(frozen=True, slots=True)
class Built:
    """The bytes of a package and of its manifest."""

    zip: bytes
    manifest: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The manifest, parsed."""
        document: dict[str, Any] = json.loads(self.manifest)
        return document

    def write(self, folder: Path, name: str = "api") -> Path:
        """Put both into a folder, and give the path of the zip."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.manifest.json").write_bytes(self.manifest)
        path = folder / f"{name}.zip"
        path.write_bytes(self.zip)
        return path

    def with_manifest(self, document: Mapping[str, Any]) -> Built:
        """Give the same zip with another manifest, sealed as if it had been written so."""
        values = {key: value for key, value in document.items() if key != "seal"}
        text = sealed(json.dumps(values, indent=2) + "\n")
        return Built(self.zip, text.encode("utf-8", "surrogatepass"))


def build(
    folder: Path,
    files: Mapping[str, str] | None = None,
    *,
    version: str = "1.0",
    configuration: str = CONFIGURATION,
) -> Built:
    """Build a function that depends on one distribution, of the version that is asked for."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    make_wheel(wheels, "alpha", version, {"alpha.py": f"VERSION = '{version}'\n" + "A = 1\n" * 40})
    project = f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["alpha"]\n{configuration}'
    (folder / "pyproject.toml").write_text(project)
    for name, text in {"app.py": APP, **(files or {})}.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
    subprocess.run(
        [sys.executable, "-m", "lpack", "build"],
        cwd=folder,
        env={**os.environ, **offline, "LPACK_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        check=True,
    )
    output = folder / "dist"
    text = (output / "api.manifest.json").read_text(encoding="utf-8")
    return Built((output / "api.zip").read_bytes(), sealed(text).encode())
