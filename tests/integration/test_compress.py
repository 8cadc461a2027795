"""`compress = "max"`: the same bytes with any cache and any number of processes, made once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.building import Forge, copy, locked_project, published, sha256, wheels_of
from tests.integration.test_segments import DAMAGES, prepared, resealed
from tests.wheelhouse import STORED, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

OTHER = (
    '\n[tool.lpack.functions.other]\nhandler = "app.handler"\nsource = "src"\nslim = ["tests"]\n'
)


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project of two functions, with enough in a wheel for several threads."""
    project = tmp_path_factory.mktemp("template") / "project"
    locked_project(forge, project)
    lines = "".join(f"value_{n} = {n * n % 977}\n" for n in range(6_000))
    files = {f"delta/d{n}.py": lines[n * 99 :] for n in range(3)}
    make_wheel(project / "wheels", "delta", "1", {**files, "delta/tests/t.py": lines[:999]})
    pyproject = project / "pyproject.toml"
    text = pyproject.read_text().replace('"alpha", ', '"alpha", "delta", ')
    defaults = '\n[tool.lpack.defaults]\ncompress = "max"\nruntime = "python3.13"\n'
    pyproject.write_text(text + defaults + OTHER)
    done = forge.run(project, "lock", environ=wheels_of(project))
    assert done.status == 0, done.talk
    return project


@pytest.fixture(scope="module")
def golden(
    forge: Forge, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Build it where nothing can be kept, one function after the other."""
    folder = tmp_path_factory.mktemp("golden")
    project = copy(template, folder / "project")
    (folder / "cache").mkdir()
    (folder / "cache" / "segments-1").write_bytes(b"a file where the folder belongs")
    build(forge, project, folder / "cache", "-j", "1")
    return published(project)


@pytest.fixture
def warm(forge: Forge, template: Path, golden: dict[str, str], tmp_path: Path) -> tuple[Path, Path]:
    """Give a project and a cache in which everything is prepared."""
    project = copy(template, tmp_path / "project")
    build(forge, project, tmp_path / "cache")
    assert published(project) == golden
    shutil.rmtree(project / "dist")
    return project, tmp_path / "cache"


def build(forge: Forge, project: Path, cache: Path, *words: str) -> str:
    environ = {"LPACK_CACHE_DIR": str(cache), **wheels_of(project)}
    done = forge.run(project, "build", *words, environ=environ)
    assert done.status == 0, done.talk
    return done.talk


def test_it_says_what_it_saved(
    forge: Forge, template: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Which is what the distributions take less than by default; the content is the same."""
    project = copy(template, tmp_path / "project")
    for level in ("max", "default"):
        build(forge, project, tmp_path / "cache", "--compress", level, "--output-dir", level)

    assert sha256(project / "max" / "api.zip") == golden["api.zip"]
    records = [
        json.loads((project / level / "api.manifest.json").read_text())
        for level in ("default", "max")
    ]
    shares = [sum(one["zipped"] for one in record["distributions"]) for record in records]
    assert records[1]["compressed"]["saved"] == shares[0] - shares[1] > 1000
    assert records[0]["compressed"] == {"level": "default", "saved": 0}
    with (
        zipfile.ZipFile(project / "default" / "api.zip") as before,
        zipfile.ZipFile(project / "max" / "api.zip") as after,
    ):
        assert before.namelist() == after.namelist()
        assert all(before.read(name) == after.read(name) for name in before.namelist())


def test_each_wheel_is_done_once_for_all_functions(
    forge: Forge, template: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Whatever they choose of it; lists and folders need none of it."""
    project = copy(template, tmp_path / "project")
    cache = tmp_path / "cache"

    assert "compressing" not in build(forge, project, cache, "--format", "list", "-v")
    talk = build(forge, project, cache, "-v", "-j", "2")
    shutil.rmtree(project / "dist")
    again = build(forge, project, cache, "-v")

    assert published(project) == golden
    assert [line.partition(": ")[2] for line in talk.splitlines() if "compressing" in line] == [
        f"compressing {name}" for name in ("alpha", "beta", "delta", "gamma")
    ]
    assert "compressing" not in again


def test_whatever_is_damaged_is_made_anew(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str]
) -> None:
    """The build that meets it gives the right bytes, though all that was made of it is gone."""
    project, cache = warm
    for damage in DAMAGES[::2]:
        for path in prepared(cache, "archive.zip"):
            shutil.rmtree(path.parent)
        for path in prepared(cache, "streams"):
            damage(path)

        build(forge, project, cache, "-j", "1")

        assert published(project) == golden, damage.__name__
        shutil.rmtree(project / "dist")


@pytest.mark.parametrize("name", ["streams", "table"])
def test_a_disk_that_errs_is_noticed(
    forge: Forge, warm: tuple[Path, Path], golden: dict[str, str], name: str
) -> None:
    """Where the stamp is right and the bytes are not: an error at worst, and then it is healed."""
    project, cache = warm
    for path in prepared(cache, "archive.zip"):
        shutil.rmtree(path.parent)
    for path in prepared(cache, "streams"):
        spoiled = bytearray(path.with_name(name).read_bytes())
        spoiled[len(spoiled) // 2] ^= 1
        path.with_name(name).write_bytes(spoiled)
        resealed(path.with_name(name))

    environ = {"LPACK_CACHE_DIR": str(cache), **wheels_of(project)}
    talks = []
    for _ in range(9):
        done = forge.run(project, environ=environ)
        talks.append(done.talk)
        if done.status == 0:
            break

    assert published(project) == golden
    assert ("error[LP224]: what was made of" in talks[0]) == (name == "streams")


@pytest.mark.slow
def test_a_run_that_is_ended_leaves_nothing_half(
    forge: Forge, template: Path, golden: dict[str, str], tmp_path: Path
) -> None:
    """Killed or interrupted at some of the changes of the disk; the next one goes on."""
    count = copy(template, tmp_path / "count")
    environ = {"LPACK_CACHE_DIR": str(tmp_path / "counted"), **wheels_of(count)}
    changes = forge.run(count, "build", "-j", "1", environ=environ).changes

    for number in (signal.SIGKILL, signal.SIGINT):
        for change in range(3, changes, changes // 5):
            folder = tmp_path / f"{number}-{change}"
            project = copy(template, folder / "project")
            environ = {"LPACK_CACHE_DIR": str(folder / "cache"), **wheels_of(project)}
            words = ("build", "-j", "1")
            forge.run(project, *words, environ=environ, change=change, number=number)

            build(forge, project, folder / "cache")

            assert published(project) == golden
            assert [*folder.rglob(".lpack-*")] == []
            shutil.rmtree(folder)


def test_ctrl_c_does_not_wait_for_a_large_file(template: Path, tmp_path: Path) -> None:
    """Threads that are in the middle of one are left alone."""
    project = copy(template, tmp_path / "project")
    # So few different bytes that libdeflate tries very hard: three seconds for each file.
    slow = bytes(byte & 1 for byte in os.urandom(3 << 20))
    files = {"delta/slow": slow, "delta/slower": slow[::-1]}
    make_wheel(project / "wheels", "delta", "1.1", files, method=STORED)
    (project / "pylock.toml").unlink()
    environ = {**os.environ, "LPACK_CACHE_DIR": str(tmp_path / "cache"), **wheels_of(project)}
    running = subprocess.Popen(
        [sys.executable, "-m", "lpack", "build", "api", "-v"],
        cwd=project,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "compressing delta" in line:
            break
    time.sleep(0.3)

    running.send_signal(signal.SIGINT)

    assert running.wait(30) == 130
    running.stderr.close()
    assert not (project / "dist").exists()
    assert [*tmp_path.rglob(".lpack-*")] == []


def test_many_builds_at_once_share_one_cache(
    template: Path, tmp_path: Path, golden: dict[str, str]
) -> None:
    """All begin with an empty one."""
    environ = {**os.environ, "LPACK_CACHE_DIR": str(tmp_path / "cache")}
    projects = [copy(template, tmp_path / str(number)) for number in range(3)]
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

    assert [one.returncode for one in builds] == [0] * 3, talks
    assert [published(project) for project in projects] == [golden] * 3
