"""What both resolvers say of requirements that cannot be met: who asked, and what would fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import Where
from tests.index_server import IndexServer, write_wheel
from tests.resolving import AMAZON_LINUX_2, NEW_INTEL, Asker, both, target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.model import Diagnostic


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve an index whose projects require each other."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "app", "1.2", requires=["library[fast]>=2"])
    write_wheel(folder, "library", "2.0", requires=['native>=2; extra == "fast"'], extras=["fast"])
    write_wheel(folder, "library", "1.0")
    write_wheel(folder, "native", "1.0")
    write_wheel(folder, "native", "2.0", tag="cp312-cp312-manylinux_2_28_x86_64")
    (folder / "native-2.0.tar.gz").write_bytes(b"")
    with IndexServer(folder) as server:
        yield server


@pytest.fixture
def asker(tmp_path: Path, index: IndexServer) -> Asker:
    """Ask that index."""
    return Asker(tmp_path, index.url)


def plain(error: BuildError) -> Diagnostic:
    """Give what is said; uv does not tell every version of who asks."""
    return error.diagnostics[0]


@both
def test_a_wheel_that_others_need_is_explained_by_the_chain(resolver: str, asker: Asker) -> None:
    """The chain, what was tried and everything that would fit, a line each."""
    error = plain(asker.fail(resolver, NEW_INTEL, "app"))

    lines = error.message.splitlines()
    assert (error.code, error.where) == ("LP107", Where("requirements.txt", 1))
    assert lines[0] == (
        "no wheel of `native==2.0` fits python3.13 x86_64 (Amazon Linux 2023, glibc 2.34)"
    )
    assert lines[1].startswith("  asked for: you require app → app ")
    assert lines[1].endswith(" needs native>=2")
    assert lines[3:6] == [
        "  wheels of 2.0: native-2.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        "  would fit: the runtime `python3.12`",
        (
            "  would fit: a build of its source, if that compiles nothing: "
            '`build-from-source = ["native"]`'
        ),
    ]
    assert lines[6].startswith("  would fit: `native==1.0`, which `library[fast]")
    assert error.hint == "choose the runtime `python3.12`"


@both
def test_a_requirement_of_ones_own_is_told_without_a_chain(resolver: str, asker: Asker) -> None:
    """The place says who asks, and the first way out is another version."""
    error = plain(asker.fail(resolver, NEW_INTEL, "native==2.0"))

    assert error.where == Where("requirements.txt", 1)
    assert "asked for" not in error.message
    assert error.hint == "ask for `native==1.0`"


@both
@pytest.mark.parametrize(
    ("tag", "runtime", "expected"),
    [
        ("cp312-cp312-manylinux_2_17_x86_64", "python3.14", "python3.12"),
        ("cp312-cp312-manylinux_2_17_x86_64", "python3.11", "python3.12"),
        ("cp310-cp310-manylinux_2_17_x86_64", "python3.14", None),
    ],
    ids=["older", "newer", "deprecated"],
)
def test_the_nearest_runtime_in_either_direction_is_proposed(  # noqa: PLR0913 - three of the case
    resolver: str, tag: str, runtime: str, expected: str | None, index: IndexServer, asker: Asker
) -> None:
    """A runtime that is deprecated is never proposed."""
    write_wheel(index.folder, "only", "1.0", tag=tag)

    error = plain(asker.fail(resolver, target(runtime, "x86_64"), "only"))

    proposed = [line for line in error.message.splitlines() if "runtime" in line]
    assert proposed == ([f"  would fit: the runtime `{expected}`"] if expected else [])


@both
def test_a_python_that_is_too_old_is_told_without_tags(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """Where only Requires-Python is in the way, tags would distract."""
    write_wheel(index.folder, "modern", "1.0", requires_python=">=3.12")

    error = plain(asker.fail(resolver, AMAZON_LINUX_2, "modern"))

    assert error.message.splitlines()[1:] == [
        "  it requires Python >=3.12",
        "  would fit: the runtime `python3.12`",
    ]


@both
def test_a_source_distribution_is_allowed_by_name(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """The hint is the line to write, and an older version with a wheel is named."""
    write_wheel(index.folder, "user", "1.0", requires=["source>=3"])
    write_wheel(index.folder, "source", "2.0")
    (index.folder / "source-3.0.tar.gz").write_bytes(b"")

    error = plain(asker.fail(resolver, NEW_INTEL, "user"))

    assert error.code == "LP115"
    assert error.message.startswith("`source==3.0` has no wheel, only a source distribution\n")
    assert error.message.endswith("\n  would fit: `source==2.0`, which has a wheel")
    assert error.hint == 'allow it to be built here: `build-from-source = ["source"]`'


@both
def test_unknown_names_and_versions_have_a_chain(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """What another distribution gets wrong is not blamed on the user's own line alone."""
    write_wheel(index.folder, "haunted", "1.0", requires=["ghost"])
    write_wheel(index.folder, "eager", "1.0", requires=["native>9"])

    ghost = plain(asker.fail(resolver, NEW_INTEL, "haunted"))
    eager = plain(asker.fail(resolver, NEW_INTEL, "eager"))

    assert (ghost.code, eager.code) == ("LP106", "LP106")
    assert ghost.message.startswith("no index has a project named `ghost`\n  asked for: you req")
    assert eager.message.startswith("no version of `native` is `>9`: the newest is 2.0\n  asked ")
    assert eager.hint == "ask for another version of `eager`"


@both
def test_a_constraint_that_clashes_is_named_with_its_place(resolver: str, asker: Asker) -> None:
    """Both sides are told: the chain that wants it, and the constraint that refuses."""
    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "app", constraints=("library<2",))

    first, wanted, refused = str(caught.value).splitlines()
    assert caught.value.code == "LP106"
    assert first == "the requirements have no solution for python3.13 x86_64"
    assert wanted.startswith("  you require app → app ")
    assert " needs library" in wanted
    assert refused == "  constraints.txt:1 allows only library<2"


@both
def test_a_constraint_on_ones_own_requirement_is_named(resolver: str, asker: Asker) -> None:
    """The two lines that clash are both shown as they stand in the files."""
    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "native>=2", constraints=("native<2",))

    assert str(caught.value).splitlines()[1:] == [
        "  you require native>=2",
        "  constraints.txt:1 allows only native<2",
    ]


@both
def test_an_index_that_is_away_is_named_with_the_reason(resolver: str, asker: Asker) -> None:
    """Host and reason are told in a few words, without a trace of the library."""
    asker.environ["PIP_INDEX_URL"] = "http://me:secret@127.0.0.1:9/simple"

    error = plain(asker.fail(resolver, NEW_INTEL, "app"))

    assert error.code == "LP113"
    assert error.message.startswith("the package index `http://127.0.0.1:9/simple/app/` cannot be")
    assert "Connection refused" in error.message
    assert len(error.message) < 160
    assert "secret" not in f"{error}"
