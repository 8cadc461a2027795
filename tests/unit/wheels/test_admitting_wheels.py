"""What a wheel has to be, to be admitted to the store."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import BuildError
from lpack.model import Where
from lpack.wheels.admission import admit
from tests.wheelhouse import (
    DEFLATED,
    STORED,
    Forged,
    Rows,
    deflate,
    forge,
    make_wheel,
    wheel_members,
)

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"".join(b"line %d\n" % number for number in range(2000))


def written(folder: Path, *members: Forged, **options: Any) -> Path:
    """Forge a wheel of `demo` 1.0."""
    path = folder / "demo-1.0-py3-none-any.whl"
    path.write_bytes(forge(wheel_members("demo", "1.0", members, **options)))
    return path


def admitted(path: Path, name: str = "demo", version: str = "1.0") -> bool:
    """Admit a wheel, and say that it was."""
    admit(path, filename=path.name, name=name, version=version)
    return True


def test_a_wheel_with_every_kind_of_file_is_admitted(tmp_path: Path) -> None:
    """Modules, data folders, scripts, UTF-8 names, entry points and empty files."""
    path = make_wheel(
        tmp_path,
        "De.mo",
        "1.0",
        {"demo/__init__.py": "", "demo/é.txt": "é", 'demo/a,"b.txt': "quoted"},
        data={"scripts/run": "#!python\n", "purelib/x.py": "", "headers/x.h": ""},
        dist_info={"entry_points.txt": "[console_scripts]\nrun = demo:main\n[other]\na/b = c\n"},
    )

    assert admitted(path, "de-mo")


def test_a_stored_wheel_is_admitted(tmp_path: Path) -> None:
    """Compression is not asked for."""
    path = make_wheel(tmp_path, "demo", "1.0", {"demo.py": CONTENT}, method=STORED)

    assert admitted(path)


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_directories_are_admitted(tmp_path: Path, method: int) -> None:
    """RECORD does not list them, and `zipfile` deflates the nothing that they hold."""
    directory = Forged("demo/", method=method, mode=0o40755)

    assert admitted(written(tmp_path, directory, Forged("demo/a.py")))


@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY])
@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_streams_of_every_encoder_are_admitted(tmp_path: Path, level: int, strategy: int) -> None:
    """Stored, fixed and dynamic blocks are all deflate."""
    member = Forged("demo.py", CONTENT, payload=deflate(CONTENT, level, strategy))

    assert admitted(written(tmp_path, member))


@pytest.mark.parametrize(
    ("size", "repeats"), [(1024**2, 1), (1024**2, 3), (1024**2 - 1, 2), (64 * 1024, 16)]
)
def test_files_that_fill_the_buffers_exactly_are_admitted(
    tmp_path: Path, size: int, repeats: int
) -> None:
    """The end of the stream is found, wherever the pieces are cut."""
    content = bytes(size * repeats)
    noise = hashlib.shake_128(b"noise").digest(64 * 1024 * repeats)

    path = written(tmp_path, Forged("zeros", content), Forged("noise", noise, STORED))

    assert admitted(path)


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512", "blake2b"])
def test_strong_digests_are_admitted(tmp_path: Path, algorithm: str) -> None:
    """The wheel format asks for sha256 or better; padding and a missing size do no harm."""
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, CONTENT).digest()).decode()

    def change(rows: Rows) -> Rows:
        return [("demo.py", f"{algorithm}={digest}", ""), *rows[1:]]

    assert admitted(written(tmp_path, Forged("demo.py", CONTENT), rows=change))


@pytest.mark.parametrize("suffix", ["jws", "p7s"])
def test_signatures_of_record_need_no_row(tmp_path: Path, suffix: str) -> None:
    """They are made after RECORD."""

    def change(rows: Rows) -> Rows:
        return [row for row in rows if not row[0].endswith(suffix)]

    assert admitted(written(tmp_path, rows=change, dist_info={f"RECORD.{suffix}": b"signature"}))


def test_a_signature_with_a_false_hash_is_refused(tmp_path: Path) -> None:
    """What RECORD tells has to be true."""

    def change(rows: Rows) -> Rows:
        return [(name, digest and "sha256=AAAA", "") for name, digest, _ in rows]

    with pytest.raises(BuildError, match="rule RECORD_DIGEST"):
        admitted(written(tmp_path, rows=change, dist_info={"RECORD.jws": b"signature"}))


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("demo-1.0-py3-none-any.whl", "other", "1.0"),
        ("demo-1.0-py3-none-any.whl", "demo", "1.1"),
        ("demo-1.0-py3-none-any.whl", "demo", "not a version"),
        ("demo-1.0-py3-none-any.zip", "demo", "1.0"),
        ("demo-1.0.whl", "demo", "1.0"),
        (f"{'d' * 300}-1.0-py3-none-any.whl", "d" * 300, "1.0"),
        ("../demo-1.0-py3-none-any.whl", "demo", "1.0"),
    ],
)
def test_a_filename_that_is_not_what_was_locked_is_refused(
    tmp_path: Path, filename: str, name: str, version: str
) -> None:
    """Name and version of lock and filename have to be the same."""
    path = make_wheel(tmp_path, "demo", "1.0", {})

    with pytest.raises(BuildError, match="rule FILENAME"):
        admit(path, filename=filename, name=name, version=version)


def test_spellings_of_name_and_version_do_not_matter(tmp_path: Path) -> None:
    """They are compared in their normal forms."""
    path = make_wheel(tmp_path, "My.Demo", "1.0", {})

    admit(path, filename="My_Demo-1.0.0-py3-none-any.whl", name="my-demo", version="1.0.0.0")


def test_the_refusal_says_in_which_wheel_and_what_to_do(tmp_path: Path) -> None:
    """The diagnostic has a place and a hint."""
    path = written(tmp_path, Forged("../x"))

    with pytest.raises(BuildError) as caught:
        admitted(path)

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.where == Where(path.name)
    assert diagnostic.hint is not None
    assert diagnostic.hint.startswith("lock another version")


@pytest.mark.parametrize("name", ["absent.whl", "."])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """No traceback for a wheel that is gone or a folder."""
    with pytest.raises(BuildError, match="rule UNREADABLE"):
        admit(tmp_path / name, filename="demo-1.0-py3-none-any.whl", name="demo", version="1.0")


def test_admission_needs_little_memory(tmp_path: Path) -> None:
    """A file that unpacks to 60 MB is verified piece by piece."""
    path = written(tmp_path, Forged("zeros", bytes(60_000_000)))

    tracemalloc.start()
    try:
        admitted(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 16_000_000
