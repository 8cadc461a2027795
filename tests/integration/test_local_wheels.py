"""Wheels that lie in folders of this machine, named one by one or found among others."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from lpack.model import IndexOptions
from tests.index_server import IndexServer, write_wheel
from tests.resolving import NEW_INTEL, Asker, both, filenames, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve an index that has other files of the same projects."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "built", "1.0", requires=["dependency>1"])
    write_wheel(folder, "dependency", "1.0")
    write_wheel(folder, "dependency", "2.0")
    with IndexServer(folder) as server:
        yield server


@pytest.fixture
def asker(tmp_path: Path, index: IndexServer) -> Asker:
    """Ask that index."""
    return Asker(tmp_path, index.url)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Lay a wheel into a folder whose name has to be quoted in a URL."""
    folder = tmp_path / "built here+now"
    folder.mkdir()
    return write_wheel(
        folder,
        "built",
        "1.0",
        requires=["dependency<2", 'extra-dependency; extra == "more"'],
        extras=["more"],
    )


@both
def test_a_wheel_named_by_its_file_url_is_taken(resolver: str, asker: Asker, built: Path) -> None:
    """Its location is recorded as it is, its digest computed, and what it requires is found."""
    resolution = asker.ask(resolver, NEW_INTEL, f"built @ {built.as_uri()}")

    assert versions(resolution) == {"built": "1.0", "dependency": "1.0"}
    (wheel,) = resolution.packages[0].wheels
    assert (wheel.filename, wheel.location) == (built.name, built.as_uri())
    assert wheel.sha256 == hashlib.sha256(built.read_bytes()).hexdigest()


@both
def test_extras_and_markers_of_a_file_url_count(
    resolver: str, index: IndexServer, asker: Asker, built: Path
) -> None:
    """`name[extra] @ URL ; marker` is asked for as the line says."""
    write_wheel(index.folder, "extra-dependency", "1.0")

    asked = f"built[more] @ {built.as_uri()} ; python_version >= '3.13'"
    taken = asker.ask(resolver, NEW_INTEL, asked)
    left = asker.ask(resolver, NEW_INTEL, asked.replace(">=", "<"), "dependency")

    assert set(versions(taken)) == {"built", "dependency", "extra-dependency"}
    assert set(versions(left)) == {"dependency"}


@both
def test_a_folder_of_built_wheels_stands_beside_the_index(
    resolver: str, asker: Asker, built: Path
) -> None:
    """What is built here wins over the same version of an index, as in both tools."""
    options = IndexOptions(find_links=(str(built.parent),))

    resolution = asker.ask(resolver, NEW_INTEL, "built", options=options)

    assert filenames(resolution) == {
        "built": ["built-1.0-py3-none-any.whl"],
        "dependency": ["dependency-1.0-py3-none-any.whl"],
    }
    assert resolution.packages[0].wheels[0].location == built.as_uri()


@both
def test_a_newer_wheel_of_an_index_wins_over_a_folder(
    resolver: str, index: IndexServer, asker: Asker, built: Path
) -> None:
    """A folder is one more place to look in, not the only one."""
    write_wheel(index.folder, "built", "2.0")
    options = IndexOptions(find_links=(str(built.parent),))

    newest = asker.ask(resolver, NEW_INTEL, "built", options=options)
    pinned = asker.ask(resolver, NEW_INTEL, "built==1.0", options=options)

    assert versions(newest)["built"] == "2.0"
    assert pinned.packages[0].wheels[0].location == built.as_uri()


@both
def test_only_packages_that_are_no_longer_preferred_are_upgraded(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """An upgrade of one project changes it and what it forces, and nothing else."""
    for version in ("1.0", "2.0"):
        write_wheel(index.folder, "kept", version)
        write_wheel(index.folder, "forced", version)
        write_wheel(index.folder, "wanted", version, requires=[f"forced>={version}"])
    pins = {"dependency": "1.0", "forced": "1.0", "kept": "1.0", "wanted": "1.0"}
    asked = ("dependency", "kept", "wanted")

    same = asker.ask(resolver, NEW_INTEL, *asked, preferred=tuple(pins.items()))
    del pins["wanted"]
    upgraded = asker.ask(resolver, NEW_INTEL, *asked, preferred=tuple(pins.items()))

    assert versions(same) == {**pins, "wanted": "1.0"}
    assert versions(upgraded) == {**pins, "wanted": "2.0", "forced": "2.0"}


@both
def test_a_preferred_version_that_was_yanked_stays(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """A lock that is made again does not change because an author withdrew a file."""
    index.yanked.add("dependency-1.0-py3-none-any.whl")

    kept = asker.ask(resolver, NEW_INTEL, "dependency", preferred=(("Dependency", "1.0"),))

    assert versions(kept) == {"dependency": "1.0"}
