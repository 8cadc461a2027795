from __future__ import annotations

import random
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.remaking.stripping import is_compared, stripped
from tests.unit.remaking.elf_files import (
    ALLOC,
    ATTRIBUTES,
    DEBUG,
    LOADED,
    NOTE,
    PROBES,
    STRINGS,
    SYMBOLS,
    TEXT,
    UNLOADED,
    Section,
    elf_of,
    sections_of,
)

WHOLE = elf_of(*LOADED, *UNLOADED)


@pytest.mark.parametrize("machine", [62, 183])
@pytest.mark.parametrize("kind", [2, 3])
def test_what_is_not_loaded_goes_and_the_rest_stays(machine: int, kind: int) -> None:
    """Symbols and debug sections go, small facts of the file stay, and no loaded byte moves."""
    before = elf_of(*LOADED, *UNLOADED, machine=machine, kind=kind)

    after = stripped(before)

    assert after is not None
    kept = (*LOADED, ATTRIBUTES, PROBES)
    found = sections_of(after)
    assert list(found) == [*(section.name for section in kept), ".shstrtab"]
    assert {section.name: section.content for section in kept}.items() <= found.items()
    loaded_end = before.index(ATTRIBUTES.content)
    assert after[:40] == before[:40]
    assert after[64:loaded_end] == before[64:loaded_end]
    assert len(before) - len(after) > len(DEBUG.content + SYMBOLS.content + STRINGS.content)


def test_a_stripped_file_stays_as_it_is() -> None:
    """What has been stripped is not made anew."""
    after = stripped(WHOLE)

    assert after is not None
    assert stripped(after) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"#!/bin/sh\n" * 99, id="a script"),
        pytest.param(WHOLE[:200], id="cut off"),
        pytest.param(elf_of(*LOADED, *UNLOADED, machine=40), id="another machine"),
        pytest.param(elf_of(*LOADED, *UNLOADED, kind=1), id="an object file"),
        pytest.param(WHOLE + b"PK\5\6" + bytes(18), id="an archive appended"),
        pytest.param(WHOLE.replace(bytes(9), b"\0AI\2" + bytes(5), 1), id="an AppImage"),
        pytest.param(elf_of(*LOADED, DEBUG, TEXT), id="loaded sections behind"),
        pytest.param(elf_of(*LOADED, DEBUG, TEXT, segment_behind=True), id="a segment behind"),
        pytest.param(
            elf_of(*LOADED, DEBUG, Section("pydata", b"x"), segment_behind=True),
            id="a segment without a loaded section",
        ),
        pytest.param(elf_of(*LOADED, DEBUG, Section(".signature", b"x")), id="unknown section"),
        pytest.param(elf_of(*LOADED, replace(DEBUG, kind=NOTE)), id="known name, other use"),
        pytest.param(
            elf_of(*LOADED, Section(".note.fdo.integrity", b"x", NOTE, ALLOC), DEBUG),
            id="digest of itself",
        ),
        pytest.param(
            elf_of(TEXT, Section(".rela.plt", b"x", 4, ALLOC, ".symtab"), SYMBOLS, STRINGS),
            id="symbols that loaded relocations name",
        ),
        pytest.param(elf_of(*LOADED), id="nothing to strip"),
    ],
)
def test_what_is_not_certain_stays_as_it_is(content: bytes) -> None:
    """A layout that is not understood in full is left alone."""
    assert stripped(content) is None


def test_libraries_of_fips_are_compared_with_a_digest() -> None:
    """A library with a digest beside it must not change."""
    paths = {"a/libcrypto.so", "a/.libcrypto.so.hmac", "b.so", "b.so.hmac", "x/fips.so", "c.so"}

    compared = {path for path in paths if is_compared(path, paths)}

    assert compared == {"a/libcrypto.so", "b.so", "x/fips.so"}


@given(
    edits=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=12),
    end=st.integers(0, len(WHOLE)) | st.just(len(WHOLE)),
)
def test_any_bytes_are_taken(edits: list[tuple[int, int]], end: int) -> None:
    """A damaged file raises nothing; a result is shorter, and the last one."""
    damaged = bytearray(WHOLE)
    for place, value in edits:
        damaged[place] = value
    _require_sound(bytes(damaged[:end]))


def test_damaged_headers_are_taken() -> None:
    """The same for numbers in the headers alone, where each says much."""
    chosen = random.Random(4)
    rows = len(WHOLE) - 64 * (len(LOADED) + len(UNLOADED) + 2)
    for _ in range(3000):
        damaged = bytearray(WHOLE)
        for _ in range(chosen.randrange(1, 4)):
            place = chosen.choice([chosen.randrange(120), chosen.randrange(rows, len(WHOLE))])
            damaged[place] = chosen.choice([0, 1, 2, 0x7F, 0x80, 0xFF, chosen.randrange(256)])
        _require_sound(bytes(damaged))


def _require_sound(content: bytes) -> None:
    after = stripped(content)
    assert after is None or (len(after) < len(content) and stripped(after) is None)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no ELF files")
def test_libraries_of_this_python_can_be_read() -> None:
    """Real libraries are understood, and their sections that are loaded stay."""
    folder = Path(sysconfig.get_path("platstdlib")) / "lib-dynload"
    libraries = [path.read_bytes() for path in sorted(folder.glob("*.so"))[:20]]

    for before in libraries:
        after = stripped(before)
        if after is not None:
            kept = sections_of(before).items() & sections_of(after).items()
            assert {".text", ".dynsym", ".dynamic"} <= {name for name, _ in kept}
