"""Files appear whole, leftovers go, and what others are writing stays."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lpack.data import own_text
from lpack.errors import BuildError
from lpack.model import Artifact
from lpack.publish import alone_in, beside, is_temporary, made_folder, temporary, write_whole
from lpack.steps.publish import publish
from lpack.values import replace
from lpack.writers import Packed, Plan

HOLD = """
import pathlib, sys, lpack.publish
with lpack.publish.temporary(pathlib.Path(sys.argv[1]), is_folder=sys.argv[2] == "folder") as path:
    print(path, flush=True)
    sys.stdin.read()
"""


def held(folder: Path, kind: str) -> tuple[subprocess.Popen[str], str]:
    """Let another process hold a temporary file or folder; give it and the path."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_file_is_replaced_with_its_new_content(tmp_path: Path) -> None:
    """The folder is made, the content is whole, and nothing else stays."""
    path = tmp_path / "a" / "b" / "file"

    for content in (b"one", b"the other", b""):
        write_whole(path, content)

        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Whoever reads from `/dev/stdout`, `/dev/null` or a pipe goes on to do so."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"new")

        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_link_to_an_open_file_is_not_replaced(tmp_path: Path) -> None:
    """As `/dev/stdout` is one, where the shell has led it to a file."""
    with (tmp_path / "out").open("wb", buffering=0) as stream:
        write_whole(Path(f"/proc/self/fd/{stream.fileno()}"), b"new")

        assert os.fstat(stream.fileno()).st_nlink == 1
    assert (tmp_path / "out").read_bytes() == b"new"


def test_what_is_not_renamed_is_gone(tmp_path: Path) -> None:
    """Whether the work inside fails or gives up, the temporary file goes."""

    class Nonsense(Exception):
        pass

    with beside(tmp_path / "file") as new:
        new.write_bytes(b"half")
    with pytest.raises(Nonsense), beside(tmp_path / "file") as new:
        raise Nonsense

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_living_process_writes_stays(tmp_path: Path, kind: str) -> None:
    """Only when the process is gone, however it went, is its file a leftover."""
    process, path = held(tmp_path, kind)
    with process:
        with temporary(tmp_path):
            assert os.path.lexists(path)

        process.kill()
        process.wait()
        assert os.path.lexists(path)
        with temporary(tmp_path):
            assert not os.path.lexists(path)


def test_only_lpacks_own_names_are_leftovers(tmp_path: Path) -> None:
    """Neither other files nor what a link of such a name leads to is touched."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_bytes(b"precious")
    (tmp_path / "x.tmp").write_bytes(b"")
    (tmp_path / ".lpack-x").write_bytes(b"")
    (tmp_path / ".lpack-link.tmp").symlink_to(kept)
    os.mkfifo(tmp_path / ".lpack-pipe.tmp")
    (tmp_path / ".lpack-folder.tmp").mkdir()
    (tmp_path / ".lpack-folder.tmp" / "link").symlink_to(kept)

    with temporary(tmp_path):
        pass

    assert (kept / "file").read_bytes() == b"precious"
    assert {path.name for path in tmp_path.iterdir()} >= {"kept", "x.tmp", ".lpack-x"}
    assert not (tmp_path / ".lpack-folder.tmp").exists()
    assert not is_temporary(".lpack.tmp.x")


def test_the_disk_that_refuses_is_one_error(tmp_path: Path) -> None:
    """The message names the file, the place, and what to do."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(BuildError) as caught:
        write_whole(tmp_path / "file" / "below", b"content")

    assert caught.value.code == "LP230"
    assert "`file` cannot be written" in str(caught.value)
    assert (tmp_path / "file").read_bytes() == b""


def test_a_folder_that_nothing_came_into_is_taken_away(tmp_path: Path) -> None:
    """One that was there, or that is used, stays."""
    with made_folder(tmp_path / "unused"):
        assert (tmp_path / "unused").is_dir()
    with made_folder(tmp_path / "used"):
        (tmp_path / "used" / "file").touch()
    with made_folder(tmp_path / "used"):
        pass

    assert [path.name for path in tmp_path.iterdir()] == ["used"]


def test_only_one_publishes_at_a_time(tmp_path: Path) -> None:
    """A second build waits, and goes on when the first is done."""
    entered = threading.Event()

    def second() -> None:
        with alone_in(tmp_path):
            entered.set()

    thread = threading.Thread(target=second)
    with alone_in(tmp_path):
        thread.start()
        waited = not entered.wait(0.1)
    thread.join(10)

    assert waited
    assert entered.is_set()


def packed(folder: Path, content: bytes) -> Packed:
    """Write a package that waits."""
    waiting = folder / "waiting"
    waiting.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Packed(Plan(()), Artifact(folder / "f.zip", len(content), digest, 0), waiting)


def texts(folder: Path, text: str) -> dict[Path, str]:
    return {folder / "f.invoke.py": text, folder / "f.manifest.json": text}


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "waiting"}


def test_what_is_the_same_is_left_alone(tmp_path: Path) -> None:
    """The second time nothing is written, not even the same again."""
    first = publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"))
    before = {
        path: path.stat().st_mtime_ns for path in tmp_path.iterdir() if path.name != "waiting"
    }

    second = publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"))

    assert first == {tmp_path / name for name in ("f.zip", "f.invoke.py", "f.manifest.json")}
    assert second == frozenset()
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("change", ["zip", "texts", "missing text", "text is a folder's link"])
def test_what_differs_is_replaced(tmp_path: Path, change: str) -> None:
    """Any difference is published, and told."""
    publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"))
    zipped, text = b"zip", "text"
    if change == "zip":
        zipped = b"ZIP"
    elif change == "texts":
        text = "other"
    else:
        (tmp_path / "f.manifest.json").unlink()
    if change == "text is a folder's link":
        (tmp_path / "f.manifest.json").symlink_to(tmp_path)

    told = publish((packed(tmp_path, zipped),), texts(tmp_path, text))

    assert told
    expected = {"f.zip": zipped, "f.invoke.py": text.encode(), "f.manifest.json": text.encode()}
    assert content_of(tmp_path) == expected
    assert not (tmp_path / "f.manifest.json").is_symlink()


@pytest.mark.parametrize("name", ["f.zip", "f.manifest.json", "f.invoke.py"])
def test_a_folder_in_the_way_is_one_error(tmp_path: Path, name: str) -> None:
    """What cannot be replaced is named, and the folder stays."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "file").write_bytes(b"precious")

    with pytest.raises(BuildError) as caught:
        publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"))

    assert caught.value.code == "LP230"
    assert (tmp_path / name / "file").read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir() if path.name != "waiting"] == [name]
    assert not [path for path in tmp_path.iterdir() if is_temporary(path.name)]


def test_a_lock_of_the_folder_is_free_again(tmp_path: Path) -> None:
    """Publishing leaves no lock behind."""
    publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"))

    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


@pytest.mark.parametrize(
    ("said", "goes"),
    [
        ({"file": "f.layer.zip", "sha256": hashlib.sha256(b"layer").hexdigest(), "size": 5}, True),
        ({"file": "f.layer.zip", "sha256": "0" * 64, "size": 5}, False),
        ({"file": "g.layer.zip", "sha256": hashlib.sha256(b"layer").hexdigest(), "size": 5}, False),
        (None, False),
        ("[[", False),
    ],
)
def test_a_layer_of_another_format_goes_if_lpack_made_it(
    tmp_path: Path, said: object, *, goes: bool
) -> None:
    """The manifest of the build that made it tells so; whatever else has its name stays."""
    layer = tmp_path / "f.layer.zip"
    layer.write_bytes(b"layer")
    (tmp_path / "f.manifest.json").write_text(json.dumps({"layer": said}))

    publish((packed(tmp_path, b"zip"),), texts(tmp_path, "text"), {layer})

    assert layer.exists() != goes
    assert (tmp_path / "f.manifest.json").read_text() == "text"


def test_a_script_of_another_format_goes_if_lpack_wrote_it(tmp_path: Path) -> None:
    """A layer has no invocation; a script of the user's with that name stays."""
    only_manifest = {tmp_path / "f.manifest.json": "text"}
    script = tmp_path / "f.invoke.py"

    for text, stays in (("print(1)", True), (own_text("templates", "invoke.py.tmpl"), False)):
        script.write_text(text)
        publish((packed(tmp_path, b"zip"),), only_manifest, {script})

        assert script.exists() == stays
        assert (tmp_path / "f.manifest.json").read_text() == "text"


def test_two_zips_have_one_manifest(tmp_path: Path) -> None:
    """Only what differs is written anew, and nobody sees the old manifest beside a new zip."""
    layer = packed(tmp_path, b"layer")
    layer.waiting.rename(tmp_path / "waiting layer")
    layer = replace(
        layer,
        artifact=replace(layer.artifact, path=tmp_path / "f.layer.zip"),
        waiting=tmp_path / "waiting layer",
    )
    publish((packed(tmp_path, b"zip"), layer), texts(tmp_path, "text"))
    before = (tmp_path / "f.layer.zip").stat()

    new = publish((packed(tmp_path, b"ZIP"), layer), texts(tmp_path, "other"))

    assert {path.name for path in new} == {"f.zip", "f.invoke.py", "f.manifest.json"}
    after = (tmp_path / "f.layer.zip").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
