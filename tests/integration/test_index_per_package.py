"""Projects that come from one index only, whoever requires them and whoever else has the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import IndexOptions
from tests.index_server import IndexServer, write_wheel
from tests.resolving import NEW_INTEL, Asker, both, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def public(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve an index where a stranger has taken a private name."""
    folder = tmp_path / "public"
    folder.mkdir()
    write_wheel(folder, "app", "1.0", requires=["secret"])
    write_wheel(folder, "secret", "9.0")
    write_wheel(folder, "other", "1.0")
    with IndexServer(folder) as server:
        yield server


@pytest.fixture
def private(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve a private index that has names of the public one, too."""
    folder = tmp_path / "private"
    folder.mkdir()
    write_wheel(folder, "secret", "1.0", requires=["other"])
    write_wheel(folder, "other", "99.0")
    write_wheel(folder, "app", "99.0")
    with IndexServer(folder, password="sesame") as server:
        yield server


@pytest.fixture
def asker(tmp_path: Path, public: IndexServer) -> Asker:
    """Ask the public index."""
    return Asker(tmp_path, public.url)


def assigning(index: str, *names: str) -> IndexOptions:
    return IndexOptions(assigned=tuple((name, index) for name in names), reserved=(index,))


@both
@pytest.mark.parametrize("asked", [("secret",), ("app",), ("app", "secret")], ids=str)
def test_an_assigned_project_comes_from_its_index_alone(
    resolver: str,
    asked: tuple[str, ...],
    public: IndexServer,
    private: IndexServer,
    asker: Asker,
) -> None:
    """The stranger is not asked for it, and the private index for nothing else."""
    options = assigning(private.url_with("someone", "sesame"), "secret")

    resolution = asker.ask(resolver, NEW_INTEL, *asked, options=options)

    assert versions(resolution)["secret"] == "1.0"
    assert versions(resolution)["other"] == "1.0"
    (secret,) = [one for one in resolution.packages if one.name == "secret"]
    assert secret.wheels[0].location == f"{private.origin}/files/secret-1.0-py3-none-any.whl"
    assert secret.wheels[0].sha256 == private.files_of("secret")[0]["hashes"]["sha256"]
    assert not [path for path in public.requests if "secret" in path]
    assert {path for path in private.requests if "simple" in path} == {"/simple/secret/"}


@both
def test_several_indexes_are_merged_but_for_what_is_assigned(
    resolver: str, public: IndexServer, private: IndexServer, asker: Asker, tmp_path: Path
) -> None:
    """A third index is asked for every name that is assigned to none."""
    (tmp_path / "third").mkdir()
    write_wheel(tmp_path / "third", "secret", "10.0")
    write_wheel(tmp_path / "third", "other", "2.0")
    options = assigning(private.url_with("someone", "sesame"), "secret")

    with IndexServer(tmp_path / "third") as third:
        asker.environ["PIP_EXTRA_INDEX_URL"] = third.url
        resolution = asker.ask(resolver, NEW_INTEL, "app", options=options)

    assert versions(resolution) == {"app": "1.0", "other": "2.0", "secret": "1.0"}
    assert not [path for path in public.requests + third.requests if "secret" in path]


@both
def test_indexes_of_uv_itself_stay_behind(
    resolver: str, public: IndexServer, private: IndexServer, asker: Asker
) -> None:
    """An index that is stated for uv is not asked for what is assigned elsewhere."""
    del asker.environ["PIP_INDEX_URL"]
    (asker.folder / "uv.toml").write_text(f'[[index]]\nurl = "{public.url}"\n')
    asker.environ["UV_DEFAULT_INDEX"] = public.url
    asker.environ["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    options = assigning(private.url_with("someone", "sesame"), "secret")

    resolution = asker.ask(resolver, NEW_INTEL, "app", options=options)

    assert versions(resolution)["secret"] == "1.0"
    assert not [path for path in public.requests if "secret" in path]


@both
def test_an_assigned_project_that_its_index_lacks_is_not_taken_elsewhere(
    resolver: str, public: IndexServer, private: IndexServer, asker: Asker
) -> None:
    """The error names the index, and nobody else is asked."""
    write_wheel(public.folder, "ghost", "1.0")
    options = assigning(private.url_with("someone", "sesame"), "ghost")

    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "ghost", options=options)

    assert str(caught.value) == f"the index `{private.url}` has no project named `ghost`"
    assert not [path for path in public.requests if "ghost" in path]


@both
@pytest.mark.parametrize(
    ("wrong", "code"), [("password", "LP205"), ("port", "LP113")], ids=["closed", "away"]
)
def test_an_assigned_index_that_cannot_be_asked_is_an_error(
    resolver: str, wrong: str, code: str, private: IndexServer, asker: Asker
) -> None:
    """The message names the index without its credentials."""
    url = private.url_with("someone", "open-wrong")
    if wrong == "port":
        url = "http://me:open-wrong@127.0.0.1:9/simple/"

    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "app", options=assigning(url, "secret"))

    error = caught.value.diagnostics[0]
    assert error.code == code
    assert "127.0.0.1" in error.message
    assert "open-wrong" not in f"{error}"


@both
def test_an_assigned_index_without_metadata_serves_too(
    resolver: str, private: IndexServer, asker: Asker
) -> None:
    """An index of HTML pages, whose wheels have to be read themselves, gives the same."""
    private.html_only, private.tells_metadata = True, False
    options = assigning(private.url_with("someone", "sesame"), "secret")

    resolution = asker.ask(resolver, NEW_INTEL, "app", options=options)

    assert versions(resolution) == {"app": "1.0", "other": "1.0", "secret": "1.0"}
