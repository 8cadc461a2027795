"""A pdm.lock answers what ships, as pdm would install it on the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.model import BuiltFrom
from lpack.requirements.locks.pdm_lock import read_pdm_lock
from tests.foreign_locks import read, sha256, shipped, toml_package, wheel_name

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import Locked

HASH = f"sha256:{sha256('x')}"
COMMIT = "5690f3bad1b44085f4a3124ea672e7abc7327863"


def pdm(folder: Path, text: str, *roots: str, **options: object) -> Locked:
    return read(read_pdm_lock, folder, text, roots, **options)  # type: ignore[arg-type]


def needs(*lines: str) -> str:
    return f"dependencies = {list(lines)!r}\n"


def test_what_the_roots_need_ships_and_nothing_else(tmp_path: Path) -> None:
    """Packages of other groups are in the lock, and stay there."""
    text = (
        toml_package("Requests", "2.0", needs("idna>=2", "colour; os_name == 'nt'"))
        + toml_package("idna", "3.0", "marker = \"python_version >= '3.9'\"\n")
        + toml_package("pytest", more='groups = ["dev"]\n')
    )

    locked = pdm(tmp_path, text, "requests")

    assert shipped(locked) == ["idna 3.0", "requests 2.0"]
    assert locked.pins.hashes["idna"] == (f"sha256:{sha256('idna3.0')}",)


EXTRAS = (
    toml_package("client", more=needs("base"))
    + toml_package("client", more='extras = ["http2"]\n' + needs("client==1.0", "h2"))
    + toml_package("client", more='extras = ["http2", "socks"]\n' + needs("h2", "socksio"))
    + toml_package("base")
    + toml_package("h2")
    + toml_package("socksio")
    + toml_package("user", more=needs("client[http2]"))
)


@pytest.mark.parametrize(
    ("root", "brought"),
    [
        ("client", []),
        ("client[HTTP2]", ["h2"]),
        ("client[http2,socks]", ["h2", "socksio"]),
        ("user", ["h2"]),
    ],
)
def test_an_extra_brings_what_it_adds(tmp_path: Path, root: str, brought: list[str]) -> None:
    """A package with extras is locked as one more package."""
    names = [line.split()[0] for line in shipped(pdm(tmp_path, EXTRAS, root))]

    assert "base" in names
    assert [name for name in names if name in ("h2", "socksio")] == brought


def test_the_version_of_the_target_ships(tmp_path: Path) -> None:
    """Versions are told apart by marker, by the Python that they need, and by who needs them."""
    text = (
        toml_package("a", "1.0", "marker = \"python_version < '3.11'\"\n")
        + toml_package("a", "2.0", "marker = \"python_version >= '3.11'\"\n")
        + toml_package("b", "1.0", 'requires_python = "<3.10"\n')
        + toml_package("b", "2.0", 'requires_python = ">=3.10"\n')
        + toml_package("c", "1.0")
        + toml_package("c", "2.0")
        + toml_package("d", "1.0", needs("c<2", "a", "b"))
    )

    assert shipped(pdm(tmp_path, text, "d", "c>=1")) == ["a 2.0", "b 2.0", "c 1.0", "d 1.0"]


def test_addresses_that_the_lock_states(tmp_path: Path) -> None:
    """With `static_urls` no index has to be asked for them."""
    url = f"https://example.org/{wheel_name('a')}"
    text = (
        '[[package]]\nname = "a"\nversion = "1.0"\n'
        f'files = [{{ url = "{url}", hash = "sha256:{sha256("a")}" }}]\n'
    )

    (package,) = pdm(tmp_path, text, "a").packages or ()

    assert [(one.filename, one.location) for one in package.wheels] == [(wheel_name("a"), url)]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            f'git = "https://example.org/x.git"\nref = "main"\nrevision = "{COMMIT}"',
            BuiltFrom("git", "https://example.org/x.git", COMMIT),
        ),
        ('path = "./lib"\neditable = true', BuiltFrom("folder", "FOLDER/lib")),
        (
            f'url = "https://example.org/x-1.0.tar.gz"\nfiles = [{{ hash = "{HASH}" }}]',
            BuiltFrom("sdist", "https://example.org/x-1.0.tar.gz", sha256("x")),
        ),
    ],
)
def test_sources_without_a_wheel(tmp_path: Path, stated: str, expected: BuiltFrom) -> None:
    """Each says what it is built from, and is nothing that an index could stand in for."""
    locked = pdm(tmp_path, f'[[package]]\nname = "x"\nversion = "1.0"\n{stated}\n', "x")

    (package,) = locked.packages or ()
    found = package.source
    assert found is not None
    assert found.location.replace(tmp_path.as_uri(), "FOLDER") == expected.location
    assert (found.kind, found.digest, package.wheels) == (expected.kind, expected.digest, ())
    assert locked.pins.unpublished == {"x"}


def test_the_project_itself_comes_otherwise(tmp_path: Path) -> None:
    """It is locked where an extra of it is named in a group."""
    text = f'[[package]]\nname = "app"\nversion = "0.0.0"\npath = "."\n{needs("a")}' + toml_package(
        "a"
    )

    assert shipped(pdm(tmp_path, text, "app")) == ["a 1.0"]


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (toml_package("a"), "unknown"),
        (toml_package("a"), "a>=2"),
        (toml_package("a"), "a[more]"),
        (toml_package("a", more=needs("gone")), "a"),
    ],
)
def test_what_the_lock_does_not_know_is_left_to_a_resolver(
    tmp_path: Path, text: str, root: str
) -> None:
    """What is missing is named."""
    locked = pdm(tmp_path, text, root)

    assert locked.packages is None
    assert locked.missing


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (['requires_python = ">=3.14"'], "is for Python >=3.14, and the runtime is python3.13"),
        (['platform = "windows"'], "is for other machines than python3.13 x86_64"),
        (
            ['requires_python = ">=3.9"\nplatform = "manylinux_2_17_aarch64"'],
            "is for other machines than python3.13 x86_64",
        ),
    ],
)
def test_a_lock_for_another_target_says_so(tmp_path: Path, targets: list[str], told: str) -> None:
    """What it was locked for is noted in it."""
    heads = "".join(f"[[metadata.targets]]\n{one}\n" for one in targets)

    with pytest.raises(LpackError) as caught:
        pdm(tmp_path, heads + toml_package("a"), "a")

    assert (caught.value.code, str(caught.value)) == ("LP111", f"`some.lock` {told}")


def test_one_of_several_targets_is_enough(tmp_path: Path) -> None:
    """A lock may have been made for Windows as well."""
    heads = "".join(
        f'[[metadata.targets]]\nrequires_python = "==3.13.*"\nplatform = "{one}"\n'
        for one in ("windows", "manylinux_2_28_x86_64")
    )

    assert shipped(pdm(tmp_path, heads + toml_package("a"), "a")) == ["a 1.0"]


PLAIN = toml_package("a", more=needs("b>=1")) + toml_package("b")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "a"', "name = 3"),
        ("['b>=1']", "3"),
        ("['b>=1']", "['b>=']"),
        ("['b>=1']", "['b; no marker']"),
        ("['b>=1']", "[]\nmarker = '(('"),
        ("['b>=1']", "[]\nextras = 3"),
        ("['b>=1']", "[]\nhg = 'https://example.org'"),
        ("['b>=1']", "[]\ngit = 'https://example.org'"),
        ("['b>=1']", "[]\npath = 3"),
        ("[[package]]", "metadata = { targets = [{ requires_python = 'new' }] }\n[[package]]"),
        ("[[package]]", "metadata = { targets = 3 }\n[[package]]"),
    ],
)
def test_a_lock_that_somebody_has_edited(tmp_path: Path, before: str, after: str) -> None:
    """It is refused as a whole, with the name of the file and a code."""
    assert before in PLAIN

    with pytest.raises(LpackError) as caught:
        pdm(tmp_path, PLAIN.replace(before, after, 1), "a")

    assert caught.value.code == "LP110"
    assert "some.lock" in str(caught.value)
