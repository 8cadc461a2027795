"""Packages in ZIP64 are read where both of its forms agree; wheels never are."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from lpack.errors import BuildError
from lpack.wheels.package import read_package
from tests.wheelhouse import Forged, forge

FAR = 0xFFFFFFFF
MEMBER = Forged("a.txt", b"a" * 50)


def extra(*values: int, identifier: int = 1) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", identifier, 8 * len(values), *values)


def ended(**lies: int) -> bytes:
    """Write an archive of one member with a ZIP64 end, of which fields can lie."""
    plain = forge([MEMBER])
    *_, count, size, place, _ = struct.unpack("<4s4H2LH", plain[-22:])
    told = {
        "signature": 0x06064B50,
        "rest": 44,
        "disk": 0,
        "other_disk": 0,
        "here": count,
        "count": count,
        "size": size,
        "place": place,
        **lies,
    }
    shown = {"here": told.pop("end_here", count), "count": told.pop("end_count", count)}
    shown |= {"size": told.pop("end_size", size), "place": told.pop("end_place", place)}
    locator = (told.pop("first", 0), told.pop("record", place + size), told.pop("disks", 1))
    signature, rest, *others = told.values()
    record = struct.pack("<LQ2H2L4Q", signature, rest, 0x32D, 45, *others)
    record += struct.pack("<4sLQL", b"PK\6\7", *locator)
    return plain[:-22] + record + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *shown.values(), 0)


def test_a_zip64_end_is_read() -> None:
    """Where it tells the same as the plain one."""
    assert [entry.path for entry in read_package(ended()).entries] == ["a.txt"]


@pytest.mark.parametrize(
    "lies",
    [
        {"signature": 0},
        {"rest": 45},
        {"disk": 1},
        {"other_disk": 1},
        {"here": 0},
        {"count": 2},
        {"size": 1},
        {"place": 1},
        {"end_here": 0},
        {"end_here": 0xFFFF, "end_count": 0xFFFF},
        {"end_count": 2},
        {"end_size": 1},
        {"end_place": FAR},
        {"first": 1},
        {"record": 0},
        {"disks": 2},
    ],
    ids=str,
)
def test_a_zip64_end_that_lies_is_refused(lies: dict[str, int]) -> None:
    """Another reader could find other entries."""
    with pytest.raises(BuildError, match="rule ZIP64"):
        read_package(ended(**lies))


def streamed() -> bytes:
    """Let zipfile write to what it cannot seek in, so that local headers have ZIP64 sizes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a", "w", force_zip64=True) as file:
        file.write(b"a" * 50)
    return target.getvalue()


def test_sizes_that_stand_in_extra_fields_are_read() -> None:
    """In the local header, as zipfile writes them, and in the central one."""
    size, length = 50, len(MEMBER.stream)
    central = Forged(
        "a.txt",
        b"a" * 50,
        local={"extra": b""},
        central={"size": FAR, "compressed": FAR, "offset": FAR, "extra": extra(size, length, 0)},
    )
    place = Forged("a.txt", b"a" * 50, central={"offset": FAR, "extra": extra(0)})

    for content in (streamed(), forge([central]), forge([place])):
        (entry,) = read_package(content).entries
        assert (entry.stream.size, entry.place, entry.disagreeing) == (50, 0, ())


@pytest.mark.parametrize(
    ("central", "local", "told"),
    [
        ({"size": FAR, "extra": b""}, {}, None),
        ({"size": FAR, "extra": extra(50, 50)}, {}, None),
        ({"size": FAR, "extra": extra(50) * 2}, {}, None),
        ({"size": FAR, "extra": extra(50, identifier=2)}, {}, None),
        ({"size": FAR, "extra": extra(50)[:-1]}, {}, None),
        ({"size": FAR, "extra": extra(51)}, {}, ("size",)),
        ({}, {"size": FAR, "compressed": FAR, "extra": extra(51, 50)}, ("compressed size", "size")),
        ({}, {"size": FAR, "extra": b""}, ("size",)),
    ],
)
def test_sizes_that_lie_are_told(
    central: dict[str, int | bytes], local: dict[str, int | bytes], told: tuple[str, ...] | None
) -> None:
    """A field that is not there is refused; one that disagrees is named."""
    content = forge([Forged("a.txt", b"a" * 50, central=central, local=local)])

    if told is None:
        with pytest.raises(BuildError, match="rule ZIP64"):
            read_package(content)
    else:
        (entry,) = read_package(content).entries
        assert entry.disagreeing == told
