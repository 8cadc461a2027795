"""What is prepared for the next build changes its time, and never a byte of what it makes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lpack.store.segments import SEAL
from tests.building import Forge, copy, locked_project, published, wheels_of
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("table", "archive.zip", SEAL)


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project with something for every way of choosing files of a distribution."""
    project = tmp_path_factory.mktemp("template") / "project"
    locked_project(forge, project)
    make_wheel(
        project / "wheels",
        "delta",
        "1",
        {
            "delta/__init__.py": "D = 1\n",
            "delta/tests/test_d.py": "assert 1\n" * 99,
            "delta/c.pyc": "compiled",
            "delta/ü.txt": "ü" * 999,
            "beta/b.py": "B = 2\n",
        },
    )
    pyproject = project / "pyproject.toml"
    text = pyproject.read_text().replace('"alpha", ', '"alpha", "delta", ')
    rows = "".join(_declared(name, settings) for name, settings in FUNCTIONS.items())
    pyproject.write_text(text + rows)
    (project / "other" / "delta").mkdir(parents=True)
    (project / "other" / "app.py").write_text("def handler(event, context):\n    return 2\n")
    (project / "other" / "delta" / "__init__.py").write_text("MINE = 1\n")
    done = forge.run(project, "lock", environ=wheels_of(project))
    assert done.status == 0, done.talk
    return project


FUNCTIONS = {
    "slim": 'source = "src"\nslim = ["tests", "metadata"]\n',
    "includes": 'source = "src"\nslim = ["tests", "metadata"]\ninclude = ["delta/tests/"]\n',
    "own": 'source = "other"\n',
    "newer": 'source = "src"\n',
}


def _declared(name: str, settings: str) -> str:
    runtime = "python3.12" if name == "newer" else "python3.13"
    head = f'handler = "app.handler"\nruntime = "{runtime}"\n'
    return f"\n[tool.lpack.functions.{name}]\n{head}{settings}"


@pytest.fixture(scope="module")
def golden(
    forge: Forge, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Build everything where nothing can be kept, so that all of it is spliced."""
    folder = tmp_path_factory.mktemp("golden")
    project = copy(template, folder / "project")
    (folder / "cache").mkdir()
    (folder / "cache" / "segments-1").write_bytes(b"a file where the folder belongs")
    build(forge, project, folder / "cache")
    return published(project)


@pytest.fixture
def warm(forge: Forge, template: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Give a project and a cache in which everything is prepared."""
    project = copy(template, tmp_path / "project")
    time.sleep(0.03)  # wheels that are younger are hashed again
    for _ in range(2):
        build(forge, project, tmp_path / "cache")
        shutil.rmtree(project / "dist")
    return project, tmp_path / "cache"


def build(forge: Forge, project: Path, cache: Path) -> None:
    done = forge.run(project, environ={"LPACK_CACHE_DIR": str(cache), **wheels_of(project)})
    assert done.status == 0, done.talk


def prepared(cache: Path, name: str) -> list[Path]:
    return sorted((cache / "segments-1").glob(f"??/*/{name}"))


def test_every_choice_of_files_is_prepared(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str]
) -> None:
    """Slimmed, included again, replaced by own files, of another Python: the bytes are the same."""
    project, cache = warm
    before = {path: path.stat().st_ino for path in prepared(cache, "archive.zip")}

    build(forge, project, cache)

    assert published(project) == golden
    assert {path: path.stat().st_ino for path in prepared(cache, "archive.zip")} == before
    # Of four distributions, one with a script; the choices of delta and of what has metadata.
    assert len(before) > 8
    for path in before:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grown(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link_instead(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def parent_gone(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"")


DAMAGES: tuple[Callable[[Path], None], ...] = (
    flipped,
    cut,
    grown,
    emptied,
    removed,
    piped,
    folder_instead,
    link_instead,
    parent_gone,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_damaged_is_made_anew(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str], name: str
) -> None:
    """The build that meets it gives the right bytes, and the next one finds all of it whole."""
    project, cache = warm
    for damage in DAMAGES:
        for path in prepared(cache, name):
            damage(path)

        build(forge, project, cache)

        assert published(project) == golden, damage.__name__
        shutil.rmtree(project / "dist")
        before = {path: path.stat().st_ino for path in prepared(cache, "*")}
        build(forge, project, cache)
        assert published(project) == golden, damage.__name__
        assert {path: path.stat().st_ino for path in prepared(cache, "*")} == before
        shutil.rmtree(project / "dist")


def resealed(path: Path) -> None:
    """Let the seal say that the file is as it was written, as if the disk had erred later."""
    seal = json.loads((path.parent / SEAL).read_text())
    status = path.stat()
    seal["files"][path.name] = [
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    ]
    (path.parent / SEAL).write_text(json.dumps(seal))


def start(content: bytearray) -> None:
    content[40] ^= 1


def rows(content: bytearray) -> None:
    content[content.rindex(b"PK\1\2") + 16] ^= 1


def middle(content: bytearray) -> None:
    content[len(content) // 2] ^= 0x80


@pytest.mark.parametrize("place", [start, rows, middle])
@pytest.mark.parametrize("name", ["table", "archive.zip"])
def test_a_disk_that_errs_is_noticed(
    forge: Forge,
    warm: tuple[Path, Path],
    golden: dict[str, str],
    name: str,
    place: Callable[[bytearray], None],
) -> None:
    """Where the stamp is right and the bytes are not, the digests tell."""
    project, cache = warm
    for path in prepared(cache, name):
        content = bytearray(path.read_bytes())
        if name == "table" and place is rows:
            continue
        place(content)
        path.write_bytes(content)
        resealed(path)

    for _ in range(2):
        build(forge, project, cache)
        assert published(project) == golden
        shutil.rmtree(project / "dist")


def test_what_was_planted_is_not_used(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str]
) -> None:
    """A cache that somebody else filled, and that was restored here with all its times."""
    project, cache = warm
    for path in prepared(cache, "archive.zip"):
        content = path.read_bytes().replace(b"PK", b"PQ", 1)
        path.write_bytes(content)
        resealed(path)
    restored = cache.with_name("restored")
    shutil.copytree(cache, restored, copy_function=shutil.copy2)

    build(forge, project, restored)

    assert published(project) == golden


@pytest.mark.parametrize("damage", [flipped, cut, removed, emptied])
def test_a_damaged_wheel_is_fetched_again(
    forge: Forge,
    warm: tuple[Path, Path],
    golden: dict[str, str],
    damage: Callable[[Path], None],
) -> None:
    """Though what was prepared of it could do without."""
    project, cache = warm
    wheels = sorted(cache.rglob("*.whl"))
    before = [wheel.read_bytes() for wheel in wheels]
    for wheel in wheels:
        damage(wheel)

    build(forge, project, cache)

    assert published(project) == golden
    assert [wheel.read_bytes() for wheel in wheels] == before


def test_a_wheel_that_a_disk_spoiled_is_never_spliced(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str]
) -> None:
    """Its stamp is right, so it is hashed when it is needed: an error, and then it is fetched."""
    project, cache = warm
    by_stamp = {}
    for path in prepared(cache, SEAL):
        facts = json.loads(path.read_text())["facts"]
        by_stamp[tuple(facts.get("stamp", ()))] = path
    for wheel in cache.rglob("*.whl"):
        status = wheel.stat()
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        seal = json.loads(by_stamp[stamp].read_text())
        flipped(wheel)
        status = wheel.stat()
        seal["facts"]["stamp"] = [*stamp[:1], status.st_mtime_ns, status.st_ctime_ns, stamp[3]]
        by_stamp[stamp].write_text(json.dumps(seal))
    for name in ("table", "archive.zip"):
        for path in prepared(cache, name):
            path.unlink()

    talks = []
    for _ in range(9):
        environ = {"LPACK_CACHE_DIR": str(cache), **wheels_of(project)}
        done = forge.run(project, environ=environ)
        talks.append(done.talk)
        if done.status == 0:
            break

    assert "error[LP224]" in talks[0]
    assert "is damaged in the cache" in talks[0]
    assert published(project) == golden


@pytest.mark.slow
def test_many_builds_at_once_share_one_cache(
    template: Path, tmp_path: Path, golden: dict[str, str]
) -> None:
    """All begin with an empty one."""
    environ = {**os.environ, "LPACK_CACHE_DIR": str(tmp_path / "cache")}
    projects = [copy(template, tmp_path / str(number)) for number in range(4)]
    for _ in range(2):
        builds = [
            subprocess.Popen(
                [sys.executable, "-m", "lpack", "build"],
                cwd=project,
                env={**environ, **wheels_of(project)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for project in projects
        ]
        talks = [one.communicate()[1] for one in builds]

        assert [one.returncode for one in builds] == [0] * 4, talks
        for project in projects:
            assert published(project) == golden
            shutil.rmtree(project / "dist")


def test_a_cache_on_another_file_system_serves_too(
    forge: Forge, template: Path, tmp_path: Path, golden: dict[str, str]
) -> None:
    """Where the kernel cannot copy from one to the other in one go."""
    shared = Path("/dev/shm")  # noqa: S108 - another file system
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system")
    cache = shared / f"lpack-test-{os.getpid()}"
    project = copy(template, tmp_path / "project")
    try:
        for _ in range(2):
            build(forge, project, cache)
            assert published(project) == golden
            shutil.rmtree(project / "dist")
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def test_upkeep_knows_what_was_prepared(forge: Forge, warm: tuple[Path, Path]) -> None:
    """`lpack cache` counts it, and removes it."""
    project, cache = warm
    environ = {"LPACK_CACHE_DIR": str(cache)}

    size = forge.run(project, "cache", "size", environ=environ).talk
    clean = forge.run(project, "cache", "clean", environ=environ)

    (line,) = [line for line in size.splitlines() if line.startswith("prepared parts")]
    assert " 0 objects" not in line
    assert clean.status == 0
    assert not cache.exists()
