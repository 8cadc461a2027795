"""Output and framed messages come through one pipe, and are told in the order of their coming."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lpack.runtime.frames import Frames, Record


def frame(text: str, kind: bytes = b"\x03") -> bytes:
    content = text.encode()
    return b"\xa5\x5a\x00" + kind + len(content).to_bytes(4, "big") + bytes(8) + content


@given(
    st.lists(st.tuples(st.booleans(), st.text(min_size=1))),
    st.lists(st.integers(min_value=1, max_value=50)),
)
def test_pieces_do_not_matter(parts: list[tuple[bool, str]], cuts: list[int]) -> None:
    """However the pipe cuts what was written, the text is the same."""
    # Text of UTF-8 never holds the mark of a frame.
    content = b"".join(frame(text) if framed else text.encode() for framed, text in parts)
    expected = "".join(
        text if not framed or text.endswith("\n") else f"{text}\n" for framed, text in parts
    )
    frames, text, place = Frames(), bytearray(), 0
    for cut in [*cuts, len(content) + 1]:
        text += b"".join(frames.feed(content[place : place + cut]))
        place += cut

    text += frames.flush()

    assert bytes(text) == expected.encode()


@given(st.binary())
def test_nothing_is_lost_of_what_is_no_text(content: bytes) -> None:
    """Whatever a function writes, it ends, and takes no memory beyond what was written."""
    frames = Frames()

    text = b"".join(frames.feed(content)) + frames.flush()

    assert len(text) <= len(content) + 1 + content.count(b"\xa5\x5a\x00")


def test_a_frame_that_claims_too_much_is_text() -> None:
    """A length beyond all messages does not make the log wait for ever."""
    claimed = b"\xa5\x5a\x00\x03" + b"\xff" * 4 + bytes(8) + b"after\n"

    assert b"".join(Frames().feed(claimed)).endswith(b"after\n")


def test_messages_stay_whole_between_what_is_printed() -> None:
    """A trace is one event of the log, though it has many lines."""
    content = b"printed" + frame("one\ntwo") + frame("three\n") + b"more\n"

    pieces = Frames().feed(content)

    assert pieces == [b"printed", b"one\ntwo\n", b"three\n", b"more\n"]
    assert [isinstance(one, Record) for one in pieces] == [False, True, True, False]
