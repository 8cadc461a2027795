"""What libdeflate says of a stream at once is what zlib finds out piece by piece, or nothing."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.errors import BuildError
from lpack.model import WheelMember
from lpack.wheels.quick_streams import exact_content
from lpack.wheels.streams import content_of, stream_pieces
from tests.wheelhouse import DEFLATED, STORED

TEXT = b"import this\n" * 999


def deflated(content: bytes, level: int = 6) -> bytes:
    """Deflate, without a header."""
    encoder = zlib.compressobj(level, zlib.DEFLATED, -15)
    return encoder.compress(content) + encoder.flush()


def told(stream: bytes, content: bytes, method: int = DEFLATED) -> bytes | None:
    """Ask for the content of a stream whose headers say that it is this one."""
    member = WheelMember(3, len(stream), len(content), zlib.crc32(content), method)
    found = exact_content(b"PK\3" + stream + b"PK", member)
    return None if found is None else bytes(found)


@given(st.binary(min_size=1, max_size=300), st.integers(0, 9))
def test_a_stream_that_is_right_is_inflated(content: bytes, level: int) -> None:
    """Whatever it holds, and however hard was tried."""
    content *= 9

    assert told(deflated(content, level), content) == content


@given(st.binary(max_size=40), st.binary(min_size=1, max_size=12), st.booleans())
def test_bytes_after_the_end_are_noticed(content: bytes, more: bytes, like: bool) -> None:  # noqa: FBT001
    """Also where they look like what gzip has there, as a whole or in part."""
    end = struct.pack("<II", zlib.crc32(content), len(content))
    rest = (end * 3)[: len(more)] if like else more

    assert told(deflated(content) + rest, content) is None


def test_what_gzip_has_at_the_end_hides_nothing() -> None:
    """A stream that is followed by its own CRC and size ends too early."""
    end = struct.pack("<II", zlib.crc32(TEXT), len(TEXT))

    assert told(deflated(TEXT) + end, TEXT) is None
    assert told(deflated(TEXT) + end + b"x", TEXT) is None


def test_an_end_that_repeats_itself_hides_nothing() -> None:
    """Of no bytes CRC and size are zero, so that one zero more looks the same: zlib has to tell."""
    assert told(deflated(b""), b"") is None
    assert told(deflated(b"") + b"\0", b"") is None
    assert told(deflated(b"") + b"\0" * 8, b"") is None


@pytest.mark.parametrize("cut", [1, 2, 30])
def test_a_stream_without_an_end_is_noticed(cut: int) -> None:
    """It is not whole."""
    assert told(deflated(TEXT)[:-cut], TEXT) is None


@pytest.mark.parametrize("other", [TEXT + b"x", TEXT[:-1], TEXT[:-1] + b"x", b""])
def test_another_content_is_noticed(other: bytes) -> None:
    """Size and CRC are held against what comes out."""
    assert told(deflated(TEXT), other) is None


@pytest.mark.parametrize("method", [STORED, 12])
def test_other_methods_are_left_to_others(method: int) -> None:
    """Only what is deflated is inflated at once."""
    assert told(TEXT, TEXT, method) is None


@given(st.binary(max_size=60), st.integers(0, 80), st.integers(0, 255))
def test_it_never_takes_what_zlib_refuses(content: bytes, place: int, byte: int) -> None:
    """One byte of a stream is changed: who takes it all the same takes what zlib takes."""
    stream = bytearray(deflated(content * 3))
    stream[place % len(stream)] = byte
    found = told(bytes(stream), content * 3)
    if found is None:
        return
    member = WheelMember(0, len(stream), len(content) * 3, zlib.crc32(content * 3), DEFLATED)
    try:
        expected = content_of(stream_pieces(bytes(stream), member), member, "x")
    except BuildError:
        pytest.fail("zlib refuses it")
    assert found == expected
