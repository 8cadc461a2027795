"""Programs and libraries that read ZIP files, each of which unpacks a package its own way."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Unpack = Callable[[Path, Path], None]
    Files = dict[str, tuple[bytes, int]]


def _zipfile(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        for row in opened.infolist():
            # It knows the modes, and does not set them.
            (folder / opened.extract(row, folder)).chmod(row.external_attr >> 16 & 0o7777)


def _unzip(archive: Path, folder: Path) -> None:
    _run("unzip", "-tqq", str(archive))
    _run("unzip", "-qq", "-d", str(folder), str(archive))


def _bsdtar(archive: Path, folder: Path) -> None:
    _run("bsdtar", "-xpf", str(archive), "-C", str(folder))


def _seven_zip(archive: Path, folder: Path) -> None:
    program = seven_zip()
    _run(program, "t", str(archive))
    _run(program, "x", "-y", f"-o{folder}", str(archive))


def seven_zip() -> str:
    """Name the program, which each distribution calls otherwise."""
    return next((name for name in ("7z", "7zz", "7za") if shutil.which(name)), "7z")


READERS: dict[str, Unpack] = {
    "zipfile": _zipfile,
    "unzip": _unzip,
    "bsdtar": _bsdtar,
    "7z": _seven_zip,
}


def require(name: str) -> None:
    """Skip the test where a reader is not installed, which Debian has in a package."""
    program = seven_zip() if name == "7z" else name
    package = {"bsdtar": "libarchive-tools", "7z": "7zip"}.get(name, name)
    if name != "zipfile" and shutil.which(program) is None:
        pytest.skip(f"`{program}` is not installed: `apt-get install {package}`")


def unpacked(name: str, archive: Path, folder: Path) -> Files:
    """Give what a reader finds in an archive: bytes and mode by path."""
    require(name)
    folder.mkdir()
    READERS[name](archive, folder)
    return files_in(folder)


def files_in(folder: Path) -> Files:
    """Give bytes and mode of each file in a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o7777)
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # 7z ends with 0 and tells what it does not like.
    assert "WARNING" not in done.stdout + done.stderr, done.stdout + done.stderr
