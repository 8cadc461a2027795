"""Reading single members of stored wheels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.wheels import quick_streams
from lpack.wheels.archive import read_members
from lpack.wheels.content import member_parts, read_member
from lpack.wheels.refusal import shown
from tests.wheelhouse import DEFLATED, STORED, Forged, forge

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import WheelMember

CONTENT = b"".join(b"%d\n" % number for number in range(200_000))


def stored(folder: Path, method: int = DEFLATED) -> tuple[Path, WheelMember]:
    """Write an archive with one member."""
    path = folder / "demo.whl"
    path.write_bytes(forge([Forged("first"), Forged("a.txt", CONTENT, method)]))
    return path, read_members(path.read_bytes())[1].stream


@pytest.mark.parametrize("method", [STORED, DEFLATED])
@pytest.mark.parametrize("limit", [None, 0, 1, 100_000, len(CONTENT), len(CONTENT) + 1])
def test_a_member_is_read_up_to_the_limit(tmp_path: Path, method: int, limit: int | None) -> None:
    """Without a limit, and with a large one, it is read whole."""
    path, stream = stored(tmp_path, method)

    assert read_member(path, stream, limit) == CONTENT[:limit]


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_changed_byte_is_found_when_a_member_is_read_whole(tmp_path: Path, method: int) -> None:
    """The stored wheel may have been damaged since it was admitted."""
    path, stream = stored(tmp_path, method)
    with path.open("r+b") as file:
        file.seek(stream.offset + stream.compressed // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x10]))

    with pytest.raises(BuildError, match=r"rule (INFLATE|DEFLATE)_"):
        read_member(path, stream)


def test_a_file_that_was_cut_is_found(tmp_path: Path) -> None:
    """A short stream has no end."""
    path, stream = stored(tmp_path)
    os.truncate(path, stream.offset + 9)

    with pytest.raises(BuildError, match="rule DEFLATE_END"):
        read_member(path, stream)


def test_a_wheel_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    """No traceback."""
    _, stream = stored(tmp_path)

    with pytest.raises(BuildError, match="cannot be read"):
        read_member(tmp_path / "absent.whl", stream)


def test_a_member_of_another_size_is_refused(tmp_path: Path) -> None:
    """What is read is what was asked for."""
    path, stream = stored(tmp_path)

    with pytest.raises(BuildError, match="rule INFLATE_SIZE"):
        read_member(path, stream._replace(size=stream.size + 1))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain.py", "plain.py"),
        ("é\x1b[2J`", "\\xe9\\x1b[2J\\x60"),
        (b"\xff", "\\\\xff"),
        ("x" * 500, "x" * 117 + "..."),
    ],
)
def test_foreign_names_are_printed_safely(name: str | bytes, expected: str) -> None:
    """No terminal takes an order from a name, and no name fills the screen."""
    assert shown(name) == expected


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_parts_of_a_member_are_read_in_any_order(tmp_path: Path, method: int) -> None:
    """Beginning, end and middle are given, and what is beyond the end is not there."""
    path, stream = stored(tmp_path, method)
    parts = member_parts(path, stream)

    for offset, length in [(0, 9), (len(CONTENT) - 5, 9), (70_000, 80_000), (3, 0), (1 << 39, 9)]:
        assert parts.read(offset, length) == CONTENT[offset : offset + length]


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_parts_of_a_large_member_are_read_a_few_times(
    tmp_path: Path, method: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would take too much memory is inflated up to each part, and not for ever."""
    monkeypatch.setattr(quick_streams, "_MOST_KEPT", len(CONTENT) - 1)
    path, stream = stored(tmp_path, method)
    parts = member_parts(path, stream)

    assert parts.read(0, 9) == CONTENT[:9]
    assert parts.read(len(CONTENT) - 5, 9) == CONTENT[-5:]
    assert parts.read(70_000, 80_000) == CONTENT[70_000:150_000]
    assert [parts.read(5000, 3) for _ in range(9)][-1] == b""


def test_parts_of_a_wheel_that_is_gone_are_refused(tmp_path: Path) -> None:
    """Someone may take the wheel away meanwhile."""
    path, stream = stored(tmp_path)
    path.unlink()

    with pytest.raises(BuildError, match="rule UNREADABLE"):
        member_parts(path, stream).read(0, 9)
