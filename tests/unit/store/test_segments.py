"""What is kept for the next build is believed only where this user, on this machine, wrote it."""

from __future__ import annotations

import json
import os
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from lpack.store import segments as module
from lpack.store.segments import SEAL, Segments, open_new

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.store.segments import Kept

ABOUT = ("archive", "abc", "def")


def kept(segments: Segments, content: bytes = b"content", about: tuple[str, ...] = ABOUT) -> Path:
    """Keep an object with one file, and give its folder."""
    with segments.new() as folder:
        with open_new(folder / "file") as file:
            file.write(content)
        segments.keep(folder, {"number": 1}, *about)
    found = segments.find(*about)
    assert found is not None
    assert found.read("file") == content
    return segments.root / found.folder[-67:-65] / found.folder[-64:]


def content_of(found: Kept | None) -> bytes | None:
    """Give the content of the file, if it is to be believed."""
    try:
        return None if found is None else found.read("file")
    except OSError:
        return None


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    """With its facts, for the same things only."""
    segments = Segments(tmp_path)
    kept(segments)

    found = Segments(tmp_path).find(*ABOUT)

    assert found is not None
    assert dict(found.facts) == {"number": 1}
    assert segments.find("archive", "abc") is None
    assert segments.find("archive", "abcdef", "") is None
    assert not list((segments.root / "incoming").iterdir())


def test_another_version_of_lpack_makes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made of a wheel may be another thing then."""
    kept(Segments(tmp_path))
    monkeypatch.setattr(module, "__version__", "0.0.0")

    assert Segments(tmp_path).find(*ABOUT) is None


def replaced(folder: Path) -> None:
    """Write other bytes with the same size and times."""
    status = (folder / "file").stat()
    (folder / "file").write_bytes(b"C0NTENT")
    os.utime(folder / "file", ns=(status.st_atime_ns, status.st_mtime_ns))


def copied(folder: Path) -> None:
    """Put a copy with the same bytes and times in its place, as caches of CI are restored."""
    shutil.copytree(folder, folder.with_name("copy"), copy_function=shutil.copy2)
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)


def shared(folder: Path) -> None:
    """Let everybody write the seal."""
    (folder / SEAL).chmod(0o666)


def shared_file(folder: Path) -> None:
    """Let the group write the file."""
    (folder / "file").chmod(0o664)


def linked(folder: Path) -> None:
    """Put a link to the true file in its place."""
    (folder / "file").rename(folder / "elsewhere")
    (folder / "file").symlink_to(folder / "elsewhere")


def linked_seal(folder: Path) -> None:
    """Put a link to the true seal in its place."""
    (folder / SEAL).rename(folder / "elsewhere")
    (folder / SEAL).symlink_to(folder / "elsewhere")


def piped(folder: Path) -> None:
    """Put a pipe there, which nobody writes to."""
    (folder / "file").unlink()
    os.mkfifo(folder / "file")


def piped_seal(folder: Path) -> None:
    """Put a pipe there, which nobody writes to."""
    (folder / SEAL).unlink()
    os.mkfifo(folder / SEAL)


def folder_for_file(folder: Path) -> None:
    """Put a folder there."""
    (folder / "file").unlink()
    (folder / "file").mkdir()


def file_for_folder(folder: Path) -> None:
    """Put a file where the whole object is."""
    shutil.rmtree(folder)
    folder.write_bytes(b"")


def pipe_for_folder(folder: Path) -> None:
    """Put a pipe where the whole object is."""
    shutil.rmtree(folder)
    os.mkfifo(folder)


def file_for_shard(folder: Path) -> None:
    """Put a file where the folder of objects is."""
    shutil.rmtree(folder.parent)
    folder.parent.write_bytes(b"")


def of_another_user(folder: Path) -> None:
    """Give the file to somebody else."""
    if os.geteuid():
        pytest.skip("only root can give files away")
    os.chown(folder / "file", 65534, 65534)


def seal_of_another_user(folder: Path) -> None:
    """Give the seal to somebody else."""
    if os.geteuid():
        pytest.skip("only root can give files away")
    os.chown(folder / SEAL, 65534, 65534)


def cut(folder: Path) -> None:
    """Lose the end of the seal."""
    (folder / SEAL).write_bytes((folder / SEAL).read_bytes()[:-1])


def nested(folder: Path) -> None:
    """Have a seal that no parser can follow."""
    (folder / SEAL).write_text("[" * 50_000)


def of_other_shape(folder: Path) -> None:
    """Have a seal that is JSON, and of another shape."""
    (folder / SEAL).write_text("[1]")


def without_stamp(folder: Path) -> None:
    """Have a seal that says nothing about the file."""
    seal = json.loads((folder / SEAL).read_text())
    (folder / SEAL).write_text(json.dumps({**seal, "files": {}}))


def without_seal(folder: Path) -> None:
    """Have none."""
    (folder / SEAL).unlink()


@pytest.mark.parametrize(
    "damage",
    [
        replaced,
        copied,
        shared,
        shared_file,
        linked,
        linked_seal,
        piped,
        piped_seal,
        folder_for_file,
        file_for_folder,
        pipe_for_folder,
        file_for_shard,
        of_another_user,
        seal_of_another_user,
        cut,
        nested,
        of_other_shape,
        without_stamp,
        without_seal,
    ],
)
def test_what_others_may_have_written_is_made_anew(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """It is not there, as far as a build can see, and what is made anew takes its place."""
    segments = Segments(tmp_path)
    folder = kept(segments)
    damage(folder)

    assert content_of(segments.find(*ABOUT)) is None
    kept(segments, b"made anew")

    assert content_of(segments.find(*ABOUT)) == b"made anew"


def test_a_true_object_is_of_no_use_in_another_place(tmp_path: Path) -> None:
    """Its seal states what it is about."""
    segments = Segments(tmp_path)
    first, second = kept(segments, b"first"), kept(segments, b"second", ("archive", "other"))
    shutil.rmtree(second)
    first.rename(second)

    assert segments.find("archive", "other") is None


def test_what_was_discarded_is_not_found(tmp_path: Path) -> None:
    """Until it is made anew."""
    segments = Segments(tmp_path)
    kept(segments)
    found = segments.find(*ABOUT)
    assert found is not None

    found.discard()

    assert segments.find(*ABOUT) is None


def test_the_umask_opens_nothing_to_others(tmp_path: Path) -> None:
    """Files that anybody might write would never be believed."""
    before = os.umask(0)
    try:
        folder = kept(Segments(tmp_path))
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_many_can_keep_the_same_at_once(tmp_path: Path) -> None:
    """Whoever comes last wins, and nobody ever sees half of it."""
    segments = Segments(tmp_path)
    seen: set[bytes | None] = set()
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(20):
                with segments.new() as folder:
                    with open_new(folder / "file") as file:
                        file.write(b"%d" % number * 1000)
                    segments.keep(folder, {}, *ABOUT)
                seen.add(content_of(segments.find(*ABOUT)))
        except BaseException as error:  # noqa: BLE001 - a thread's error would be lost
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    assert seen <= {None, *(b"%d" % number * 1000 for number in range(4))}
    assert content_of(segments.find(*ABOUT)) is not None


def test_a_cache_that_cannot_be_written_forgets(tmp_path: Path) -> None:
    """That costs time, and fails nothing."""
    (tmp_path / module.VERSION).write_bytes(b"a file where the folder belongs")
    segments = Segments(tmp_path)

    segments.note({}, "front")

    assert segments.find("front") is None


def test_a_wheel_is_hashed_again_unless_it_has_its_old_stamp(tmp_path: Path) -> None:
    """The stamp is the one that it had when it was last hashed; a young one proves nothing."""
    segments, path = Segments(tmp_path), tmp_path / "wheel"
    path.write_bytes(b"wheel")
    status = path.stat()
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns - 10**9, status.st_ino)
    old = (stamp[0], stamp[1] - 10**9, *stamp[2:])

    segments.note_verified("abc", (5, stamp[1] + 10**12, stamp[2], stamp[3]))
    young = segments.has_verified("abc", (5, stamp[1] + 10**12, stamp[2], stamp[3]))
    segments.note_verified("abc", old)
    known = segments.has_verified("abc", old)
    other = [segments.has_verified("abc", one) for one in (stamp, None)]
    segments.forget_verified("abc")

    assert (young, known, other) == (False, True, [False, False])
    assert not segments.has_verified("abc", old)
    assert not segments.has_verified("abd", old)
