"""Locks that somebody has edited: each is refused with a code, none is half believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.lockfile import LockFile
from lpack.model import Requirement, RequirementSet, Target, Where
from lpack.platforms import runtime_named
from lpack.requirements.staleness import stale_reasons

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = runtime_named("python3.13")
assert PYTHON
TARGET = Target(PYTHON, "x86_64")
WHEEL = "alpha-1.0-py3-none-any.whl"
SHA256 = "ab" * 32
FOREIGN = f"""\
lock-version = "1.0"
created-by = "somebody"

[[packages]]
name = "alpha"
version = "1.0"

[[packages.wheels]]
name = "{WHEEL}"
url = "https://example.com/{WHEEL}"
size = 10
hashes = {{ sha256 = "{SHA256}" }}
"""
OWN = f"""{FOREIGN}
[tool.lpack.targets."python3.13 x86_64"]
requirements = ["alpha"]
files = ["{WHEEL}"]
"""
EDITS = [
    ("", "", None),
    ('name = "alpha"', "name = 5", "LP110"),
    ('name = "alpha"', "name = { a = 1 }", "LP110"),
    ('name = "alpha"', 'name = "al\\u001bpha"', "LP110"),
    ('version = "1.0"\n\n[[', "version = 1\n\n[[", "LP110"),
    (f'name = "{WHEEL}"', "name = 5", "LP110"),
    (f'name = "{WHEEL}"', 'name = "a\\u0000-1.0-py3-none-any.whl"', "LP110"),
    ("size = 10", "size = -1", "LP110"),
    ("size = 10", 'size = "10"', "LP110"),
    (f'url = "https://example.com/{WHEEL}"', "url = 5", "LP110"),
    (f'url = "https://example.com/{WHEEL}"', "", "LP110"),
    ("https://example.com", "http://[::1", "LP110"),
    ("https://example.com", "http://example.com:99999", "LP110"),
    ("https://example.com", "ftp://example.com", "LP110"),
    ("https://example.com", "file://example.com", "LP110"),
    ("https://example.com", "https://", "LP110"),
    ("https://example.com", "https://example.com/%0A", "LP110"),
    (f'url = "https://example.com/{WHEEL}"', 'path = "a\\u0000b"', "LP110"),
    (f'sha256 = "{SHA256}"', 'md5 = "ab"', "LP112"),
    (f'sha256 = "{SHA256}"', 'sha256 = "ab"', "LP112"),
    ("[[packages]]", "[[packages]", "LP110"),
    ('created-by = "somebody"', "created-by = [", "LP110"),
]


def asking_for(text: str, *hashes: str) -> RequirementSet:
    line = Requirement(text, Where("requirements.txt", 1))
    return RequirementSet((line,), hashes={"alpha": hashes} if hashes else {})


def verdict(folder: Path, text: str, requirements: RequirementSet) -> str | tuple[str, ...]:
    """Give the code that the lock is refused with, or why it does not fit."""
    path = folder / "pylock.toml"
    path.write_text(text, encoding="utf-8")
    try:
        lock = LockFile(path, path.name)
        reasons = stale_reasons(lock, requirements, TARGET)
        if lock.was_made_for(requirements, TARGET):
            lock.packages_as_written(TARGET)
    except LpackError as error:
        return error.code
    return reasons


@pytest.mark.parametrize("whole", [FOREIGN, OWN], ids=["foreign", "own"])
@pytest.mark.parametrize(("before", "after", "code"), EDITS)
def test_an_edited_lock(
    tmp_path: Path, whole: str, before: str, after: str, code: str | None
) -> None:
    """Every edit that breaks a lock is found, in a lock of lpack's as in another tool's."""
    assert before in whole

    found = verdict(tmp_path, whole.replace(before, after, 1), asking_for("alpha"))

    assert found == (code or ())


@pytest.mark.parametrize(
    ("recorded", "reason"),
    [
        ('["a b c"]', "what it was made from cannot be read"),
        ("[5]", "what it was made from cannot be read"),
        ("5", None),
    ],
)
def test_an_edited_record(tmp_path: Path, recorded: str, reason: str | None) -> None:
    """What lpack noted in its lock is read with the same care."""
    text = OWN.replace('["alpha"]', recorded)

    found = verdict(tmp_path, text, asking_for("alpha"))

    assert found == ((reason,) if reason else ())


@pytest.mark.parametrize("whole", [FOREIGN, OWN], ids=["foreign", "own"])
def test_hashes_that_came_later_bind(tmp_path: Path, whole: str) -> None:
    """A hash in the requirements counts, also when the lock was made without it."""
    fitting = verdict(tmp_path, whole, asking_for("alpha", f"sha256:{SHA256}"))
    other = verdict(tmp_path, whole, asking_for("alpha", "sha256:" + "00" * 32))

    assert fitting == ()
    assert other == (f"no hash that is stated for alpha is that of `{WHEEL}`",)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A lock is UTF-8, as TOML is."""
    path = tmp_path / "pylock.toml"
    path.write_bytes(b"# \xff\n" + FOREIGN.encode())

    with pytest.raises(LpackError) as caught:
        LockFile(path, path.name)

    assert caught.value.code == "LP110"
