"""Looking after the cache never touches what is not the cache's, and never waits."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lpack import deploying, stamps
from lpack.cli.cache import _LABELS
from lpack.deploying import folders
from lpack.errors import BuildError, UsageError
from lpack.facts import imports_cache, kept
from lpack.index.settings import IndexSettings
from lpack.lockfile import file_url
from lpack.model import LockedPackage, LockedWheel
from lpack.publish import temporary
from lpack.resolvers import index_cache
from lpack.store import WheelStore, segments, upkeep
from lpack.store.download import Downloader
from lpack.store.upkeep import Count, clean, prune, sizes, verify
from lpack.store.wheels import is_unchanged
from lpack.validation import verdicts
from tests.building import sha256
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.model import StoredWheel

DAY = 86_400


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Name a cache that is not there yet."""
    return tmp_path / "cache"


def stored(cache: Path, name: str = "alpha") -> StoredWheel:
    """Put a wheel into the store."""
    path = make_wheel(cache.parent, name, "1.0", {f"{name}.py": "A = 1\n" * 99})
    wheel = LockedWheel(path.name, file_url(path), sha256(path), path.stat().st_size)
    downloader = Downloader(WheelStore(cache), IndexSettings(), lambda _: None)
    return downloader.fetch(LockedPackage(name, "1.0", (wheel,)))


def package_of(wheel: StoredWheel) -> LockedPackage:
    locked = LockedWheel(wheel.filename, "", wheel.sha256, wheel.size)
    return LockedPackage(wheel.name, wheel.version, (locked,))


def age(path: Path, days: float) -> None:
    """Let a file or folder be older than it is."""
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_kinds_are_those_that_are_written() -> None:
    """Each folder of the cache is one that upkeep knows."""
    assert set(upkeep.KINDS.values()) == {
        "wheels-1",
        stamps.VERSION,
        verdicts._FOLDER,  # noqa: SLF001 - nobody else needs it
        index_cache.FOLDER,
        imports_cache.VERSION,
        kept.VERSION,
        segments.VERSION,
        folders.VERSION,
        deploying.BYTECODE,
    }


def test_every_kind_is_told() -> None:
    """`lpack cache size` has words for each."""
    assert set(_LABELS) == {*upkeep.KINDS, "incoming", "old"}


def test_a_cache_that_is_not_there_is_empty(cache: Path) -> None:
    """Nothing fails, and nothing is made."""
    now = time.time()

    assert set(sizes(cache).values()) == {Count()}
    assert prune(cache, 0, now) == Count()
    assert verify(cache).whole == Count()
    assert clean(cache) == Count()
    assert not cache.exists()


def test_what_is_used_is_kept(cache: Path) -> None:
    """A wheel that a build finds is young again, without a change of its stamp."""
    old, used = stored(cache, "old"), stored(cache, "used")
    for wheel in (old, used):
        age(wheel.path.parent, 40)
    before = used.path.stat()

    found = WheelStore(cache).find(package_of(used))
    gone = prune(cache, 30 * DAY, time.time())

    assert found is not None
    assert used.path.stat() == before
    assert (gone, old.path.exists(), old.path.parents[1].exists()) == (
        Count(1, old.size),
        False,
        False,
    )


def test_use_is_noted_once_a_day(cache: Path) -> None:
    """A build does not write to the cache each time."""
    wheel = stored(cache)
    age(wheel.path.parent, 0.5)
    before = wheel.path.parent.stat().st_mtime_ns

    WheelStore(cache).find(package_of(wheel))

    assert wheel.path.parent.stat().st_mtime_ns == before


def test_prune_takes_what_the_dead_have_left(cache: Path) -> None:
    """Temporary files of processes that are gone, and parts that nobody went on with."""
    incoming = stored(cache).path.parents[2] / "incoming"
    with temporary(incoming) as held:
        (incoming / ".lpack-dead.tmp").write_bytes(b"half")
        (incoming / ".lpack-folder.tmp").mkdir()
        (incoming / ".lpack-folder.tmp" / "x").write_bytes(b"half")
        for name, days in (("young", 1), ("old", 31)):
            (incoming / f"{name}.part").write_bytes(b"some")
            age(incoming / f"{name}.part", days)

        gone = prune(cache, 30 * DAY, time.time())

        assert {path.name for path in incoming.iterdir()} == {held.name, "young.part"}
    assert gone == Count(3, 12)


def test_prune_takes_older_layouts_and_leaves_newer_ones(cache: Path) -> None:
    """What an older lpack has left is of no use; a newer one may run beside this one."""
    wheel = stored(cache)
    for name in ("wheels-0", "wheels-2", "stamps-0", "mine-0", "wheels-x"):
        (cache / name / "ab").mkdir(parents=True)
        (cache / name / "ab" / "file").write_bytes(b"12")

    gone = prune(cache, 30 * DAY, time.time())

    assert gone == Count(2, 4)
    assert {path.name for path in cache.iterdir()} == {"wheels-1", "wheels-2", "mine-0", "wheels-x"}
    assert wheel.path.exists()


def remembered(cache: Path, key: str, output: Path) -> Path:
    """Remember a build whose one output is that file."""
    output.parent.mkdir(exist_ok=True)
    output.write_text("x")
    stamps.remember(
        str(cache), key, inputs=(), folders=(), outputs=(output,), started=0, result="done"
    )
    return cache / stamps.VERSION / key[:2] / f"{key}.json"


def test_prune_takes_memories_that_cannot_serve_again(cache: Path, tmp_path: Path) -> None:
    """Those of another day, of projects that are gone, and those that are none."""
    fresh = remembered(cache, "aa" * 32, tmp_path / "kept" / "api.zip")
    gone = remembered(cache, "ab" * 32, tmp_path / "gone" / "api.zip")
    (tmp_path / "gone" / "api.zip").unlink()
    yesterday = remembered(cache, "ac" * 32, tmp_path / "kept" / "b.zip")
    text = yesterday.read_text()
    yesterday.write_text(text.replace('"days": {}', '"days": {"2020-01-01 2020-02-01": [null]}'))
    assert yesterday.read_text() != text
    broken = remembered(cache, "ad" * 32, tmp_path / "kept" / "c.zip")
    broken.write_bytes(b"[" * 100_000)
    os.mkfifo(broken.with_suffix(".pipe"))

    prune(cache, 30 * DAY, time.time())

    assert below(cache) == {fresh.relative_to(cache).as_posix()}
    assert not gone.exists()
    assert list((cache / stamps.VERSION).rglob("*.pipe")) == []


def as_other_bytes(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def as_nothing(path: Path) -> None:
    path.write_bytes(b"")


def as_link(path: Path) -> None:
    path.rename(path.parents[4] / "copy")
    path.symlink_to(path.parents[4] / "copy")


def as_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_bytes(b"x")


def with_a_file_for_a_folder(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.write_bytes(b"x")


def under_another_name(path: Path) -> None:
    path.parent.rename(path.parent.with_name("ab" * 32))


DAMAGES = (
    as_other_bytes,
    as_nothing,
    as_link,
    as_device,
    as_pipe,
    as_folder,
    with_a_file_for_a_folder,
    under_another_name,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_names_and_removes_what_is_damaged(
    cache: Path, damage: Callable[[Path], object]
) -> None:
    """The others are whole, nothing of the damaged one is left, and it can come again."""
    whole, broken = stored(cache, "whole"), stored(cache, "broken")
    damage(broken.path)

    verified = verify(cache)

    assert verified.whole == Count(1, whole.size)
    assert len(verified.damaged) == 1
    assert verified.damaged[0].is_relative_to(broken.path.parents[1])
    assert not os.path.lexists(verified.damaged[0])
    assert verify(cache).damaged == ()
    assert stored(cache, "broken").path == broken.path


def test_clean_removes_all_but_what_is_not_lpacks(cache: Path, tmp_path: Path) -> None:
    """No link is followed, and what a running process has stays until the next time."""
    wheel = stored(cache)
    remembered(cache, "aa" * 32, tmp_path / "api.zip")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_bytes(b"mine")
    (cache / "valid-1").symlink_to(precious)
    (cache / "wheels-1" / "cd").symlink_to(precious)
    wheel.path.with_name("link").symlink_to(precious)
    (cache / "notes.txt").write_bytes(b"mine")

    with temporary(cache / "wheels-1" / "incoming") as held:
        clean(cache)

        assert below(cache) == {f"wheels-1/incoming/{held.name}", "notes.txt"}
    assert (precious / "file").read_bytes() == b"mine"
    clean(cache)
    assert [path.name for path in cache.iterdir()] == ["notes.txt"]


def test_answers_of_indexes_age_and_go(cache: Path) -> None:
    """What the resolvers keep is pruned and cleaned like all else."""
    for kind, days in (("pages", 31), ("metadata", 1)):
        path = cache / index_cache.FOLDER / kind / ("ab" * 32)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"1234")
        age(path, days)

    assert sizes(cache)["index"] == Count(2, 8)
    assert prune(cache, 30 * DAY, time.time()) == Count(1, 4)
    assert clean(cache) == Count(1, 4)
    assert not cache.exists()


def test_clean_takes_the_folder_if_it_is_empty(cache: Path) -> None:
    """Nothing is left of lpack."""
    stored(cache)

    clean(cache)

    assert not cache.exists()


@pytest.mark.parametrize("name", ["file", "wheels-1.txt", "wheels-01x"])
def test_clean_refuses_a_folder_that_is_no_cache(tmp_path: Path, name: str) -> None:
    """A LPACK_CACHE_DIR that leads somewhere else costs nothing."""
    (tmp_path / name).write_bytes(b"mine")

    with pytest.raises(UsageError) as caught:
        clean(tmp_path)

    assert caught.value.code == "LP016"
    assert below(tmp_path) == {name}


@pytest.mark.skipif(os.geteuid() == 0, reason="as root, permissions refuse nothing")
def test_a_cache_of_somebody_else_is_a_plain_error(cache: Path) -> None:
    """It says what it cannot remove."""
    wheel = stored(cache)
    wheel.path.parent.chmod(0o500)

    with pytest.raises(BuildError) as caught:
        prune(cache, 0, time.time() + 1)

    wheel.path.parent.chmod(0o700)
    assert caught.value.code == "LP210"


def test_a_wheel_that_is_pruned_while_it_is_used_is_noticed(cache: Path) -> None:
    """The package is not made from what is not there: the last look before it says so."""
    wheel = stored(cache)
    assert is_unchanged(wheel)

    prune(cache, 0, time.time() + 1)

    assert not is_unchanged(wheel)
    assert is_unchanged(stored(cache))


def test_a_pipe_among_the_memories_does_not_hang(cache: Path) -> None:
    """What is no regular file is not waited for."""
    key = "aa" * 32
    path = cache / stamps.VERSION / key[:2] / f"{key}.json"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)

    script = f"import sys; from lpack.stamps import recall; print(recall({str(cache)!r}, {key!r}))"
    done = subprocess.run(
        [sys.executable, "-c", script], timeout=60, check=True, capture_output=True, text=True
    )

    assert done.stdout == "None\n"
