"""The zip has nothing in it that differs between machines, and every reader agrees on it."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lpack import copying
from lpack.errors import BuildError
from lpack.model import Bundle, Entry
from lpack.store.segments import Segments
from lpack.writers import framing, front, plan, segments, write_zip, writing, zip_size
from lpack.writers import zip as zip_writer
from tests.unit.test_staging import staged, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lpack.writers import Planned


def own(folder: Path, path: str, content: bytes, mode: int = 0o644) -> Entry:
    origin = folder / path.replace("/", "_")
    origin.write_bytes(content)
    return Entry(path, "", len(content), mode, origin)


def of(*entries: Entry) -> Bundle:
    return Bundle(entries, (), ())


def mixed(tmp_path: Path) -> Bundle:
    """Lay out two distributions, one with a script that is made, and two own files."""
    alpha = stored(tmp_path, "alpha", {"alpha.py": "A = 1\n" * 99, "a/b.py": ""})
    beta = stored(tmp_path, "beta", {"beta.py": "B = 1\n" * 99, "ä.txt": "beta"})
    files = {"app.py": "x = 1\n" * 50, "b.py": "y = 2\n" * 50}
    return staged(tmp_path, files, alpha, beta, cache=tmp_path / "cache")


def test_every_entry_reads_back(tmp_path: Path) -> None:
    """Names, contents, modes and dates are what was planned."""
    entries = (
        own(tmp_path, "app.py", b"print('hello')\n" * 100),
        own(tmp_path, "empty", b""),
        own(tmp_path, "bin/run", b"#!/bin/sh\n", 0o755),
        own(tmp_path, "naïve/ünïcode.txt", b"\x00\x01"),
    )

    digest = write_zip(of(*entries), tmp_path / "x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        rows = archive.infolist()
        assert archive.testzip() is None
        assert [row.filename for row in rows] == [entry.path for entry in entries]
        assert [archive.read(row) for row in rows] == [e.origin.read_bytes() for e in entries]
        assert {row.date_time for row in rows} == {(1980, 1, 1, 0, 0, 0)}
        assert {row.create_system for row in rows} == {3}
        assert [stat.filemode(row.external_attr >> 16) for row in rows] == [
            "-rw-r--r--",
            "-rw-r--r--",
            "-rwxr-xr-x",
            "-rw-r--r--",
        ]
    assert digest == hashlib.sha256((tmp_path / "x.zip").read_bytes()).hexdigest()
    assert zip_size(of(*entries))[0] == (tmp_path / "x.zip").stat().st_size


def test_other_readers_agree(tmp_path: Path) -> None:
    """Info-ZIP finds no fault, where it is installed."""
    entries = (own(tmp_path, "a.txt", b"a" * 1000), own(tmp_path, "b.bin", bytes(range(256))))

    write_zip(of(*entries), tmp_path / "x.zip")

    unzip = shutil.which("unzip")
    if unzip:
        done = subprocess.run([unzip, "-tqq", tmp_path / "x.zip"], check=False)
        assert done.returncode == 0
    assert zipfile.is_zipfile(tmp_path / "x.zip")


def test_an_empty_bundle_is_a_valid_zip(tmp_path: Path) -> None:
    """The writer has no opinion on emptiness; a rule has."""
    write_zip(of(), tmp_path / "x.zip")

    assert zipfile.ZipFile(tmp_path / "x.zip").namelist() == []


def test_incompressible_files_are_stored(tmp_path: Path) -> None:
    """A stream that would be longer than the file is not used."""
    (planned,) = plan.own_files(of(own(tmp_path, "x", hashlib.sha512(b"x").digest())))

    assert planned.method == 0
    assert planned.compressed == 64


def test_the_same_content_gives_the_same_bytes_whatever_zlib_there_is(tmp_path: Path) -> None:
    """The encoder is pinned: this digest may change only with a note in the changelog."""
    entry = own(tmp_path, "app.py", b"def handler(event, context):\n    return event\n" * 9)

    digest = write_zip(of(entry), tmp_path / "x.zip")

    assert digest == "d83459456317c8ad86d6b88fad0a69b0da7969977f7973ea827c68c70fc1fb5f"


def test_a_file_that_grows_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    """A package must not hold a mixture of two states."""
    entry = own(tmp_path, "app.py", b"x = 1\n")
    entry.origin.write_bytes(b"x = 1\ny = 2\n")

    with pytest.raises(BuildError, match="`app.py` changed while it was read"):
        write_zip(of(entry), tmp_path / "x.zip")


@pytest.mark.parametrize("way", ["spliced", "prepared now", "copied"])
def test_every_way_of_writing_gives_the_same_bytes(tmp_path: Path, way: str) -> None:
    """Entry by entry, with parts that are made on the way, and with parts that are copied."""
    bundle = mixed(tmp_path)
    spliced = write_zip(bundle, tmp_path / "spliced.zip")
    keeping = None if way == "spliced" else Segments(tmp_path / "cache")
    if way == "copied":
        write_zip(bundle, tmp_path / "before.zip", keeping)

    digest = write_zip(bundle, tmp_path / "x.zip", keeping)

    assert digest == spliced
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "spliced.zip").read_bytes()
    assert zip_size(bundle)[0] == (tmp_path / "x.zip").stat().st_size


def test_the_parts_are_written_while_other_work_goes_on(tmp_path: Path) -> None:
    """The size is known at once; when all is done, the interpreter is as it was before."""
    bundle, before = mixed(tmp_path), sys.getswitchinterval()
    keeping = Segments(tmp_path / "cache")
    write_zip(bundle, tmp_path / "before.zip", keeping)

    with writing(bundle, tmp_path / "x.zip", keeping) as archive:
        size = archive.size
        digest = archive.finish()

    assert size == (tmp_path / "x.zip").stat().st_size
    assert digest == hashlib.sha256((tmp_path / "x.zip").read_bytes()).hexdigest()
    assert sys.getswitchinterval() == before


def test_no_way_of_copying_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Across file systems the kernel may refuse each of them; bytes are moved by hand then."""
    bundle, keeping = mixed(tmp_path), Segments(tmp_path / "cache")
    right = write_zip(bundle, tmp_path / "right.zip", keeping)
    digests = []

    for refused in (["copy_file_range"], ["copy_file_range", "sendfile"]):
        for name in refused:
            monkeypatch.setattr(f"os.{name}", _refuse, raising=False)
        digests.append(write_zip(bundle, tmp_path / "x.zip", keeping))
        monkeypatch.delattr(f"os.{refused[0]}")
        digests.append(write_zip(bundle, tmp_path / "x.zip", keeping))

    assert digests == [right] * 4


def _refuse(*_: object) -> int:
    raise OSError(18, "Invalid cross-device link")


def shorter(stream: bytes) -> bytes:
    return stream[:-1]


def longer(stream: bytes) -> bytes:
    return stream + b"!"


def wrong(stream: bytes) -> bytes:
    return stream[::-1]


def spoiled_streams(how: Callable[[bytes], bytes]) -> Callable[[Bundle], list[Planned]]:
    """Give own files of which the stream is not what was planned."""

    def spoiled(bundle: Bundle) -> list[Planned]:
        return [one._replace(stream=how(one.stream or b"")) for one in plan.own_files(bundle)]

    return spoiled


def off_by_one(files: tuple[Planned, ...], place: int) -> bytes:
    return framing.directory_rows(files, place + 1)


def executable(files: tuple[Planned, ...], place: int) -> bytes:
    changed = [one._replace(entry=one.entry._replace(mode=0o755)) for one in files]
    return framing.directory_rows(changed, place)


def one_missing(files: tuple[Planned, ...], place: int) -> bytes:
    return framing.directory_rows(files[1:], place)


def another_order(files: tuple[Planned, ...], place: int) -> bytes:
    return framing.directory_rows(reversed(files), place)


def dated(files: tuple[Planned, ...], place: int) -> bytes:
    rows = bytearray(framing.directory_rows(files, place))
    rows[14] += 1
    return bytes(rows)


def commented(files: tuple[Planned, ...], place: int) -> bytes:
    rows = bytearray(framing.directory_rows(files, place))
    rows[32] += 1
    return bytes(rows)


def another_method(one: Planned) -> bytes:
    return framing.local_header(one._replace(method=one.method ^ 8))


def another_name(one: Planned) -> bytes:
    entry = one.entry._replace(path=one.entry.path[::-1])
    return framing.local_header(one._replace(entry=entry))


def one_too_many(files: int, size: int, place: int) -> bytes:
    return framing.end_of_archive(files + 1, size, place)


def too_early(files: int, size: int, place: int) -> bytes:
    return framing.end_of_archive(files, size + 1, place - 1)


def zip64_that_lies(files: int, size: int, place: int) -> bytes:
    end = framing.end_of_archive(files, size, place)
    whole = framing.end_of_archive(files, size, 1 << 33)[:-22]
    return whole + end


def twice_as_far(rows: bytes, distance: int) -> bytes:
    return framing.moved_rows(rows, 2 * distance)


def not_moved(rows: bytes, distance: int) -> bytes:
    return rows if distance else b""


def last_row_lost(rows: bytes, distance: int) -> bytes:
    return framing.moved_rows(rows, distance)[: rows.rindex(b"PK\1\2")]


def rows_of_others(rows: bytes, distance: int) -> bytes:
    return framing.moved_rows(rows, distance).replace(b"beta", b"best")


BUGS: dict[str, tuple[object, str, Any]] = {
    "own stream shorter": (zip_writer, "own_files", spoiled_streams(shorter)),
    "own stream longer": (zip_writer, "own_files", spoiled_streams(longer)),
    "own stream wrong": (zip_writer, "own_files", spoiled_streams(wrong)),
    "own place": (zip_writer, "directory_rows", off_by_one),
    "own mode": (zip_writer, "directory_rows", executable),
    "own row missing": (zip_writer, "directory_rows", one_missing),
    "own rows in another order": (zip_writer, "directory_rows", another_order),
    "own date": (zip_writer, "directory_rows", dated),
    "own comment": (zip_writer, "directory_rows", commented),
    "own method": (zip_writer, "local_header", another_method),
    "own name": (zip_writer, "local_header", another_name),
    "count": (zip_writer, "end_of_archive", one_too_many),
    "end": (zip_writer, "end_of_archive", too_early),
    "zip64": (zip_writer, "end_of_archive", zip64_that_lies),
    "rows moved too far": (segments, "moved_rows", twice_as_far),
    "rows not moved": (segments, "moved_rows", not_moved),
    "row lost": (segments, "moved_rows", last_row_lost),
    "rows of others": (segments, "moved_rows", rows_of_others),
}
SPLICING_BUGS: dict[str, tuple[object, str, Any]] = {
    **{name: bug for name, bug in BUGS.items() if bug[0] is zip_writer},
    "spliced method": (front, "local_header", another_method),
    "spliced name": (front, "local_header", another_name),
    "spliced place": (front, "directory_rows", off_by_one),
    "spliced mode": (front, "directory_rows", executable),
    "spliced order": (front, "directory_rows", another_order),
    "spliced row missing": (front, "directory_rows", one_missing),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_writer_that_errs_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    """Whatever is not as planned is found before anything is published."""
    bundle, keeping = mixed(tmp_path), Segments(tmp_path / "cache")
    write_zip(bundle, tmp_path / "right.zip", keeping)
    monkeypatch.setattr(*BUGS[bug])

    with pytest.raises(BuildError) as caught:
        write_zip(bundle, tmp_path / "x.zip", keeping)

    assert caught.value.code == "LP231"


@pytest.mark.parametrize("bug", SPLICING_BUGS)
def test_a_writer_that_errs_without_prepared_parts_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    """The same where every file is spliced, which is also how parts are prepared."""
    bundle = mixed(tmp_path)
    monkeypatch.setattr(*SPLICING_BUGS[bug])

    with pytest.raises(BuildError) as caught:
        write_zip(bundle, tmp_path / "x.zip")

    assert caught.value.code == "LP231"


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_spliced_stream_that_is_not_whole_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shift: int
) -> None:
    """A byte too few or too many moves all that follows."""
    bundle = mixed(tmp_path)
    right = front._pieces  # noqa: SLF001 - the bug is planted here

    def pieces(*given: Any) -> Any:
        first, second, *rest = right(*given)
        yield from (first, second[:shift] if shift < 0 else second + b"!", *rest)

    monkeypatch.setattr(front, "_pieces", pieces)

    with pytest.raises(BuildError) as caught:
        write_zip(bundle, tmp_path / "x.zip")

    assert caught.value.code == "LP231"


_copy = copying.copy


def other_bytes(source: int, start: int, target: int, place: int, size: int) -> None:
    _copy(source, start, target, place, size)
    copying.write(target, b"PK\3\3", place)


def fewer_bytes(source: int, start: int, target: int, place: int, size: int) -> None:
    _copy(source, start, target, place, size - 1)


def no_bytes(*_: int) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize("copy", [other_bytes, fewer_bytes, no_bytes])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_copy_that_errs_is_spliced_after_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copy: Any, *, is_known: bool
) -> None:
    """Its digest tells it, and what was to be copied can be made of the wheel."""
    bundle, keeping = mixed(tmp_path), Segments(tmp_path / "cache")
    right = write_zip(bundle, tmp_path / "right.zip")
    if is_known:
        write_zip(bundle, tmp_path / "x.zip", keeping)
    monkeypatch.setattr(copying, "copy", copy)

    digest = write_zip(bundle, tmp_path / "x.zip", keeping)

    assert digest == right
    assert (tmp_path / "x.zip").read_bytes() == (tmp_path / "right.zip").read_bytes()


@pytest.mark.parametrize("count", [65_534, 65_535])
def test_zip64_is_there_where_it_must_be(tmp_path: Path, count: int) -> None:
    """65,535 entries need it, one less does not; every reader finds them all."""
    entry = own(tmp_path, "a", b"")
    entries = tuple(entry._replace(path=f"{number:05}") for number in range(count))
    content = dict.fromkeys((one.path for one in entries), b"")

    write_zip(Bundle(entries, (), (), content), tmp_path / "x.zip")

    assert (b"PK\6\6" in (tmp_path / "x.zip").read_bytes()) is (count == 65_535)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert len(archive.namelist()) == count


def test_zip64_places_are_there_where_they_must_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies beyond 4 GiB has its place beside its row; tried with a limit of 100 bytes."""
    entries = [own(tmp_path, f"{number}.py", b"x = 1\n" * 9) for number in range(9)]
    monkeypatch.setattr(framing, "LARGEST_PLACE", 100)
    rows, place = framing.directory_rows(plan.own_files(of(*entries)), 0), 0

    sizes = []
    for entry in entries:
        (planned,) = plan.own_files(of(entry))
        sizes.append(len(framing.directory_row(planned, place)))
        place += framing.LOCAL_BYTES + 4 + planned.compressed

    assert sizes == [50, 50, 50, *[62] * 6]
    assert len(rows) == sum(sizes)
