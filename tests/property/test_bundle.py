"""Of any tree of files: what is not in the package cannot change it, and what is in it does."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import zipfile
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lpack.model import Project
from lpack.steps.pack import measure, pack
from lpack.steps.stage import stage
from tests.function_builder import function_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

Tree = dict[str, bytes]

NAMES = st.text(
    st.characters(categories=["Ll", "Lu", "Nd"], include_characters="_- .é"), min_size=1, max_size=8
).filter(lambda name: name.strip(". ") == name and not name.endswith(".egg-info"))
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENTS = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.sampled_from([b"", b"#!/bin/sh\n", b"#!", b"x" * 5000, b"\r\n" * 99]),
)
EXCLUDED = (
    "__pycache__/x.pyc",
    ".git/config",
    ".venv/lib/x.py",
    ".env",
    "x.pyc",
    "tests/x.py",
    ".DS_Store",
    "pylock.toml",
    ".lpack-0123.tmp",
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Give a few files, none of which is where another has a folder, and none left out."""
    files = draw(st.dictionaries(PATHS, CONTENTS, min_size=1, max_size=8))
    return {
        path: content
        for path, content in files.items()
        if not any(other.startswith(f"{path}/") for other in files)
        and path.partition("/")[0] not in {"test", "tests"}
    }


def write(folder: Path, tree: Tree, seed: int = 0) -> Path:
    """Write a tree in some order, with any times and modes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    chosen = random.Random(seed)
    for name in chosen.sample(sorted(tree), len(tree)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tree[name])
        path.chmod(chosen.choice([0o600, 0o644, 0o777]))
        time = chosen.randrange(1 << 32)
        os.utime(path, (time, time))
    return folder


def digest(folder: Path, copy: Path | None = None) -> str:
    """Pack a folder, and give the digest of the package; `copy` is where to keep it."""
    project = Project(folder, folder / "dist", (), (), "auto")
    bundle = stage(function_of(sources=(folder,)), (), project)
    with pack(bundle, folder.parent / "out" / "f.zip") as packing:
        packed = packing.finish()
        content = packed.waiting.read_bytes()
        assert len(content) == packed.artifact.size == packing.measured.size
        assert packing.measured == measure(bundle, "f.zip")
        assert hashlib.sha256(content).hexdigest() == packed.artifact.sha256
        if copy is not None:
            copy.write_bytes(content)
    return packed.artifact.sha256


@SLOW
@given(tree=trees(), seed=st.integers(0, 1 << 30))
def test_order_times_and_modes_change_nothing(
    tree: Tree, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two ways of writing the same files give one package."""
    folder = tmp_path_factory.mktemp("tree")

    first = digest(write(folder / "one", tree))

    assert digest(write(folder / "another place", tree, seed)) == first


@SLOW
@given(tree=trees(), data=st.data())
def test_any_byte_that_changes_changes_the_package(
    tree: Tree, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One byte of content, a name, one file more, one file less."""
    folder = tmp_path_factory.mktemp("tree")
    assume(tree)
    before = digest(write(folder / "p", tree))
    path = data.draw(st.sampled_from(sorted(tree)))
    content = bytearray(tree[path] or b"\0")
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    changes: list[Tree] = [
        {**tree, path: bytes(content)},
        {**tree, path: tree[path] + b"\n"},
        {name: value for name, value in tree.items() if name != path},
        {**tree, "one more": b""},
        {(f"{name}_" if name == path else name): value for name, value in tree.items()},
    ]
    digests = [digest(write(folder / "p", change)) for change in changes]

    assert before not in digests


@SLOW
@given(tree=trees(), added=st.sets(st.sampled_from(EXCLUDED), min_size=1))
def test_what_is_left_out_changes_nothing(
    tree: Tree, added: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Caches, environments, bytecode and leftovers of lpack itself."""
    folder = tmp_path_factory.mktemp("tree")
    first = digest(write(folder / "p", tree))

    second = digest(write(folder / "p", {**tree, **dict.fromkeys(added, b"x")}))

    assert second == first


@SLOW
@given(tree=trees())
def test_the_package_holds_the_tree(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An independent reader finds every file with its bytes, sorted, executable by content."""
    folder = tmp_path_factory.mktemp("tree")
    digest(write(folder / "p", tree), folder / "copy.zip")

    with zipfile.ZipFile(folder / "copy.zip") as archive:
        found = {row.filename: archive.read(row) for row in archive.infolist()}
        modes = {row.filename: row.external_attr >> 16 & 0o777 for row in archive.infolist()}

    assert found == tree
    assert list(found) == sorted(tree, key=str.encode)
    assert modes == {
        name: 0o755 if content.startswith((b"#!", b"\x7fELF")) else 0o644
        for name, content in tree.items()
    }
