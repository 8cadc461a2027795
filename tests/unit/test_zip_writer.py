"""The zip has nothing in it that differs between machines, and every reader agrees on it."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import Bundle, Entry
from lpack.writers import plan, write_zip, zip_size
from lpack.writers import zip as zip_writer

if TYPE_CHECKING:
    from pathlib import Path


def own(folder: Path, path: str, content: bytes, mode: int = 0o644) -> Entry:
    origin = folder / path.replace("/", "_")
    origin.write_bytes(content)
    return Entry(path, "", len(content), mode, origin)


def test_every_entry_reads_back(tmp_path: Path) -> None:
    """Names, contents, modes and dates are what was planned."""
    entries = (
        own(tmp_path, "app.py", b"print('hello')\n" * 100),
        own(tmp_path, "empty", b""),
        own(tmp_path, "bin/run", b"#!/bin/sh\n", 0o755),
        own(tmp_path, "naïve/ünïcode.txt", b"\x00\x01"),
    )

    planned = plan(Bundle(entries, (), ()))
    digest = write_zip(planned, tmp_path / "x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        rows = archive.infolist()
        assert archive.testzip() is None
        assert [row.filename for row in rows] == [entry.path for entry in entries]
        assert [archive.read(row) for row in rows] == [e.origin.read_bytes() for e in entries]
        assert {row.date_time for row in rows} == {(1980, 1, 1, 0, 0, 0)}
        assert {row.create_system for row in rows} == {3}
        assert [stat.filemode(row.external_attr >> 16) for row in rows] == [
            "-rw-r--r--",
            "-rw-r--r--",
            "-rwxr-xr-x",
            "-rw-r--r--",
        ]
    assert digest == hashlib.sha256((tmp_path / "x.zip").read_bytes()).hexdigest()
    assert zip_size(planned) == (tmp_path / "x.zip").stat().st_size


def test_other_readers_agree(tmp_path: Path) -> None:
    """Info-ZIP finds no fault, where it is installed."""
    entries = (own(tmp_path, "a.txt", b"a" * 1000), own(tmp_path, "b.bin", bytes(range(256))))

    write_zip(plan(Bundle(entries, (), ())), tmp_path / "x.zip")

    unzip = shutil.which("unzip")
    if unzip:
        done = subprocess.run([unzip, "-tqq", tmp_path / "x.zip"], check=False)
        assert done.returncode == 0
    assert zipfile.is_zipfile(tmp_path / "x.zip")


def test_an_empty_bundle_is_a_valid_zip(tmp_path: Path) -> None:
    """The writer has no opinion on emptiness; a rule has."""
    write_zip(plan(Bundle((), (), ())), tmp_path / "x.zip")

    assert zipfile.ZipFile(tmp_path / "x.zip").namelist() == []


def test_incompressible_files_are_stored(tmp_path: Path) -> None:
    """A stream that would be longer than the file is not used."""
    planned = plan(Bundle((own(tmp_path, "x", hashlib.sha512(b"x").digest()),), (), ()))

    assert planned[0].method == 0
    assert planned[0].compressed == 64


def test_the_same_content_gives_the_same_bytes_whatever_zlib_there_is(tmp_path: Path) -> None:
    """The encoder is pinned: this digest may change only with a note in the changelog."""
    entries = (own(tmp_path, "app.py", b"def handler(event, context):\n    return event\n" * 9),)

    digest = write_zip(plan(Bundle(entries, (), ())), tmp_path / "x.zip")

    assert digest == "d83459456317c8ad86d6b88fad0a69b0da7969977f7973ea827c68c70fc1fb5f"


def test_a_file_that_grows_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    """A package must not hold a mixture of two states."""
    entry = own(tmp_path, "app.py", b"x = 1\n")
    entry.origin.write_bytes(b"x = 1\ny = 2\n")

    with pytest.raises(BuildError, match="`app.py` changed while it was read"):
        plan(Bundle((entry,), (), ()))


@pytest.mark.parametrize("bug", ["shorter", "longer", "wrong"])
def test_a_writer_that_errs_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    """A stream that is not the planned one is found before anything is published."""
    entries = (own(tmp_path, "a.py", b"x = 1\n" * 50), own(tmp_path, "b.py", b"y = 2\n" * 50))
    right = zip_writer._stream  # noqa: SLF001 - the bug is planted here
    bugs = {"shorter": lambda s: s[:-1], "longer": lambda s: s + b"!", "wrong": lambda s: s[::-1]}
    monkeypatch.setattr(zip_writer, "_stream", lambda *given: bugs[bug](right(*given)))

    with pytest.raises(BuildError) as caught:
        write_zip(plan(Bundle(entries, (), ())), tmp_path / "x.zip")

    assert caught.value.code == "LP231"


def test_a_package_beyond_the_plain_format_is_refused(tmp_path: Path) -> None:
    """65,535 entries would need ZIP64, which no package that Lambda takes needs."""
    entry = own(tmp_path, "a", b"")

    with pytest.raises(BuildError) as caught:
        write_zip(plan(Bundle((entry,) * 65_535, (), ())), tmp_path / "x.zip")

    assert caught.value.code == "LP232"
