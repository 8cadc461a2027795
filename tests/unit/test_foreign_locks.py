"""Locks of other tools are read as those tools mean them, for the target."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.requirements.locks.pdm_lock import read_pdm_lock
from lpack.requirements.locks.pipfile_lock import read_pipfile_lock
from lpack.requirements.locks.poetry_lock import read_poetry_lock
from lpack.requirements.locks.uv_lock import read_uv_lock
from tests.function_builder import target_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks import LockReader, Pins

UV = """
version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "numpy" }]

[[package]]
name = "numpy"
version = "2.2.6"
source = { registry = "https://pypi.org/simple" }
resolution-markers = ["python_full_version < '3.11'"]
wheels = [{ url = "https://example.org/numpy-2.2.6.whl", hash = "sha256:old" }]

[[package]]
name = "numpy"
version = "2.4.1"
source = { registry = "https://pypi.org/simple" }
resolution-markers = ["python_full_version >= '3.11'"]
sdist = { url = "https://example.org/numpy-2.4.1.tar.gz", hash = "sha256:source" }
wheels = [{ url = "https://example.org/numpy-2.4.1.whl", hash = "sha256:new" }]

[[package]]
name = "Own_Library"
version = "1.0"
source = { directory = "../library" }
"""

POETRY = """
[[package]]
name = "Requests"
version = "2.32.3"
groups = ["main"]
files = [{ file = "requests-2.32.3-py3-none-any.whl", hash = "sha256:r" }]

[[package]]
name = "colorama"
version = "0.4.6"
groups = ["main", "dev"]
markers = {main = "platform_system == 'Windows'", dev = "sys_platform == 'win32'"}
files = [{ file = "colorama-0.4.6-py3-none-any.whl", hash = "sha256:c" }]

[[package]]
name = "library"
version = "1.0"
files = []
[package.source]
type = "git"
url = "https://example.org/library.git"
"""

PDM = """
[[package]]
name = "requests"
version = "2.32.3"
files = [
  {file = "requests-2.32.3-py3-none-any.whl", hash = "sha256:r"},
  {file = "requests-2.32.3.tar.gz", hash = "md5:weak"},
]

[[package]]
name = "tomli"
version = "2.0.1"
marker = "python_version < '3.11'"
files = [{file = "tomli-2.0.1-py3-none-any.whl", hash = "sha256:t"}]

[[package]]
name = "library"
version = "1.0"
path = "./library"
"""

PIPFILE = json.dumps(
    {
        "default": {
            "requests": {"hashes": ["sha256:r", "sha256:s"], "version": "==2.32.3"},
            "tomli": {
                "hashes": ["sha256:t"],
                "version": "==2.0.1",
                "markers": "python_version<'3'",
            },
            "library": {"editable": True, "path": "."},
        },
        "develop": {"pytest": {"hashes": ["sha256:p"], "version": "==8.0.0"}},
    }
)


def read(reader: LockReader, folder: Path, text: str, runtime: str = "python3.13") -> Pins:
    path = folder / "some.lock"
    path.write_text(text, encoding="utf-8")
    return reader(path, "some.lock", target_of(runtime))


def said(pins: Pins) -> list[str]:
    return [line.text for line in pins.constraints]


def test_uv_pins_the_fork_that_holds_on_the_target(tmp_path: Path) -> None:
    """Of several versions, the one whose markers hold counts; the project itself is no pin."""
    new = read(read_uv_lock, tmp_path, UV)
    old = read(read_uv_lock, tmp_path, UV, "python3.10")

    assert said(new) == ["numpy==2.4.1"]
    assert new.hashes["numpy"] == ("sha256:new", "sha256:source")
    assert said(old) == ["numpy==2.2.6"]
    assert new.unpublished == {"own-library"}


@pytest.mark.parametrize(
    ("wanted", "runtime"), [(">=3.14", "python3.14"), (">=3.13.5", "python3.13")]
)
def test_uv_lock_serves_the_pythons_that_it_names(
    tmp_path: Path, wanted: str, runtime: str
) -> None:
    """A runtime whose Python has a fitting patch release is served."""
    pins = read(read_uv_lock, tmp_path, f'requires-python = "{wanted}"\n{UV}', runtime)

    assert said(pins) == ["numpy==2.4.1"]


@pytest.mark.parametrize("wanted", [">=3.14", "==3.12.*"])
def test_uv_lock_for_another_python_says_so(tmp_path: Path, wanted: str) -> None:
    """The lock has no wheels for this Python, which is told by its name and not by a hash."""
    with pytest.raises(LpackError) as caught:
        read(read_uv_lock, tmp_path, f'requires-python = "{wanted}"\n{UV}')

    told = f"`some.lock` is for Python {wanted}, and the runtime is python3.13"
    assert (caught.value.code, str(caught.value)) == ("LP111", told)


def test_poetry_pins_what_holds_on_the_target(tmp_path: Path) -> None:
    """Markers of the main group count, and a repository is no version."""
    pins = read(read_poetry_lock, tmp_path, POETRY)

    assert said(pins) == ["requests==2.32.3"]
    assert pins.hashes == {"requests": ("sha256:r",), "library": ()}
    assert pins.unpublished == {"library"}


def test_pdm_pins_what_holds_on_the_target(tmp_path: Path) -> None:
    """Weak digests are not taken over."""
    pins = read(read_pdm_lock, tmp_path, PDM)

    assert said(pins) == ["requests==2.32.3"]
    assert pins.hashes["requests"] == ("sha256:r",)
    assert said(read(read_pdm_lock, tmp_path, PDM, "python3.10"))[1] == "tomli==2.0.1"


def test_pipenv_pins_the_default_section_only(tmp_path: Path) -> None:
    """Packages for development never ship."""
    pins = read(read_pipfile_lock, tmp_path, PIPFILE)

    assert said(pins) == ["requests==2.32.3"]
    assert pins.hashes["requests"] == ("sha256:r", "sha256:s")
    assert pins.unpublished == {"library"}


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (read_uv_lock, "package = 3"),
        (read_uv_lock, "[[package]]\nversion = '1'\nsource = { registry = 'x' }"),
        (read_uv_lock, "[[package]]\nname = 'a'\nresolution-markers = ['no marker']"),
        (read_uv_lock, "[[package"),
        (read_uv_lock, "requires-python = 'new'"),
        (read_poetry_lock, "[[package]]\nname = 3"),
        (read_poetry_lock, "[[package]]\nname = 'a'\nversion = '1'\nfiles = 3"),
        (read_pdm_lock, "[[package]]\nname = 'a'\nversion = '1'\nmarker = '(('"),
        (read_pipfile_lock, "{"),
        (read_pipfile_lock, "[]"),
        (read_pipfile_lock, '{"default": []}'),
        (read_pipfile_lock, '{"default": {"a": 3}}'),
    ],
)
def test_what_is_no_lock_is_a_clear_error(tmp_path: Path, reader: LockReader, text: str) -> None:
    """A lock that is read in part would pin in part."""
    with pytest.raises(LpackError) as caught:
        read(reader, tmp_path, text)

    assert caught.value.code in ("LP110", "LP005")
    assert "some.lock" in str(caught.value)
