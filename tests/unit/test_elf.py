"""What a Linux library asks for is read from any machine's file, and hostile bytes do no harm."""

from __future__ import annotations

import io
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpack.facts.elf import ReadAt, read_linking
from lpack.facts.linking import Linking
from tests.elf_builder import linked

VERSIONS = {"libc.so.6": ["GLIBC_2.28", "GLIBC_2.2.5"], "libz.so.1": ["ZLIB_1.2.9"]}
LIBRARY = linked(
    ["libfoo.so.1", "libc.so.6"], VERSIONS, soname="libme.so.2", runpath="$ORIGIN/a:/b"
)


def reader(content: bytes) -> ReadAt:
    return lambda offset, length: content[offset : offset + length]


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_what_a_library_asks_for_is_read(bits: int, order: str) -> None:
    """Libraries, versions, its own name and its folders are found for every layout."""
    content = linked(
        ["libfoo.so.1", "libc.so.6"],
        VERSIONS,
        soname="libme.so.2",
        runpath="$ORIGIN/a:/b",
        bits=bits,
        order=order,
    )

    assert read_linking(reader(content)) == Linking(
        needed=("libfoo.so.1", "libc.so.6"),
        soname="libme.so.2",
        search=("$ORIGIN/a", "/b"),
        versions=(("libc.so.6", ("GLIBC_2.28", "GLIBC_2.2.5")), ("libz.so.1", ("ZLIB_1.2.9",))),
    )


def test_versions_that_may_be_missing_are_left_out() -> None:
    """The loader only warns about a version that is marked as weak."""
    content = linked(["libc.so.6"], VERSIONS, weak=["GLIBC_2.28", "ZLIB_1.2.9"])

    found = read_linking(reader(content))

    assert found is not None
    assert found.versions == (("libc.so.6", ("GLIBC_2.2.5",)),)


def test_runpath_counts_before_rpath() -> None:
    """The older kind of folder is ignored where a file has both."""
    found = read_linking(reader(linked(rpath="/old", runpath="/new")))

    assert found is not None
    assert found.search == ("/new",)


def test_a_real_extension_module_is_linked_to_the_c_library() -> None:
    """The file of a linker, whose sections lie as linkers place them, is read as well."""
    folder = Path(sysconfig.get_path("stdlib"), "lib-dynload")
    real = sorted(folder.glob("_*.cpython-*-linux-gnu.so"))
    if not real:
        pytest.skip("this Python has no extension modules in files")

    found = [read_linking(reader(path.read_bytes())) for path in real]

    assert None not in found
    assert any(one and "libc.so.6" in one.needed for one in found)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x7fELF", b"\x7fELF\x02\x01", LIBRARY[:64], LIBRARY[:200], b"MZ" + LIBRARY[2:]],
)
def test_what_is_cut_off_tells_nothing(content: bytes) -> None:
    """A file without its tables is no error."""
    assert read_linking(reader(content)) is None


def test_only_so_many_versions_and_names_are_read() -> None:
    """A file with thousands of versions is cut short, and one with too much text tells nothing."""
    many = linked(versions={"libc.so.6": [f"V{number}" for number in range(5000)]})
    long = linked(["x" * 1000] * 100)

    found = read_linking(reader(many))

    assert found is not None
    assert len(found.versions[0][1]) == 2048
    assert read_linking(reader(long)) is None


@settings(max_examples=300)
@given(st.data())
def test_any_change_of_a_library_has_an_answer(data: st.DataObject) -> None:
    """Bytes that are changed anywhere give a value or None, from a handful of bounded reads."""
    content = bytearray(LIBRARY)
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=12)):
        content[place] = data.draw(st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFF]))
    file, reads = io.BytesIO(content), []

    def read(offset: int, length: int) -> bytes:
        reads.append(length)
        file.seek(offset)
        return file.read(length)

    found = read_linking(read)

    assert found is None or isinstance(found, Linking)
    assert len(reads) <= 6
    assert max(reads) <= 64 << 20


@given(st.sampled_from([b"\x7fELF\x01\x01", b"\x7fELF\x02\x01", b"\x7fELF\x02\x02"]), st.binary())
def test_any_bytes_after_the_mark_have_an_answer(mark: bytes, rest: bytes) -> None:
    """No bytes raise anything."""
    found = read_linking(reader(mark + rest))

    assert found is None or isinstance(found, Linking)
