"""Locks that are made to keep lpack busy end with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.requirements.locks.pdm_lock import read_pdm_lock
from lpack.requirements.locks.pipfile_lock import read_pipfile_lock
from lpack.requirements.locks.poetry_lock import read_poetry_lock
from lpack.requirements.locks.uv_lock import read_uv_lock
from tests.foreign_locks import read, shipped, toml_package, uv_lock, uv_package

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import LockReader

SHORT = "[[package]]\nname = '{}'\nversion = '{}'\n"


def with_marker(marker: str) -> str:
    return uv_lock(uv_package("a", "1.0", f'name = "b", marker = "{marker}"'), uv_package("b"))


@pytest.mark.parametrize(
    ("marker", "reason"),
    [
        ("(" * 400_000 + "os_name == 'nt'" + ")" * 400_000, "is no marker"),
        (" or ".join(["os_name == 'nt'"] * 60_000), "its markers are longer than 1,000,000"),
        (" or ".join(["extra == 'nt'"] * 60_000), "its markers are longer than 1,000,000"),
    ],
    ids=["nested", "long", "long with extras"],
)
def test_a_marker_without_end(tmp_path: Path, marker: str, reason: str) -> None:
    """It is told in a short message."""
    with pytest.raises(LpackError, match=reason) as caught:
        read(read_uv_lock, tmp_path, with_marker(marker), ["a"])

    assert caught.value.code == "LP110"
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("reader", "text", "reason"),
    [
        (
            read_poetry_lock,
            "".join(SHORT.format(f"p{n}", 1) for n in range(20_001)),
            "more than 20,000 packages",
        ),
        (
            read_pdm_lock,
            "".join(SHORT.format("p", n) for n in range(201)),
            "it has `p` more than 200 times",
        ),
        (
            read_pipfile_lock,
            '{"default": {' + ",".join(f'"p{n}": {{}}' for n in range(20_001)) + "}}",
            "more than 20,000 packages",
        ),
    ],
)
def test_more_packages_than_any_project_has(
    tmp_path: Path, reader: LockReader, text: str, reason: str
) -> None:
    """Nobody waits for the walk."""
    with pytest.raises(LpackError, match=reason) as caught:
        read(reader, tmp_path, text, ["p"])

    assert caught.value.code == "LP110"


def test_a_long_chain_is_no_deep_one(tmp_path: Path) -> None:
    """The walk does not recurse, and a cycle ends it."""
    count = 3_000
    text = "".join(
        toml_package(f"p{n}", more=f'[package.dependencies]\np{(n + 1) % count} = "*"\n')
        for n in range(count)
    )

    assert len(shipped(read(read_poetry_lock, tmp_path, text, ["p0"]))) == count
