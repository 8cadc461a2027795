"""The cache cannot lie: whatever state it is in, it costs a refetch or a plain error."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.building import APP, Forge, copy, files_below, locked_project, published, wheels_of
from tests.index_server import IndexServer
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# As root, permissions refuse nothing.
SOMEBODY = 65534 if os.geteuid() == 0 else None


@pytest.fixture(scope="module")
def template(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a locked project."""
    return locked_project(forge, tmp_path_factory.mktemp("template") / "project")


@pytest.fixture(scope="module")
def golden(
    forge: Forge, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Build it once with a cache of its own."""
    folder = tmp_path_factory.mktemp("golden")
    project = copy(template, folder / "project")
    done = forge.run(project, environ={"LPACK_CACHE_DIR": str(folder / "cache")})
    assert done.status == 0, done.talk
    return published(project)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name this test's cache."""
    monkeypatch.setenv("LPACK_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def project(forge: Forge, template: Path, tmp_path: Path, cache: Path) -> Path:
    """Give a project whose wheels are in the cache, and of which nothing is published."""
    project = copy(template, tmp_path / "project")
    assert forge.run(project).status == 0
    shutil.rmtree(project / "dist")
    return project


def wheels(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.whl"))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def flip_unnoticed(path: Path) -> None:
    before = path.stat()
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_bytes(b"x")


def as_link(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def as_link_to_copy(path: Path) -> None:
    path.rename(path.with_name("copy"))
    path.symlink_to("copy")


def as_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def swap(path: Path) -> None:
    first, second, *_ = wheels(path.parents[3])
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


def poison(path: Path) -> None:
    """Put another valid wheel of the same name and version in its place."""
    name, version = path.name.split("-")[:2]
    make_wheel(path.parent, name, version, {f"{name}.py": "EVIL = 1\n"})


def replace_parent(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"a file where the folder was")


def replace_grandparent(path: Path) -> None:
    shutil.rmtree(path.parents[1])
    path.parents[1].symlink_to("nowhere")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit": flip,
    "a flipped bit, the time restored": flip_unnoticed,
    "truncated to nothing": lambda path: path.write_bytes(b""),
    "truncated by half": lambda path: path.write_bytes(
        path.read_bytes()[: path.stat().st_size // 2]
    ),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "two swapped": swap,
    "poisoned": poison,
    "a folder": as_folder,
    "a dead link": lambda path: as_link(path, "nowhere"),
    "a link to a copy": as_link_to_copy,
    "a link without end": lambda path: as_link(path, "/dev/zero"),
    "a link to itself": lambda path: as_link(path, path.name),
    "a pipe": as_fifo,
    "no permissions": lambda path: path.chmod(0),
    "deleted": lambda path: path.unlink(),
    "its folder deleted": lambda path: shutil.rmtree(path.parent),
    "its folder a file": replace_parent,
    "its folder's folder a dead link": replace_grandparent,
    "all deleted": lambda path: shutil.rmtree(path.parents[2]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("which", [0, 2])
def test_a_broken_object_costs_a_refetch(  # noqa: PLR0913 - two dimensions
    forge: Forge,
    project: Path,
    cache: Path,
    golden: dict[str, str],
    damage: Callable[[Path], object],
    which: int,
) -> None:
    """The package is the golden one, and the store is whole again."""
    whole = {path: path.read_bytes() for path in wheels(cache)}
    damage(wheels(cache)[which])

    done = forge.run(project, seconds=20)

    assert done.status == 0, done.talk
    assert published(project) == golden
    assert {path: path.read_bytes() for path in whole} == whole
    assert not any(path.is_symlink() for path in whole)
    assert list((cache / "wheels-1" / "incoming").iterdir()) == []


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_broken_object_is_a_plain_error_without_its_source(
    forge: Forge, project: Path, cache: Path, damage: Callable[[Path], object]
) -> None:
    """When the wheel can be had nowhere else, the build says so, and publishes nothing."""
    if damage is DAMAGES["no permissions"] and SOMEBODY is not None:
        # Root reads it all the same; what root cannot read is what is not there.
        damage = DAMAGES["deleted"]
    damage(wheels(cache)[0])
    shutil.rmtree(project / "wheels")

    done = forge.run(project, seconds=20)

    assert done.status == 3
    assert done.talk.count("error[LP201]") == 1
    assert not (project / "dist" / "api.zip").exists()


def test_another_project_cannot_get_other_bytes(
    forge: Forge, template: Path, tmp_path: Path, cache: Path
) -> None:
    """Two projects whose wheels have one name and different bytes share no object."""
    first, second = copy(template, tmp_path / "a"), copy(template, tmp_path / "b")
    make_wheel(second / "wheels", "gamma", "3", {"gamma.py": "OTHER = 3\n"})
    assert forge.run(second, "lock", environ=wheels_of(second)).status == 0

    results = [forge.run(project) for project in (first, second, first)]

    assert [done.status for done in results] == [0, 0, 0]
    assert published(first)["api.zip"] != published(second)["api.zip"]
    assert len([path for path in wheels(cache) if path.name.startswith("gamma")]) == 2


def test_wrong_bytes_never_enter(forge: Forge, template: Path, tmp_path: Path, cache: Path) -> None:
    """A wheel that is not the locked one is refused, and leaves nothing in the store."""
    project = copy(template, tmp_path / "p")
    make_wheel(project / "wheels", "gamma", "3", {"gamma.py": "OTHER = 3\n"})

    done = forge.run(project)

    assert done.status == 3
    assert "error[LP202]" in done.talk
    assert not [path for path in wheels(cache) if path.name.startswith("gamma")]
    assert list((cache / "wheels-1" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "shared",
    [True, pytest.param(False, marks=pytest.mark.slow)],
    ids=["one project", "four projects"],
)
def test_builds_at_the_same_time_agree(
    template: Path, golden: dict[str, str], tmp_path: Path, cache: Path, *, shared: bool
) -> None:
    """Four processes fill one cache, and publish the golden package."""
    folders = [tmp_path / ("p" if shared else f"p{number}") for number in range(4)]
    for folder in dict.fromkeys(folders):
        copy(template, folder)

    # More than one round, each with an empty cache, because one may happen to be orderly.
    for _ in range(2):
        shutil.rmtree(cache, ignore_errors=True)
        running = [start(folder) for folder in folders]
        answers = [process.communicate(timeout=60)[0] for process in running]

        assert [process.returncode for process in running] == [0] * 4, answers
        for folder in dict.fromkeys(folders):
            assert published(folder) == golden
            shutil.rmtree(folder / "dist")
        assert list((cache / "wheels-1" / "incoming").iterdir()) == []


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lpack", "build"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_running_build_keeps_its_files(
    forge: Forge, project: Path, cache: Path, tmp_path: Path
) -> None:
    """What another process is writing is not taken for a leftover."""
    incoming = cache / "wheels-1" / "incoming"
    hold = (
        "import sys, pathlib, lpack.publish\n"
        "with lpack.publish.temporary(pathlib.Path(sys.argv[1])) as path:\n"
        "    print(path, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(incoming)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        held = process.stdout.readline().strip()
        (incoming / ".lpack-dead.tmp").write_bytes(b"of a process that is gone")
        shutil.rmtree(wheels(cache)[0].parent)

        done = forge.run(project)

        names = [str(path) for path in incoming.iterdir()]
        process.communicate()
    assert done.status == 0, done.talk
    assert names == [held]
    assert list(incoming.iterdir()) == []


@pytest.fixture
def served(template: Path, tmp_path: Path, forge: Forge, cache: Path) -> Path:
    """Give a project whose lock names an index that is down by now."""
    project = copy(template, tmp_path / "served")
    with IndexServer(project / "wheels") as index:
        done = forge.run(project, "lock", environ={"PIP_INDEX_URL": index.url})
        assert done.status == 0, done.talk
        assert forge.run(project).status == 0
    shutil.rmtree(project / "dist")
    return project


def test_a_warm_cache_needs_no_network(forge: Forge, served: Path) -> None:
    """All wheels are in the cache, so neither index nor wheelhouse is asked."""
    shutil.rmtree(served / "wheels")

    done = forge.run(served, "build", "--offline", "--locked")

    assert done.status == 0, done.talk


def test_a_broken_object_is_a_plain_error_offline(forge: Forge, served: Path, cache: Path) -> None:
    """Offline, a wheel that is broken in the cache is one that is not there."""
    flip(wheels(cache)[0])
    before = files_below(cache / "wheels-1")

    done = forge.run(served, "build", "--offline")

    assert done.status == 3
    assert "error[LP206]" in done.talk
    assert wheels(cache)[0].name in done.talk
    assert files_below(cache / "wheels-1") == before
    assert not (served / "dist" / "api.zip").exists()


@pytest.mark.parametrize("command", ["build", "lock", "check", "stage", "invoke"])
def test_no_cache_leaves_the_cache_alone(  # noqa: PLR0913 - each is a part of the scene
    forge: Forge, template: Path, cache: Path, golden: dict[str, str], tmp_path: Path, command: str
) -> None:
    """A run with a cache of its own ends as any other, and nothing of that cache is left."""
    project = copy(template, tmp_path / "p")
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    done = forge.run(
        project, command, "--no-cache", environ={"TMPDIR": str(temporary), **wheels_of(project)}
    )

    assert done.status == 0, done.talk
    assert not cache.exists()
    assert list(temporary.iterdir()) == []
    if command == "build":
        assert published(project) == golden


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_cache_leaves_nothing_when_interrupted(
    forge: Forge, template: Path, cache: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Whenever Ctrl-C comes, the folder for temporary files is empty afterwards."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = ("build", "--no-cache")
    circumstances = {"TMPDIR": str(temporary)}
    changes = forge.run(copy(template, tmp_path / "count"), *words, environ=circumstances).changes
    seen = set()

    # The first changes are Python's own trial of the folder, and the making of lpack's in it.
    for change in range(4, changes, 3):
        project = copy(template, tmp_path / f"p{change}")
        done = forge.run(project, *words, environ=circumstances, change=change, number=number)
        seen.add(done.status)
        assert list(temporary.iterdir()) == [], change

    assert {130, 143} & seen
    assert not cache.exists()


@pytest.mark.slow
def test_a_cache_that_is_pruned_under_a_build_heals(
    project: Path, cache: Path, golden: dict[str, str]
) -> None:
    """Builds and prunings side by side: the golden package, or one clear error."""
    with subprocess.Popen(
        [sys.executable, "-c", PRUNING, str(cache)], stdin=subprocess.PIPE
    ) as pruning:
        for number in range(6):
            (project / "src" / "app.py").write_text(APP if number % 2 else APP + "X = 1\n")
            process = start(project)
            answer = process.communicate(timeout=60)[0]
            if process.returncode == 0 and number % 2:
                assert published(project) == golden
            elif process.returncode:
                assert process.returncode == 3
                assert re.match(r"error\[LP2(04|10|24)\]", answer), answer
        pruning.communicate(b"")
    last = start(project)
    assert "error[" not in last.communicate(timeout=60)[0]
    assert last.returncode == 0


PRUNING = """
import sys, threading, time
from pathlib import Path
from lpack.store.upkeep import prune
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
while not ended.is_set():
    prune(Path(sys.argv[1]), 0, time.time())
"""


def test_a_broken_memory_costs_a_build(
    forge: Forge, project: Path, cache: Path, golden: dict[str, str]
) -> None:
    """Stamps and verdicts that are damaged are forgotten."""
    assert forge.run(project).status == 0
    time.sleep(0.05)
    for path in [*cache.glob("stamps-1/*/*"), *cache.glob("valid-1/*/*")]:
        path.write_bytes(b"\xff{" * 100)
    (project / "dist" / "api.zip").write_bytes(b"")

    done = forge.run(project)

    assert done.status == 0, done.talk
    assert published(project) == golden
