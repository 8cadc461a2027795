"""Hostile native files have an answer that is kept, read again and printed, and never an error."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from lpack.facts import document
from lpack.facts.native_files import code_of
from tests.elf_builder import linked
from tests.function_builder import APP, MACH_O, WINDOWS, check, elf, facts_of

SEEDS = (
    linked(
        ["libfoo.so.1", "libc.so.6"],
        {"libc.so.6": ["GLIBC_2.28", "GLIBC_9.99"], "libstdc++.so.6": ["GLIBCXX_3.4.99"]},
        soname="libme.so.2",
        runpath="$ORIGIN/../x.libs:/usr/local/lib",
    ),
    linked(["libc.so.6"], {"libc.so.6": ["GLIBC_2.2.5"]}, bits=32, order=">"),
    elf(),
    MACH_O,
    b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(56),
    WINDOWS,
)
MOST_READ = 64 << 20
BYTES = st.sampled_from([0, 1, 2, 5, 0x24, 0x7F, 0x80, 0xFE, 0xFF])


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Change bytes, words, cut out, repeat or exchange parts of a real file."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.sampled_from([1, 2, 4, 8]))
        kind = draw(st.sampled_from(["set", "fill", "cut", "repeat", "swap"]))
        part = bytes(content[place : place + length])
        if kind == "set":
            content[place : place + 1] = bytes([draw(BYTES)])
        elif kind == "fill":
            content[place : place + length] = bytes([draw(BYTES)]) * len(part)
        elif kind == "cut":
            del content[place : place + length]
        elif kind == "repeat":
            content[place:place] = part * draw(st.integers(1, 50))
        else:
            other = draw(st.integers(0, max(0, len(content) - 1)))
            content[other : other + len(part)] = part
    return bytes(content)


@settings(max_examples=100, deadline=2_000)
@given(mutations())
def test_any_file_is_judged(content: bytes) -> None:
    """The reads are few and bounded, and the verdict can be written down."""
    reads: list[int] = []

    def read(offset: int, length: int) -> bytes:
        assert offset >= 0
        reads.append(length)
        return content[offset : offset + length]

    code = code_of("m.so", 0o644, read)

    assert len(reads) <= 7
    assert max(reads) <= MOST_READ
    assert code == code_of("m.so", 0o644, read)
    found = check({**APP, "lib/libm.so": content, "m.so": content})
    assert all(one.message.isprintable() for one in found)
    known = document(facts_of({**APP, "m.so": content}))["native"]
    assert len(json.dumps(known)) < 2_000_000
