"""Native code is told by its first bytes, and hostile bytes do no harm."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.facts.native import FIRST_BYTES, NativeKind, identify, runs_on
from tests.function_builder import ARM64, MACH_O, WINDOWS, elf


@pytest.mark.parametrize(
    ("first_bytes", "expected"),
    [
        (elf(), NativeKind("elf", "x86_64", 64)),
        (elf(ARM64), NativeKind("elf", "arm64", 64)),
        (elf(3, bits=32), NativeKind("elf", "i386", 32)),
        (elf(62, bits=32), NativeKind("elf", "x86_64", 32)),
        (elf(9999), NativeKind("elf", "unknown", 64)),
        (b"\x7fELF", NativeKind("elf", "unknown", None)),
        (elf()[:18], NativeKind("elf", "unknown", 64)),
        (MACH_O, NativeKind("mach-o", "arm64", 64)),
        (b"\xca\xfe\xba\xbe" + struct.pack(">I", 2), NativeKind("mach-o", "universal", None)),
        (WINDOWS, NativeKind("pe", "x86_64", 64)),
    ],
)
def test_native_code_is_identified(first_bytes: bytes, expected: NativeKind) -> None:
    """Format, machine and word size are read from the header."""
    assert identify(first_bytes) == expected


@pytest.mark.parametrize(
    "first_bytes",
    [
        b"",
        b"#!/bin/sh\n",
        b"MZ is how this text begins, and it is as long as a header of Windows would be",
        b"\xca\xfe\xba\xbe" + struct.pack(">I", 52),
        elf(kind=1),
        elf(kind=4),
    ],
    ids=["empty", "script", "text", "java class", "object file", "core"],
)
def test_what_cannot_be_loaded_is_no_native_code(first_bytes: bytes) -> None:
    """Other files, object files and core dumps are not taken for code that could be loaded."""
    assert identify(first_bytes) is None


def test_a_big_endian_machine_is_not_the_little_endian_one() -> None:
    """A big-endian file for aarch64 does not run on arm64."""
    first_bytes = b"\x7fELF\x02\x02\x01" + bytes(9) + struct.pack(">HH", 3, ARM64)

    kind = identify(first_bytes)

    assert kind == NativeKind("elf", "unknown", 64)


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_only_linux_code_of_the_architecture_runs(architecture: str) -> None:
    """Of all formats and machines exactly one runs."""
    files = [elf(), elf(ARM64), elf(bits=32), MACH_O, WINDOWS]

    running = [kind for kind in map(identify, files) if kind and runs_on(kind, architecture)]

    assert running == [NativeKind("elf", architecture, 64)]


@given(
    st.sampled_from([b"", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"]),
    st.binary(max_size=2 * FIRST_BYTES),
)
def test_any_bytes_have_an_answer(magic: bytes, rest: bytes) -> None:
    """Bytes after any magic number are identified without an error, from the first page alone."""
    whole = identify(magic + rest)

    assert whole == identify((magic + rest)[:FIRST_BYTES])
