"""The framing of wheels, as `lpack.wheels.archive` reads it."""

from __future__ import annotations

import io
import mmap
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import WheelMember
from lpack.wheels.archive import read_members
from tests.wheelhouse import (
    DESCRIPTOR_FLAG,
    STORED,
    Forged,
    deflate,
    forge,
    make_wheel,
)

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"x = 1\n" * 9


def test_a_member_tells_where_its_stream_lies() -> None:
    """Offset, sizes and CRC lead to the deflated bytes and to what they hold."""
    data = forge([Forged("p/a.py", CONTENT, mode=0o100755)])

    (member,) = read_members(data)

    stream = deflate(CONTENT)
    expected = WheelMember(36, len(stream), len(CONTENT), zlib.crc32(CONTENT), 8)
    assert (member.name, member.mode, member.is_directory) == ("p/a.py", 0o755, False)
    assert member.stream == expected
    assert data[36 : 36 + len(stream)] == stream


def test_members_are_read_alike_from_bytes_views_and_maps(tmp_path: Path) -> None:
    """The kind of buffer makes no difference."""
    path = make_wheel(tmp_path, "demo", "1.0", {"p/a.py": CONTENT, "p/b.py": ""})
    data = path.read_bytes()

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        from_map = read_members(mapped)

    assert from_map == read_members(data) == read_members(memoryview(data))


def test_members_come_in_the_order_of_the_central_directory() -> None:
    """Local headers may lie in another order, if they cover the file together."""
    members = [Forged(f"p/{letter}.py", CONTENT) for letter in "abcdef"]
    built = forge(members)
    start = struct.unpack_from("<L", built, len(built) - 6)[0]
    headers = [built[start:-22][place : place + 52] for place in range(0, 6 * 52, 52)]
    shuffled = [headers[place] for place in (3, 0, 5, 1, 4, 2)]

    read = read_members(built[:start] + b"".join(shuffled) + built[-22:])

    assert "".join(member.name[2] for member in read) == "dafbec"


@pytest.mark.parametrize("signature", [b"PK\7\x08", b""])
def test_a_data_descriptor_may_repeat_the_truth(signature: bytes) -> None:
    """With and without its optional signature, and with zeros in the local header."""
    stream = deflate(CONTENT)
    sizes = struct.pack("<3L", zlib.crc32(CONTENT), len(stream), len(CONTENT))
    zeros = {"crc": 0, "compressed": 0, "size": 0}
    member = Forged(
        "p/a.py", CONTENT, flags=DESCRIPTOR_FLAG, local=zeros, descriptor=signature + sizes
    )

    read = read_members(forge([member, Forged("p/b.py")]))

    assert [one.name for one in read] == ["p/a.py", "p/b.py"]
    assert read[0].stream.size == len(CONTENT)


def test_extra_fields_with_times_and_owners_are_harmless() -> None:
    """Info-ZIP writes them, and they may differ between the headers."""
    times = struct.pack("<2HBL", 0x5455, 5, 1, 0)
    owner = struct.pack("<2H3s", 0x7875, 3, b"\1\0\0")
    member = Forged("a.py", CONTENT, local={"extra": times + owner}, central={"extra": times})

    (read,) = read_members(forge([member]))

    assert read.stream.offset == 30 + len("a.py") + len(times + owner)


def test_zip64_sizes_that_say_the_same_again_are_read() -> None:
    """Bazel writes them beside the usual ones, as protobuf's wheels have them."""
    again = struct.pack("<2H2Q", 1, 16, len(CONTENT), len(deflate(CONTENT)))

    (read,) = read_members(forge([Forged("a.py", CONTENT, local={"extra": again})]))

    assert read.stream.size == len(CONTENT)


def test_zip64_sizes_beside_a_descriptor_are_refused() -> None:
    """They change the length of the descriptor for some readers."""
    again = struct.pack("<2H2Q", 1, 16, len(CONTENT), len(deflate(CONTENT)))
    told = struct.pack("<4s3L", b"PK\7\x08", zlib.crc32(CONTENT), len(deflate(CONTENT)), 54)
    member = Forged("a.py", CONTENT, flags=DESCRIPTOR_FLAG, local={"extra": again}, descriptor=told)

    with pytest.raises(BuildError, match="rule ZIP64"):
        read_members(forge([member]))


def test_a_descriptor_that_could_be_read_both_ways_is_refused() -> None:
    """Without a signature, and with a CRC that is the signature."""
    crc = int.from_bytes(b"PK\7\x08", "little")
    told = struct.pack("<3L", crc, len(deflate(CONTENT)), len(CONTENT))
    lie = {"crc": crc}
    member = Forged("a.py", CONTENT, flags=DESCRIPTOR_FLAG, local=lie, central=lie, descriptor=told)

    with pytest.raises(BuildError, match="rule DESCRIPTOR"):
        read_members(forge([member]))


@pytest.mark.parametrize(
    "name",
    [
        "p/é.py",
        "p/日本.txt",
        "p/.hidden",
        "p/..dots",
        "p/a b.py",
        "p/a,b(1)+~@=.py",
        "p/auxiliary.py",
        "p/console",
        "p/com10.txt",
        "p/" + "x" * 255,
        "d/" * 63 + "x",
    ],
)
def test_unusual_names_that_every_system_can_write_are_read(name: str) -> None:
    """Unicode, dots, spaces and punctuation are no harm, nor is the longest name."""
    (read,) = read_members(forge([Forged(name, CONTENT)]))

    assert read.name == name


def test_folders_whose_names_differ_in_case_may_hold_different_files() -> None:
    """They melt into one on some systems, where nothing is lost by it."""
    read = read_members(forge([Forged("P/a.py"), Forged("p/b.py")]))

    assert [one.name for one in read] == ["P/a.py", "p/b.py"]


def test_a_directory_keeps_its_slash_and_loses_its_setgid_bit() -> None:
    """Folders made below a setgid folder have the bit, without meaning anything by it."""
    (read,) = read_members(forge([Forged("p/", method=STORED, mode=0o42755)]))

    assert (read.name, read.is_directory, read.mode) == ("p/", True, 0o755)


def test_a_member_without_attributes_has_mode_zero() -> None:
    """As tools on Windows write them."""
    (read,) = read_members(forge([Forged("a.py", CONTENT, mode=0)]))

    assert read.mode == 0


def test_an_archive_without_members_is_read() -> None:
    """The end record alone is a ZIP file."""
    assert read_members(forge([])) == ()


def test_a_megabyte_of_zeros_is_no_bomb() -> None:
    """The ratio counts only above the size that PyPI set."""
    (read,) = read_members(forge([Forged("zeros", bytes(1024**2))]))

    assert read.stream.size == 1024**2


def test_what_zipfile_writes_is_read_alike() -> None:
    """Stored, deflated at each level, directories and UTF-8 names."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("stored", CONTENT)
        written.writestr("folder/", b"")
        for level in range(10):
            written.writestr(f"folder/é{level}", CONTENT, zipfile.ZIP_DEFLATED, level)
        expected = [
            (info.filename, info.file_size, info.compress_size, info.CRC)
            for info in written.infolist()
        ]

    read = read_members(archive.getvalue())

    assert expected == [
        (one.name, one.stream.size, one.stream.compressed, one.stream.crc) for one in read
    ]
