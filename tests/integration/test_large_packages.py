"""Packages of gigabytes are written in little memory, and every reader finds them whole."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.zip_readers import require, seven_zip

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
CONFIGURATION = '[functions.api]\nhandler = "app.handler"\nsource = "src"\nrequirements = []\n'
APP = "def handler(event, context):\n    return 1\n"
NOISE = random.Random(1).randbytes(1 << 20)
WORDS = NOISE[: 1 << 19].hex().encode()
MEGABYTES = 1 << 20
MOST_MEMORY = 100 * MEGABYTES
FOR_MANY_FILES = 20 * MEGABYTES
"""What 66,000 files may take besides: each takes about a kilobyte; 100 MB hold most of that."""
# The largest that the process ever was: files that it has mapped are counted as well.
RUN = """\
import re, sys
from pathlib import Path
from lpack.cli.main import main
status = main(sys.argv[1:])
print("peak", re.search("VmHWM:\\\\s+(\\\\d+)", Path("/proc/self/status").read_text())[1])
sys.exit(status)
"""


def few_and_large(source: Path) -> int:
    """Write two gigabytes: what cannot be deflated, what can, and what has holes."""
    for number in range(2):
        write(source / f"noise-{number}.bin", NOISE, 500)
    write(source / "words.txt", WORDS, 240)
    write(source / "both.bin", NOISE + WORDS, 8)
    write(source / "not-long.bin", NOISE, 16)
    for name, size in (("holes.bin", 250), ("more-holes.bin", 550)):
        hollow(source / name, size * MEGABYTES)
    return 2_000 * MEGABYTES


def many_and_small(source: Path) -> int:
    """Write more files than plain ZIP can count, and two gigabytes with them."""
    for number in range(66_000):
        folder = source / f"folder-{number // 500:03}"
        folder.mkdir(exist_ok=True)
        path = folder / f"file-{number:05}.txt"
        path.write_bytes(b"%d " % number)
        os.truncate(path, 33_000)
    return 66_000 * 33_000


def beyond_four_gigabytes(source: Path) -> int:
    """Write what is stored, and small files that lie where plain ZIP cannot point to."""
    for number in range(9):
        hollow(source / f"holes-{number}.bin", 500 * MEGABYTES)
    write(source / "later" / "words.txt", WORDS, 3)
    (source / "last.txt").write_text("the last one")
    return 4_500 * MEGABYTES


def write(path: Path, content: bytes, times: int) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        for _ in range(times):
            file.write(content)


def hollow(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(NOISE[:100])
        file.truncate(size)


@pytest.fixture
def big_folder(tmp_path: Path) -> Path:
    """Give a folder on a disk with room; it is removed at once, and not after three more runs."""
    if shutil.disk_usage(tmp_path).free < 12_000 * MEGABYTES:
        pytest.skip("12 GB of disk are needed")
    return tmp_path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak")
@pytest.mark.parametrize(
    "make",
    [
        few_and_large,
        many_and_small,
        pytest.param(beyond_four_gigabytes, marks=pytest.mark.exhaustive),
    ],
)
def test_a_large_package_takes_little_memory(
    big_folder: Path, make: Callable[[Path], int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither does checking it, and all readers find what was put there."""
    source, archive = big_folder / "src", big_folder / "dist" / "api.zip"
    source.mkdir()
    (big_folder / "lpack.toml").write_text(CONFIGURATION)
    (source / "app.py").write_text(APP)
    try:
        size = make(source)
        built = peak(big_folder, "build", "--no-check", "--quiet")
        verified = peak(big_folder, "verify", "dist/api.zip")
        read_by_others(archive, source)
        with zipfile.ZipFile(archive) as opened:
            assert sum(row.file_size for row in opened.infolist()) >= size
        with capsys.disabled():
            sizes = [f"{one / MEGABYTES:,.1f} MB" for one in (size, built, verified)]
            print(f"\n{make.__name__}: {sizes[0]}, built in {sizes[1]}, verified in {sizes[2]}")  # noqa: T201 - figures for people
    finally:
        shutil.rmtree(source)
        shutil.rmtree(big_folder / "dist", ignore_errors=True)

    assert built < MOST_MEMORY + (FOR_MANY_FILES if make is many_and_small else 0)
    # A manifest is parsed as a whole, so that many files count.
    assert verified < MOST_MEMORY or make is many_and_small


def peak(folder: Path, *words: str) -> int:
    """Run lpack, and give how many bytes it took at most."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.rpartition("peak ")[2]) << 10


def read_by_others(archive: Path, source: Path) -> None:
    """Hold what four readers find against the files themselves."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        assert {*names} == {
            path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()
        }
        whole, found = hashlib.sha256(), hashlib.sha256()
        for name in names:
            with opened.open(name) as member, (source / name).open("rb") as file:
                feed(found, member.read)
                feed(whole, file.read)
    assert found.digest() == whole.digest()
    for command in (("unzip", "-tqq"), (seven_zip(), "t", "-bso0")):
        if shutil.which(command[0]):
            done = subprocess.run([*command, archive], capture_output=True, check=False)
            assert (done.returncode, done.stderr) == (0, b""), (command, done)
    if shutil.which("bsdtar"):
        with subprocess.Popen(["bsdtar", "-xOf", archive], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            streamed = hashlib.sha256()
            feed(streamed, process.stdout.read)
        assert (process.returncode, streamed.digest()) == (0, whole.digest())
    for name in ("unzip", "7z", "bsdtar"):
        require(name)


def feed(digest: hashlib._Hash, read: Callable[[int], bytes]) -> None:
    while piece := read(MEGABYTES):
        digest.update(piece)
