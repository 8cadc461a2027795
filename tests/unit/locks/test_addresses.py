"""What a lock states by digest only is found in the indexes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.index.settings import Indexes, IndexSettings
from lpack.model import BuiltFrom, IndexOptions, LockedPackage, LockedWheel
from lpack.resolvers.addresses import with_addresses
from tests.index_server import IndexServer, write_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve two versions of alpha, and the source of beta."""
    folder = tmp_path / "served"
    folder.mkdir()
    for version in ("1.0", "2.0"):
        write_wheel(folder, "alpha", version)
    (folder / "beta-1.0.tar.gz").write_bytes(b"beta")
    with IndexServer(folder) as server:
        yield server


def digest_of(index: IndexServer, name: str) -> str:
    return hashlib.sha256((index.folder / name).read_bytes()).hexdigest()


def alpha(index: IndexServer, *more: LockedWheel, filename: str = "") -> LockedPackage:
    sha256 = digest_of(index, "alpha-1.0-py3-none-any.whl")
    return LockedPackage("alpha", "1.0", (LockedWheel(filename, "", sha256, None), *more))


def looked_up(
    index: IndexServer, *packages: LockedPackage, **options: object
) -> tuple[LockedPackage, ...]:
    indexes = Indexes(**{"index_url": index.url, **options})  # type: ignore[arg-type]
    stated = IndexOptions(index.url, assigned=indexes.assigned)
    settings = IndexSettings().also_stated(stated)
    return with_addresses(packages, indexes, settings, offline=False)


@pytest.mark.parametrize("html_only", [False, True])
def test_a_file_is_found_by_its_digest(index: IndexServer, *, html_only: bool) -> None:
    """Name, address and size are those of the index; a page of the older kind has no sizes."""
    index.html_only = html_only
    unknown = LockedWheel("", "", "0" * 64, None)

    (found,) = looked_up(index, alpha(index, unknown))

    (wheel,) = found.wheels
    path = index.folder / "alpha-1.0-py3-none-any.whl"
    assert wheel.filename == path.name
    assert wheel.location == f"{index.origin}/files/{path.name}"
    assert wheel.size == (None if html_only else path.stat().st_size)
    assert index.requests == ["/simple/alpha/"]


def test_a_source_distribution_is_found_too(index: IndexServer) -> None:
    """It is the source of a package that has no wheel, whether the lock knew its kind or not."""
    sha256 = digest_of(index, "beta-1.0.tar.gz")
    known = LockedPackage("beta", "1.0", (), BuiltFrom("sdist", "", sha256))
    unknown = LockedPackage("beta", "1.0", (LockedWheel("", "", sha256, None),))

    found = looked_up(index, known, unknown)

    url = f"{index.origin}/files/beta-1.0.tar.gz"
    assert found == (LockedPackage("beta", "1.0", (), BuiltFrom("sdist", url, sha256, 4)),) * 2


def test_what_has_addresses_asks_nobody(index: IndexServer) -> None:
    """A uv.lock states all of them."""
    wheel = LockedWheel("a", "https://example.org/a", "0" * 64, 1)
    package = LockedPackage("a", "1.0", (wheel,))

    assert looked_up(index, package) == (package,)
    assert index.requests == []


def test_files_that_no_index_has_are_an_error(index: IndexServer) -> None:
    """Somebody deleted them, or they are of another index."""
    gone = LockedPackage("alpha", "3.0", (LockedWheel("x.whl", "", "0" * 64, None),))

    with pytest.raises(LpackError, match="no index has a file of `alpha==3.0`") as caught:
        looked_up(index, gone)

    assert caught.value.code == "LP116"


def test_an_index_of_its_own_is_the_only_one_asked(index: IndexServer, tmp_path: Path) -> None:
    """A stranger's package of the same name is no candidate, and credentials stay at home."""
    with IndexServer(tmp_path / "served", password="secret") as own:
        private = own.url_with("someone", "secret")

        (found,) = looked_up(index, alpha(index), assigned=(("alpha", private),))

        assert found.wheels[0].location.startswith(f"{own.origin}/files/")
    assert index.requests == []


@pytest.mark.parametrize(("status", "code"), [(401, "LP205"), (403, "LP205"), (500, "LP113")])
def test_an_index_that_does_not_say(index: IndexServer, status: int, code: str) -> None:
    """The failure is told as that of the index, not as that of the lock."""
    index.statuses["alpha"] = status

    with pytest.raises(LpackError) as caught:
        looked_up(index, alpha(index))

    assert caught.value.code == code


def test_another_index_may_have_what_one_keeps_to_itself(
    index: IndexServer, tmp_path: Path
) -> None:
    """An index on S3 answers 403 for what it does not have."""
    index.statuses["alpha"] = 403
    with IndexServer(tmp_path / "served") as other:
        (found,) = looked_up(index, alpha(index), extra_index_urls=(other.url,))

        assert found.wheels[0].location.startswith(other.origin)


@pytest.mark.parametrize("form", ["path", "url"])
def test_a_folder_serves_without_network(index: IndexServer, form: str) -> None:
    """`--find-links` with a wheelhouse is enough when offline."""
    link = str(index.folder) if form == "path" else index.folder.as_uri()

    (found,) = with_addresses(
        (alpha(index),), Indexes(find_links=(link,)), IndexSettings(), offline=True
    )

    path = index.folder / "alpha-1.0-py3-none-any.whl"
    assert found.wheels[0].location == path.as_uri()
    assert found.wheels[0].size == path.stat().st_size


def test_a_local_index_serves_without_network(index: IndexServer) -> None:
    """PEP 503 in a folder, with relative addresses."""
    page = index.folder / "simple" / "alpha" / "index.html"
    page.parent.mkdir(parents=True)
    sha256 = digest_of(index, "alpha-1.0-py3-none-any.whl")
    name = "alpha-1.0-py3-none-any.whl"
    page.write_text(f'<a href="../../{name}#sha256={sha256}">{name}</a>', encoding="utf-8")
    indexes = Indexes(index_url=(index.folder / "simple").as_uri())

    (found,) = with_addresses((alpha(index),), indexes, IndexSettings(), offline=True)

    assert found.wheels[0].location == (index.folder / name).as_uri()


def test_offline_says_what_is_needed(index: IndexServer) -> None:
    """The lock is whole, and yet an index has to be asked."""
    with pytest.raises(LpackError) as caught:
        with_addresses((alpha(index),), Indexes(index_url=index.url), IndexSettings(), offline=True)

    assert caught.value.code == "LP206"
    assert index.requests == []
