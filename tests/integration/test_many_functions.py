"""Many functions are built side by side: the same bytes, one report, and a clean end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.building import APP, Forge, make_project, published, wheels_of

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = 12
SETS = ("alpha", "beta", "gamma\nbeta")


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write many functions over a few sets of dependencies, and lock them."""
    project = make_project(tmp_path_factory.mktemp("template") / "project")
    shutil.rmtree(project / "src")
    (project / "pyproject.toml").unlink()
    (project / "sets").mkdir()
    for number, packages in enumerate(SETS):
        (project / "sets" / f"{number}.txt").write_text(packages + "\n")
    tables = []
    for number in range(NUMBER):
        source = project / "functions" / f"f{number}"
        source.mkdir(parents=True)
        (source / "app.py").write_text(APP.replace("1", str(number)))
        tables.append(
            f'[functions.f{number}]\nhandler = "app.handler"\nsource = "functions/f{number}"\n'
            f'requirements = "sets/{number % len(SETS)}.txt"\nruntime = "python3.13"\n'
        )
    (project / "lpack.toml").write_text("\n".join(tables))
    done = forge.run(project, "lock", environ=wheels_of(project))
    assert done.status == 0, done.talk
    return project


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """Give a copy of it that nothing was built from."""
    return shutil.copytree(template, tmp_path / "project")


def test_the_bytes_do_not_depend_on_how_many_work(
    forge: Forge, project: Path, tmp_path: Path
) -> None:
    """One process, two or eight publish the same files and say the same."""
    results = []
    for jobs in ("1", "2", "8"):
        shutil.rmtree(project / "dist", ignore_errors=True)
        cache = {"LPACK_CACHE_DIR": str(tmp_path / f"cache-{jobs}")}
        done = forge.run(project, "build", "-j", jobs, environ=cache)
        assert done.status == 0, done.talk
        results.append((published(project), done.talk))

    assert results[0] == results[1] == results[2]
    assert len(results[0][0]) == 3 * NUMBER


def test_the_locks_are_made_side_by_side_as_they_are_alone(
    forge: Forge, project: Path, tmp_path: Path
) -> None:
    """Without locks, each is written once, whoever makes it."""
    results = []
    for jobs in ("1", "4"):
        for lock in project.glob("pylock*.toml"):
            lock.unlink()
        environ = {**wheels_of(project), "LPACK_CACHE_DIR": str(tmp_path / f"cache-{jobs}")}
        done = forge.run(project, "build", "-j", jobs, "--output=json", environ=environ)
        assert done.status == 0, done.talk
        told = json.loads(done.talk)["functions"]
        assert all(one["lock"]["written"] for one in told)
        locks = {path.name: path.read_bytes() for path in project.glob("pylock*.toml")}
        results.append((locks, published(project)))

    assert results[0] == results[1]
    assert len(results[0][0]) == len(SETS)


def test_what_fails_in_one_process_is_told_with_the_rest(forge: Forge, project: Path) -> None:
    """Errors of any kind keep only their own function from being built."""
    (project / "functions" / "f3" / "gone.py").symlink_to("nothing.py")
    (project / "functions" / "f5" / "gone.py").symlink_to("/etc/passwd")
    (project / "functions" / "f7" / "app.py").write_text("def other(): ...\n")

    done = forge.run(project, "build", "-j", "3", "--output=json")

    report = json.loads(done.talk)
    assert done.status == report["exit_status"] == 3
    assert [one["functions"] for one in report["diagnostics"]] == [["f3"], ["f5"]]
    assert [one["name"] for one in report["functions"]] == [
        f"f{number}" for number in range(NUMBER) if number not in (3, 5)
    ]
    missing = {f"f{number}.zip" for number in (3, 5, 7)}
    zips = {path.name for path in (project / "dist").glob("*.zip")}
    assert zips == {f"f{number}.zip" for number in range(NUMBER)} - missing


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("whom", ["lpack", "all of its processes"])
def test_an_interrupt_ends_all_processes_and_leaves_nothing_half(
    forge: Forge, project: Path, number: signal.Signals, whom: str
) -> None:
    """Ctrl-C reaches every process, `kill` the first alone: both end them all, and clean up."""
    for source in (project / "functions").iterdir():
        # Random, so that it takes a while.
        (source / "large.bin").write_bytes(os.urandom(3 << 20))
    running = subprocess.Popen(
        [sys.executable, "-m", "lpack", "build", "-j", "4"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not list((project / "dist").glob("*.zip")) and running.poll() is None:
        time.sleep(0.001)

    (os.killpg if whom != "lpack" else os.kill)(running.pid, number)
    _, talk = running.communicate(timeout=60)

    assert running.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number], talk
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
    left = [path.name for path in (project / "dist").iterdir() if path.name.startswith(".")]
    assert left == []
    assert b"Traceback" not in talk
    again = forge.run(project, "build", "-j", "4")
    assert again.status == 0, again.talk
    assert len(published(project)) == 3 * NUMBER


KILLED = """
import os, signal, sys
import lpack.cli.build as build
original = build.build_function
def dies(function, work, plan):
    if function.name == "f4":
        os.kill(os.getpid(), signal.SIGKILL)
    return original(function, work, plan)
build.build_function = dies
from lpack.cli.run import run
sys.exit(run(["build", "-j", "3", "--output=json"]))
"""


def test_a_process_that_is_killed_loses_its_own_work_only(project: Path) -> None:
    """The system kills when memory runs out; what was lost is told, the rest is built."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=project, capture_output=True, text=True, check=False
    )

    report = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    assert [one["code"] for one in report["diagnostics"]] == ["LP017"]
    assert "f4" in report["diagnostics"][0]["functions"]
    assert len(report["functions"]) >= NUMBER - 3


def test_only_what_changed_is_staged_again(forge: Forge, project: Path) -> None:
    """A change of one function leaves the others' files as they are."""
    time.sleep(0.03)
    assert forge.run(project).status == 0
    stamps = {path.name: path.stat() for path in (project / "dist").iterdir()}
    (project / "functions" / "f2" / "app.py").write_text(APP.replace("1", "222"))
    time.sleep(0.03)

    done = forge.run(project, "build", "--output=json")

    changed = [one["name"] for one in json.loads(done.talk)["functions"] if one["changed"]]
    assert changed == ["f2"]
    for path in (project / "dist").iterdir():
        if not path.name.startswith("f2."):
            assert path.stat() == stamps[path.name]
    # The memory of one command line serves all.
    assert "packed" not in forge.run(project, "build", "f2", "f3").talk


def test_a_given_lock_is_that_of_its_own_function(forge: Forge, project: Path) -> None:
    """Functions that need no lock to be made do not lend each other what they ship."""
    (project / "pylock.f0.toml").rename(project / "pylock.given.toml")
    (project / "lpack.toml").write_text(
        '[functions.with]\nhandler = "app.handler"\nsource = "functions/f0"\n'
        'requirements = "pylock.given.toml"\nruntime = "python3.13"\n'
        '[functions.without]\nhandler = "app.handler"\nsource = "functions/f1"\n'
        'requirements = false\nruntime = "python3.13"\n'
    )

    done = forge.run(project, "build", "--output=json", environ=wheels_of(project))

    told = {one["name"]: one["lock"]["distributions"] for one in json.loads(done.talk)["functions"]}
    assert told == {"with": 2, "without": 0}
