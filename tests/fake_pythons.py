"""Programs that answer as a Python does that is asked which one it is, and do nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.remaking.pythons import MAGIC_NUMBERS

if TYPE_CHECKING:
    from pathlib import Path


def fake_python(path: Path, version: str, *, name: str = "cpython", level: str = "final") -> Path:
    """Write a program that says it is a Python of this version, installed where it lies."""
    major, minor = map(int, version.split(".")[:2])
    said = f"{name} {level} 0d0a {MAGIC_NUMBERS[major, minor]} {version} {path}"
    return script(
        path,
        f"""case "$4" in
*MAGIC_NUMBER*) printf %s '{said}' ;;
*) printf '%s\\0%s' '{path.parent.parent}' '{path}' ;;
esac""",
    )


def script(path: Path, text: str, mode: int = 0o755) -> Path:
    """Write a script of the shell, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(mode)
    return path
