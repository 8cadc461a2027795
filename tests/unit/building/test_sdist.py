"""A source distribution lands in its own folder, or nowhere."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from typing import TYPE_CHECKING

import pytest

from lpack.building import sdist
from lpack.building.sdist import unpack
from lpack.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def entry(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    """Give a member, a regular file unless `fields` say otherwise."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for key, value in fields.items():
        setattr(member, key, value)
    return member, content


def archive(folder: Path, entries: Iterable[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write a `.tar.gz`."""
    path = folder / "demo-1.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for member, content in entries:
            tar.addfile(member, io.BytesIO(content))
    return path


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """Give a symbolic or hard link."""
    return entry(name, type=kind, linkname=target)


def test_files_are_unpacked_into_the_one_folder(tmp_path: Path) -> None:
    """Content and the right to execute are kept; times and other modes are not."""
    path = archive(
        tmp_path,
        [
            entry("demo-1", type=tarfile.DIRTYPE, mode=0o700),
            entry("./demo-1/setup.py", b"setup()", mode=0o666),
            entry("demo-1/a/b/run", b"#!", mode=0o700),
            entry(f"demo-1/{'long/' * 30}x", b"deep"),
        ],
    )

    top = unpack(path, tmp_path / "out")

    assert top == tmp_path / "out" / "demo-1"
    assert (top / "setup.py").read_bytes() == b"setup()"
    assert (top / "a/b/run").stat().st_mode & 0o777 == 0o755
    assert (top / "setup.py").stat().st_mode & 0o777 == 0o644
    assert (top / "setup.py").stat().st_mtime > 315532800
    assert (top / ("long/" * 30) / "x").read_bytes() == b"deep"


def test_links_that_stay_inside_are_kept(tmp_path: Path) -> None:
    """A symbolic link may come before its target, and a hard link becomes a copy."""
    path = archive(
        tmp_path,
        [
            link("demo-1/docs/readme", "../README"),
            link("demo-1/folder", "docs"),
            link("demo-1/nothing", "missing"),
            entry("demo-1/README", b"read"),
            link("demo-1/copy", "demo-1/README", tarfile.LNKTYPE),
        ],
    )

    top = unpack(path, tmp_path / "out")

    assert (top / "docs/readme").read_bytes() == b"read"
    assert (top / "folder").readlink().as_posix() == "docs"
    assert (top / "copy").read_bytes() == b"read"
    assert (top / "copy").stat().st_ino != (top / "README").stat().st_ino


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([entry("/etc/x", b"1")], "does not lie in its folder"),
        ([entry("demo-1/../../x", b"1")], "does not lie in its folder"),
        ([entry("demo-1\\..\\x", b"1")], "does not lie in its folder"),
        ([entry(f"demo-1/{'x' * 256}", b"1")], "does not lie in its folder"),
        ([entry(f"demo-1{'/x' * 600}", b"1")], "does not lie in its folder"),
        ([link("demo-1/x", "/etc/passwd")], "leaves its folder"),
        ([link("demo-1/x", "../../y")], "leaves its folder"),
        ([link("demo-1/x", "..")], "leaves its folder"),
        ([link("demo-1/a/x", "../.."), entry("demo-1/y", b"1")], "leaves its folder"),
        ([link("x", ".")], "leaves its folder"),
        (
            [link("demo-1/a/b/x", "../.."), link("demo-1/y", "a/b/x/../..")],
            "leaves its folder",
        ),
        ([link("demo-1/x", "a"), entry("demo-1/x/y", b"1")], "a file and a folder"),
        ([entry("demo-1/x", b"1"), link("demo-1/x", "a")], "a file and a folder"),
        ([entry("demo-1/x", b"1"), entry("demo-1/x/y", b"1")], "a file and a folder"),
        ([entry("demo-1/x/y", b"1"), entry("demo-1/x", b"1")], "a file and a folder"),
        ([link("demo-1/x", "../y", tarfile.LNKTYPE)], "does not lie in its folder"),
        ([link("demo-1/x", "demo-1/y", tarfile.LNKTYPE)], "link to nothing"),
        ([entry("demo-1/x", type=tarfile.FIFOTYPE)], "device or a pipe"),
        ([entry("demo-1/x", type=tarfile.CHRTYPE)], "device or a pipe"),
        ([entry("demo-1/x", b"1"), entry("other/x", b"1")], "one folder"),
        ([entry("demo-1", b"1")], "one folder"),
        ([], "one folder"),
    ],
)
def test_what_leaves_the_folder_is_refused(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], reason: str
) -> None:
    """Nothing is written outside, whatever the archive says."""
    path = archive(tmp_path, members)

    with pytest.raises(BuildError, match=reason) as failed:
        unpack(path, tmp_path / "out")

    assert failed.value.code == "LP119"
    assert {one.name for one in tmp_path.iterdir()} <= {"demo-1.tar.gz", "out"}


def test_an_archive_of_too_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is far above what a distribution has."""
    monkeypatch.setattr(sdist, "FILES", 3)
    path = archive(tmp_path, [entry(f"demo-1/{number}", b"1") for number in range(4)])

    with pytest.raises(BuildError, match="more than 3 files"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.LNKTYPE])
def test_an_archive_that_grows_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: bytes
) -> None:
    """A link counts as what it becomes, a file before it is written."""
    monkeypatch.setattr(sdist, "TOTAL_BYTES", 10)
    second = entry("demo-1/y", b"" if kind == tarfile.LNKTYPE else b"123456", type=kind)
    second[0].linkname = "demo-1/x"
    path = archive(tmp_path, [entry("demo-1/x", b"123456"), second])

    with pytest.raises(BuildError, match="unpacks to more than"):
        unpack(path, tmp_path / "out")


def test_a_header_of_megabytes_is_refused(tmp_path: Path) -> None:
    """It would be read into memory whole, however large it is."""
    member, content = entry("demo-1/x", b"1", pax_headers={"comment": "c" * 2_000_000})
    path = archive(tmp_path, [(member, content)])

    with pytest.raises(BuildError, match="is broken"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("length", [0, 5, 40, 100])
def test_a_torn_archive_is_refused(tmp_path: Path, length: int) -> None:
    """An archive that ends too early is not taken for a small one."""
    path = archive(tmp_path, [entry("demo-1/x", os.urandom(1000))])
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(BuildError, match="is broken|one folder") as failed:
        unpack(path, tmp_path / "out")

    assert failed.value.code == "LP119"


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    """Neither what is not compressed nor what is no archive inside is read."""
    for content in (b"<html>", gzip.compress(b"<html>" * 999)):
        path = tmp_path / "demo-1.tar.gz"
        path.write_bytes(content)

        with pytest.raises(BuildError, match="is broken"):
            unpack(path, tmp_path / "out")


def test_a_zip_is_refused_by_its_name(tmp_path: Path) -> None:
    """PEP 625 knows no other form than `.tar.gz`."""
    with pytest.raises(BuildError, match="not a `.tar.gz`") as failed:
        unpack(tmp_path / "demo-1.zip", tmp_path / "out")

    assert failed.value.code == "LP104"
