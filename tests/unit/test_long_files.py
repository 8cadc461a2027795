"""Long files of the function are written in pieces, with the same bytes on every machine."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import Bundle, Entry
from lpack.wheels.deflating import LEVELS
from lpack.writers import long_files, plan, write_zip, zip_size
from lpack.writers.deflated_pieces import END_OF_STREAM, blocks, shrinks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

NOISE = random.Random(1).randbytes(1 << 20)
WORDS = NOISE[: 1 << 18].hex().encode()
LONG = plan.LONG + 1


def own(folder: Path, content: bytes, path: str = "long.bin") -> Entry:
    origin = folder / path
    origin.write_bytes(content)
    return Entry(path, "", len(content), 0o644, origin)


def of(*entries: Entry) -> Bundle:
    return Bundle(entries, (), ())


def joined(*pieces: bytes) -> bytes:
    blocks_of_all = (block for piece in pieces for block in blocks(piece, LEVELS["default"]))
    return b"".join(blocks_of_all) + END_OF_STREAM


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        bytes(1 << 18),
        NOISE[:200_000],
        WORDS[: 1 << 18],
        *(WORDS[:size] for size in range(40, 60)),
        # Parts so different that the encoder makes several blocks of them.
        b"".join(bytes([number]) * 9_000 + NOISE[: 7_000 + number] for number in range(12)),
        WORDS[:90_000] + NOISE[:70_000] + bytes(90_000),
    ],
    ids=lambda content: f"{len(content)} {hashlib.sha256(content).hexdigest()[:4]}",
)
def test_pieces_join_to_one_stream(content: bytes) -> None:
    """Whatever they hold, and however often they are repeated, they inflate to themselves."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    assert (
        inflater.decompress(joined(content, b"between", content)) == content + b"between" + content
    )
    assert inflater.eof
    assert inflater.unused_data == b""


def contents() -> dict[str, tuple[Callable[[], bytes], str]]:
    """Give long files, with the digests of their zips.

    The encoder is pinned: these may change only with a note in the changelog.
    """
    return {
        "words": (
            lambda: (WORDS * 40)[:LONG],
            "3c99ed51ff6cb684ed928f66e6479c05a058cbce7fe0122965166181a3880681",
        ),
        "noise": (
            lambda: (NOISE * 20)[:LONG],
            "f51968b8ecb92801010f46be6aca667e2c4b8def620e880cf1b980e047a093e2",
        ),
        "nothing": (
            lambda: bytes(LONG),
            "51bb201451794a7d1b8091d5ffdb7ba15c3bfaa56433a10d437871ad8eba92d5",
        ),
        "both": (
            lambda: ((WORDS + NOISE) * 12)[:LONG],
            "894dddd57c2dde6ef5480e34d9aa14f3a2204a6a0014ba295dbd8f32faf9da25",
        ),
    }


@pytest.mark.parametrize("name", contents())
def test_a_long_file_is_written_as_on_every_machine(tmp_path: Path, name: str) -> None:
    """It reads back, its size is known before, and little of it is in memory at once."""
    make, digest = contents()[name]
    entries = (own(tmp_path, make()), own(tmp_path, b"z = 1\n", "z.py"))

    tracemalloc.start()
    found = write_zip(of(*entries), tmp_path / "x.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == digest
    assert peak < 8 << 20
    assert zip_size(of(*entries))[0] == (tmp_path / "x.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("long.bin") == make()
        expected = zipfile.ZIP_STORED if name == "noise" else zipfile.ZIP_DEFLATED
        assert archive.getinfo("long.bin").compress_type == expected


def test_what_no_package_may_have_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deflating it would take long, and it cannot be deployed."""
    monkeypatch.setattr(long_files, "_MOST_DEFLATED", LONG - 1)

    write_zip(of(own(tmp_path, bytes(LONG))), tmp_path / "x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("change", ["longer", "shorter", "rewritten", "gone"])
def test_a_long_file_that_changes_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Be it while it is read, with the size that it had before."""
    entry = own(tmp_path, bytes(LONG))

    def changing(samples: Iterable[bytes], level: int) -> bool:
        entry.origin.write_bytes(b"!" * (LONG + {"longer": 1, "shorter": -1}.get(change, 0)))
        return shrinks(samples, level)

    monkeypatch.setattr(long_files, "shrinks", changing)
    if change == "gone":
        entry.origin.unlink()

    with pytest.raises(BuildError) as caught:
        write_zip(of(entry), tmp_path / "x.zip")

    assert caught.value.code == ("LP221" if change == "gone" else "LP224")


def test_a_file_that_no_zip_can_tell_is_refused_unread(tmp_path: Path) -> None:
    """Four gigabytes, of which nothing is read or written."""
    origin = tmp_path / "huge"
    origin.touch()
    entry = Entry("huge", "", 0xFFFFFFFF, 0o644, origin)

    for use in (zip_size, lambda bundle: write_zip(bundle, tmp_path / "x.zip")):
        with pytest.raises(BuildError, match="`huge` has 4,294,967,295 bytes") as caught:
            use(of(entry))
        assert caught.value.code == "LP232"
