"""Files of a package are read before it is written: own, generated and from wheels."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from lpack.errors import UsageError
from lpack.facts.contents import Contents
from lpack.model import Bundle, Entry, WheelMember

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"print('hello')\n" * 1_000


def contents_of(origin: Path, member: WheelMember | None = None) -> Contents:
    """Make the contents of a package with one file on disk and one that is generated."""
    entry = Entry("app.py", "", len(TEXT), 0o644, origin, member)
    made = Entry("bin/run", "", 3, 0o755, origin)
    return Contents.of(Bundle((entry, made), (), (), {"bin/run": b"run"}))


def test_own_and_generated_files_are_read(tmp_path: Path) -> None:
    """An own file comes from the disk, a generated one from the bundle, and both are bounded."""
    origin = tmp_path / "app.py"
    origin.write_bytes(TEXT)

    contents = contents_of(origin)

    assert contents.paths == {"app.py", "bin/run"}
    assert contents.read("app.py", 1_000_000) == TEXT
    assert contents.read("app.py", 5) == TEXT[:5]
    assert contents.read("bin/run", 2) == b"ru"


def test_a_member_of_a_wheel_is_inflated(tmp_path: Path) -> None:
    """A member is read from its stream in the wheel, whole or its beginning."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = deflate.compress(TEXT) + deflate.flush()
    origin = tmp_path / "a.whl"
    origin.write_bytes(b"header" + stream + b"rest")
    member = WheelMember(6, len(stream), len(TEXT), zlib.crc32(TEXT), 8)

    contents = contents_of(origin, member)

    assert contents.read("app.py", len(TEXT)) == TEXT
    assert contents.read("app.py", 5) == TEXT[:5]


def test_a_file_that_went_away_is_one_clear_error(tmp_path: Path) -> None:
    """A file that was there when the package was listed, and is gone, is named."""
    contents = contents_of(tmp_path / "gone.py")

    with pytest.raises(UsageError, match=r"`app.py` cannot be read: No such file") as caught:
        contents.read("app.py", 5)

    assert caught.value.code == "LP004"
