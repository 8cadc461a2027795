"""Packages that deceive or do harm: each is read within bounds, and what is wrong is told."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.packages import read_package
from lpack.pipeline import check_package
from tests.function_builder import TODAY, function_of
from tests.hostile.forgeries import GOOD, framed
from tests.hostile.test_hostile_wheels import HOSTILE
from tests.wheelhouse import Forged, forge

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Flaw

# What the rules of a wheel forbid, and harms nobody who unpacks a package.
HARMLESS = {
    *("COLLISION", "COMMENT", "DATA", "DEFLATE_TRAIL", "DESCRIPTOR", "DIRECTORY_PAYLOAD"),
    *("DIST_INFO", "ENTRY_POINT", "EXTRA", "GAP", "METADATA", "MODE_SETUID", "NAME_DEPTH"),
    *("NAME_PORTABLE", "POLYGLOT", "RATIO", "WHEEL_FILE", "FILENAME"),
}
HARMLESS_CASES = {
    "H06-directory": "a folder twice is a folder",
    "H15-local": "the directory counts",
    "H16-local": "sizes follow the stream",
    "H20-counted": "offsets count from the beginning of the file",
    "H21": "nothing needs the ZIP64 record",
    "H21-extra": "the plain sizes count",
    "H21-local-lie": "the plain sizes count",
    "H21-member-disk": "nobody has several disks",
    "H22": "a link is told by another rule",
    "H23-file-directory": "the name has no slash",
    "H23-dos-directory": "the name has no slash",
    "H23-directory-file": "the name has a slash",
    "H24-torn": "nobody inflates a folder",
    "H24-case": "Linux tells letters apart",
    "H27-unmarked": "it is UTF-8 all the same",
    "H30-data": "",
    "H32-newer-local": "the directory counts",
    "H33-deeper": "Linux has room for it",
    "H36-elf": "offsets count from the beginning of the file",
}


def flaws(content: bytes, tmp_path: Path) -> tuple[Flaw, ...]:
    path = tmp_path / "some.zip"
    path.write_bytes(content)
    return read_package(path, "some.zip").flaws


@pytest.mark.parametrize("name", HOSTILE)
def test_a_forgery_is_read_and_told(name: str, tmp_path: Path) -> None:
    """Nothing raises; what would hurt somebody who unpacks it is told in words."""
    make, rule = HOSTILE[name]

    found = flaws(make(), tmp_path)

    is_harmless = rule in HARMLESS or rule.startswith("RECORD") or name in HARMLESS_CASES
    assert found or is_harmless, rule
    assert all(one.what.isascii() and one.what.isprintable() for one in found)


KINDS = {
    "no zip": (b"version https://git-lfs.github.com/spec/v1\n", "unreadable"),
    "nothing": (b"", "unreadable"),
    "cut off": (framed()[:-60], "unreadable"),
    "ends later": (framed() + b"junk", "stray"),
    "begins later": (b"#!/bin/sh\n" + framed(), "stray"),
    "too many": (framed(end={"count": 0xFFFE, "here": 0xFFFE}), "unreadable"),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_wrong_with_all_of_it(name: str, tmp_path: Path) -> None:
    """The frame of an archive is judged too."""
    content, kind = KINDS[name]

    assert [one.kind for one in flaws(content, tmp_path)] == [kind]


def test_a_broken_archive_has_one_verdict(tmp_path: Path) -> None:
    """Where nothing can be unpacked, nobody asks for the handler."""
    path = tmp_path / "some.zip"
    path.write_bytes(b"PK\3\4 and no more")

    bundle = read_package(path, "some.zip")

    outcome = check_package(function_of(), bundle, tmp_path, today=TODAY)
    assert [one.code for one in outcome.diagnostics] == ["LP390"]


def test_a_claim_of_terabytes_is_not_tried(tmp_path: Path) -> None:
    """Sizes are stated before anything is inflated."""
    huge = 0xFFFFFFF0
    row = Forged("a.py", GOOD, central={"size": huge}, local={"size": huge})

    found = flaws(forge([row]), tmp_path)

    assert [one.kind for one in found] == ["bomb"]


def test_a_date_that_is_none_is_told(tmp_path: Path) -> None:
    """Some makers leave it out; month and day are then 0."""
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.py", (1980, 0, 0, 0, 0, 0)), "x = 1\n")

    assert [one.kind for one in read_package(path).flaws] == ["date"]


def test_a_zip64_package_is_read(tmp_path: Path) -> None:
    """A package may use it where it needs to, with a comment behind it or none."""
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", "x = 1\n")
        archive.comment = b"hello"
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    count, size, offset = struct.unpack("<HLL", content[end + 10 : end + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    told = content[end : end + 8] + b"\xff" * 12 + content[end + 20 :]
    path.write_bytes(content[:end] + record + locator + told)

    bundle = read_package(path)

    assert [one.path for one in bundle.entries] == ["a.py"]
    assert bundle.flaws == ()
