"""Wheels that lpack writes are sound, installable, and the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.wheels.admission import admit
from lpack.wheels.writing import normalise, write_wheel
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "shop-1.dist-info"
_DESCRIBED: list[tuple[str, bytes | Path]] = [
    (f"{_FOLDER}/METADATA", b"Metadata-Version: 2.4\nName: shop\nVersion: 1\n"),
    (
        f"{_FOLDER}/WHEEL",
        b"Wheel-Version: 1.0\nGenerator: lpack\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ),
]


def _admit(wheel: Path) -> None:
    admit(wheel, filename="shop-1-py3-none-any.whl", name="shop", version="1")


def _listed(wheel: Path) -> list[tuple[str, int]]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return [(one.filename, one.external_attr >> 16) for one in archive.infolist()]


def test_a_written_wheel_is_admitted_and_does_not_depend_on_order_or_disk(tmp_path: Path) -> None:
    """Names are sorted, `.dist-info` is last, and modes come from what files hold."""
    tool = tmp_path / "tool"
    tool.write_bytes(b"#!/bin/sh\n")
    tool.chmod(0o600)
    files: list[tuple[str, bytes | Path]] = [
        ("shop/a.py", b"x = 1\n" * 100),
        ("shop/tool", tool),
        ("zoo/ä,b.txt", b""),
        *_DESCRIBED,
    ]

    write_wheel(tmp_path / "one.whl", files, _FOLDER)
    tool.chmod(0o777)
    os.utime(tool, (0, 0))
    write_wheel(tmp_path / "two.whl", reversed(files), _FOLDER)

    _admit(tmp_path / "one.whl")
    assert (tmp_path / "one.whl").read_bytes() == (tmp_path / "two.whl").read_bytes()
    assert _listed(tmp_path / "one.whl") == [
        ("shop/a.py", 0o100644),
        ("shop/tool", 0o100755),
        ("zoo/ä,b.txt", 0o100644),
        ("shop-1.dist-info/METADATA", 0o100644),
        ("shop-1.dist-info/WHEEL", 0o100644),
        ("shop-1.dist-info/RECORD", 0o100644),
    ]


def test_pip_installs_a_written_wheel(tmp_path: Path) -> None:
    """An independent reader takes the wheel and holds its RECORD against its files."""
    wheel = tmp_path / "shop-1-py3-none-any.whl"
    write_wheel(wheel, [("shop.py", b"x = 1\n"), *_DESCRIBED], _FOLDER)

    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(tmp_path / "site"), str(wheel)], check=True)

    assert (tmp_path / "site/shop.py").read_bytes() == b"x = 1\n"
    assert (tmp_path / "site/shop-1.dist-info/METADATA").is_file()


def test_a_built_wheel_is_normalised_without_what_was_compiled(tmp_path: Path) -> None:
    """Bytecode holds times of the machine; order, dates and compression are the encoder's."""
    text = "x = 1\n" * 50
    compiled = {"shop/__pycache__/a.cpython-311.pyc": b"\0" * 9}
    (tmp_path / "plain").mkdir()
    built = make_wheel(tmp_path, "shop", "1", {**compiled, "shop/a.py": text}, method=0)
    plain = make_wheel(tmp_path / "plain", "shop", "1", {"shop/a.py": text})

    normalise(built, tmp_path / "first.whl")
    normalise(plain, tmp_path / "second.whl")

    _admit(tmp_path / "first.whl")
    assert (tmp_path / "first.whl").read_bytes() == (tmp_path / "second.whl").read_bytes()
    assert "shop/a.py" in [name for name, _ in _listed(tmp_path / "first.whl")]


@pytest.mark.parametrize("content", [b"", b"no wheel at all", b"PK\5\6" + bytes(18)])
def test_what_is_no_wheel_is_refused(tmp_path: Path, content: bytes) -> None:
    """The refusal names the wheel, and nothing is written."""
    wheel = tmp_path / "shop-1-py3-none-any.whl"
    wheel.write_bytes(content)

    with pytest.raises(BuildError) as caught:
        normalise(wheel, tmp_path / "made.whl")

    assert caught.value.code == "LP204"
    assert str(caught.value.diagnostics[0].where) == wheel.name
    assert not (tmp_path / "made.whl").exists()


def test_a_file_that_cannot_be_read_leaves_no_wheel_behind(tmp_path: Path) -> None:
    """The old wheel stays until the new one is whole."""
    to = tmp_path / "made.whl"
    to.write_bytes(b"old")

    with pytest.raises(BuildError, match="`shop.py` cannot be read"):
        write_wheel(to, [("shop.py", tmp_path / "gone.py"), *_DESCRIBED], _FOLDER)

    assert to.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [to]
