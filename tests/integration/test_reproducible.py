"""Bit for bit: the same inputs give the same zip and the same manifest, wherever and whenever."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.store import segments
from tests.building import Forge, copy, locked_project, published
from tests.function_builder import elf
from tests.wheelhouse import STORED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = {
    "app.py": b"def handler(event, context):\n    return 1\n",
    "B.py": b"B = 1\n",
    "a.py": b"A = 1\n" * 500,
    "empty.txt": b"",
    "run.sh": b"#!/bin/sh\necho 1\n",
    "native.so": elf() + bytes(range(256)) * 9,
    "größe/ß.json": b'{"a": "\xc3\xbc"}',
    "pkg/__init__.py": b"",
    "pkg/i.py": b"I = 1\n",
    "pkg/İ.txt": b"dotted capital I",
    "z" * 100 + "/" + "y" * 100 + ".txt": b"long\r\nname\r\n",
}
# Of the zip of the project below. Whoever changes it on purpose changes every package's digest.
GOLDEN = "89d388fc584a80ce83b630d13780889cfa3ecad4bd8f6a100cf4e290ff7d72ac"
SEGMENTS = segments.VERSION
OTHER_DISK = Path("/dev/shm")  # noqa: S108 - a file system of its own
WITHOUT_ENCODER = """\
import sys, zlib
zlib.compress = zlib.compressobj = None
from lpack.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
# As root, permissions refuse nothing, so that tests of them run as somebody else.
SOMEBODY = 65534 if os.geteuid() == 0 else None


@pytest.fixture(scope="module")
def project(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project with all kinds of files; its wheels are the same for every zlib."""
    project = locked_project(forge, tmp_path_factory.mktemp("one") / "project", method=STORED)
    for name, content in SOURCE.items():
        path = project / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return project


@pytest.fixture(scope="module")
def golden(forge: Forge, project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Build it once, with an empty cache."""
    folder = tmp_path_factory.mktemp("golden")
    done = forge.run(
        copy(project, folder / "project"), environ={"LPACK_CACHE_DIR": str(folder / "cache")}
    )
    assert done.status == 0, done.talk
    return published(folder / "project")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user can enter, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="lpack-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_digest_is_the_same_on_every_machine(golden: dict[str, str]) -> None:
    """Whatever Python, zlib, file system and user there is, the zip is this one."""
    assert golden["api.zip"] == GOLDEN


@pytest.mark.parametrize(
    "name", ["with a space", "näïve-日本", "/".join(["deep" * 10] * 4), "-C", "a'b\"c$d;e"]
)
def test_the_folder_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, name: str
) -> None:
    """Where the project lies makes no difference."""
    moved = copy(project, tmp_path / name)

    done = forge.run(moved)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o777])
def test_modes_on_the_disk_are_not_in_it(  # noqa: PLR0913 - two dimensions
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, umask: int, mode: int
) -> None:
    """Neither the umask nor what the files are allowed makes a difference."""
    moved = copy(project, tmp_path / "p")
    for path in moved.rglob("*"):
        path.chmod(mode | 0o100 if path.is_dir() else mode)

    done = forge.run(moved, umask=umask)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.parametrize("when", [0, 1, 315532799, 4354819198, 8589934592, None])
def test_times_on_the_disk_are_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, when: int | None
) -> None:
    """Files of 1970, 1979, 2107, 2242, or of any time each, make no difference."""
    moved = copy(project, tmp_path / "p")
    chosen = random.Random(7)
    for path in moved.rglob("*"):
        time = chosen.randrange(1 << 32) if when is None else when
        os.utime(path, (time, time))

    done = forge.run(moved)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_creation_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, seed: int
) -> None:
    """In which order the disk lists the files makes no difference."""
    moved = copy(project, tmp_path / "p")
    shutil.rmtree(moved / "src")
    names = list(SOURCE)
    random.Random(seed).shuffle(names)
    for name in names:
        path = moved / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOURCE[name])

    done = forge.run(moved)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.parametrize(
    "environ",
    [
        {"TZ": "UTC"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/St_Johns"},
        {"HOME": None},
        {"HOME": None, "USER": None, "LOGNAME": None, "PATH": None},
        {"SOURCE_DATE_EPOCH": "0"},
        {"SOURCE_DATE_EPOCH": "315532801"},
        {"PIP_INDEX_URL": "http://127.0.0.1:9/", "UV_INDEX_URL": "http://127.0.0.1:9/"},
        {"GIT_DIR": "/nowhere", "PYTHONOPTIMIZE": "2", "COLUMNS": "3", "FORCE_COLOR": "1"},
        {f"NOISE_{number}": "x" * number for number in range(100)},
    ],
    ids=lambda environ: ",".join(f"{name}={value}" for name, value in environ.items())[:50],
)
def test_the_environment_is_not_in_it(
    forge: Forge,
    project: Path,
    golden: dict[str, str],
    tmp_path: Path,
    environ: dict[str, str | None],
) -> None:
    """Time zone, home, index settings and other variables make no difference to a locked build."""
    moved = copy(project, tmp_path / "p")

    done = forge.run(moved, environ=environ)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "random", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
    ],
    ids=lambda environ: ",".join(f"{name}={value}" for name, value in environ.items()),
)
def test_the_interpreter_is_not_in_it(
    project: Path, golden: dict[str, str], tmp_path: Path, environ: dict[str, str]
) -> None:
    """The seed of Python's hashes and the locale it starts with make no difference."""
    moved = copy(project, tmp_path / "p")

    done = subprocess.run(
        [sys.executable, "-m", "lpack", "build"],
        cwd=moved,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert published(moved) == golden


def dirty(project: Path) -> None:
    """Add what a working folder has and a fresh checkout has not."""
    for name in (
        ".git/HEAD",
        ".venv/pyvenv.cfg",
        ".venv/lib/python3.13/site-packages/x.py",
        "__pycache__/app.cpython-313.pyc",
        "pkg/__pycache__/i.cpython-310.pyc",
        "stale.pyc",
        ".mypy_cache/x.json",
        ".pytest_cache/v",
        "demo.egg-info/PKG-INFO",
        "node_modules/x/index.js",
        ".DS_Store",
        ".env",
        "tests/test_app.py",
    ):
        path = project / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left over")
    (project / "dist").mkdir()
    (project / "dist" / "old.zip").write_bytes(b"old")
    (project / "dist" / "api.zip").write_bytes(b"of another build")
    (project / "dist" / "api.manifest.json").write_bytes(b"{}")


def test_what_lies_around_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Caches, environments, old artifacts and bytecode make no difference to zip and invocation.

    The manifest names what is left out of wheels only, so it is the same as well.
    """
    moved = copy(project, tmp_path / "p")
    dirty(moved)

    done = forge.run(moved)

    assert done.status == 0, done.talk
    assert {**published(moved), "old.zip": ""} == {**golden, "old.zip": ""}


def test_the_second_build_is_the_first(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Building again, with the cache or without, with another output, changes no byte."""
    moved = copy(project, tmp_path / "p")
    actions: list[Callable[[], object]] = [
        lambda: None,
        lambda: os.utime(moved / "src" / "app.py"),
        lambda: shutil.rmtree(os.environ["LPACK_CACHE_DIR"]),
        lambda: shutil.rmtree(moved / "dist"),
    ]

    for action in actions:
        action()
        done = forge.run(moved)
        assert done.status == 0, done.talk
        assert published(moved) == golden
    done = forge.run(moved, "build", "--output-dir", str(tmp_path / "elsewhere"))

    assert done.status == 0, done.talk
    assert {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()} == {
        path.name: path.read_bytes() for path in (moved / "dist").iterdir()
    }


@pytest.mark.parametrize("cache", ["none", "read-only", "a file", "read-only and empty"])
def test_the_user_and_a_cache_that_refuses_are_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], open_folder: Path, cache: str
) -> None:
    """Another user gets the same bytes; a cache that cannot be written costs at most the build."""
    moved = copy(project, open_folder / "p")
    folder = open_folder / "cache"
    environ = {"LPACK_CACHE_DIR": str(folder), "HOME": "/nonexistent"}
    if cache == "read-only":
        assert forge.run(copy(project, open_folder / "q"), environ=environ).status == 0
    elif cache == "a file":
        folder.write_bytes(b"")
    else:
        folder.mkdir()
    owned(moved, SOMEBODY)
    if cache == "none":
        owned(folder, SOMEBODY)
    else:
        folder.chmod(0o555)

    done = forge.run(moved, environ=environ, user=SOMEBODY)

    if cache in {"a file", "read-only and empty"}:
        assert done.status == 3
        assert "error[LP210]" in done.talk
        assert not (moved / "dist" / "api.zip").exists()
    else:
        assert done.status == 0, done.talk
        assert published(moved) == golden


@pytest.mark.parametrize("segments", ["there", "not there"])
def test_a_cache_that_may_only_be_read_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], open_folder: Path, segments: str
) -> None:
    """What is prepared in it is copied if it is the user's own, and done without otherwise."""
    folder = open_folder / "cache"
    folder.mkdir()
    first, moved = copy(project, open_folder / "p"), copy(project, open_folder / "q")
    for one in (folder, first, moved):
        owned(one, SOMEBODY)
    environ = {"LPACK_CACHE_DIR": str(folder), "HOME": "/nonexistent"}
    assert forge.run(first, environ=environ, user=SOMEBODY).status == 0
    if segments == "not there":
        shutil.rmtree(folder / SEGMENTS)
    before = frozen(folder)

    done = forge.run(moved, environ=environ, user=SOMEBODY)

    after = set(folder.rglob("*"))
    for path in (folder, *after):
        if path.is_dir():
            path.chmod(0o755)
    assert done.status == 0, done.talk
    assert published(moved) == golden
    assert after == before


def frozen(folder: Path) -> set[Path]:
    """Let nobody make anything below a folder, and give what is in it.

    The files stay as they are: a new mode is a change, after which a seal is not believed.
    """
    found = set(folder.rglob("*"))
    for path in (folder, *found):
        if path.is_dir():
            path.chmod(0o555)
    return found


@pytest.mark.parametrize("state", ["whole", "half", "copied", "links", "damaged"])
def test_what_is_prepared_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, state: str
) -> None:
    """Whether all of it is there, half of it, or what may not be believed, makes no difference."""
    folder = tmp_path / "cache"
    environ = {"LPACK_CACHE_DIR": str(folder)}
    assert forge.run(copy(project, tmp_path / "p"), environ=environ).status == 0
    shards = sorted(path for path in (folder / SEGMENTS).glob("*/*") if len(path.name) == 64)
    assert len(shards) > 6
    if state == "half":
        for path in shards[::2]:
            shutil.rmtree(path)
    elif state == "copied":
        # As a cache of CI is: with its times, and with other inodes.
        folder.rename(tmp_path / "kept")
        shutil.copytree(tmp_path / "kept", folder, symlinks=True)
    elif state == "links":
        for path in shards:
            path.rename(tmp_path / path.name)
            path.symlink_to(tmp_path / path.name)
    elif state == "damaged":
        for path in (folder / SEGMENTS).glob("*/*/archive.zip"):
            with path.open("r+b") as file:
                file.seek(40)
                file.write(b"damaged")
    moved = copy(project, tmp_path / "q")

    done = forge.run(moved, environ=environ)

    assert done.status == 0, done.talk
    assert published(moved) == golden


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="there is no /dev/shm")
@pytest.mark.parametrize("place", ["cache", "project"])
def test_file_systems_are_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, place: str
) -> None:
    """Where the kernel cannot copy from one to the other, the bytes are moved by hand."""
    with tempfile.TemporaryDirectory(prefix="lpack-test-", dir=OTHER_DISK) as name:
        folders = {"cache": tmp_path / "cache", "project": tmp_path / "p", place: Path(name) / "x"}
        assert Path(name).stat().st_dev != tmp_path.stat().st_dev
        moved = copy(project, folders["project"])

        for _ in range(2):
            done = forge.run(moved, environ={"LPACK_CACHE_DIR": str(folders["cache"])})
            assert done.status == 0, done.talk
            assert published(moved) == golden
            shutil.rmtree(moved / "dist")


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_how_many_work_at_a_time_is_not_in_it(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path, jobs: int
) -> None:
    """Several functions of one lock, with a cold cache and with a warm one."""
    moved = copy(project, tmp_path / "p")
    with (moved / "pyproject.toml").open("a") as file:
        for number in range(4):
            same = 'handler = "app.handler"\nsource = "src"\nruntime = "python3.13"\n'
            file.write(f"\n[tool.lpack.functions.f{number}]\n{same}")

    for _ in range(2):
        done = forge.run(moved, "build", "-j", str(jobs))
        assert done.status == 0, done.talk
        found = published(moved)
        assert golden.items() <= found.items()
        assert {found[f"f{number}.zip"] for number in range(4)} == {GOLDEN}
        shutil.rmtree(moved / "dist")


def test_the_date_is_the_one_that_is_asked_for(
    forge: Forge, project: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """With any cache, time zone and clock; without the variable all is as it was."""
    moved, cache = copy(project, tmp_path / "p"), {"LPACK_CACHE_DIR": str(tmp_path / "cache")}
    dated = {"SOURCE_DATE_EPOCH": "1709208001"}
    results = []

    for environ in (
        dated,
        {**dated, **cache, "TZ": "Pacific/Kiritimati"},
        cache,
        {**dated, **cache},
        {"SOURCE_DATE_EPOCH": "99999999999", **cache},
        {},
    ):
        done = forge.run(moved, environ=environ)
        assert done.status == 0, done.talk
        with zipfile.ZipFile(moved / "dist" / "api.zip") as archive:
            dates = {row.date_time for row in archive.infolist()}
        results.append((dates, published(moved)))

    first, again, plain, once_more, last, default = results
    assert first[0] == {(2024, 2, 29, 12, 0, 0)}
    assert last[0] == {(2107, 12, 31, 23, 59, 58)}
    assert first == again == once_more
    assert plain[1] == default[1] == golden
    assert len({one[1]["api.zip"] for one in results}) == 3


def test_the_encoder_of_python_is_not_in_it(
    project: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """The zlib that there is differs between machines, and is never asked to compress anything."""
    moved = copy(project, tmp_path / "p")

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENCODER, "build"],
        cwd=moved,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert published(moved) == golden


def owned(folder: Path, user: int | None) -> None:
    """Give a folder to a user."""
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)
