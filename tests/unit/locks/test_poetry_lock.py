"""A poetry.lock answers what ships, as Poetry would install it on the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.model import BuiltFrom, LockedWheel
from lpack.requirements.locks.poetry_lock import read_poetry_lock
from lpack.requirements.locks.poetry_versions import allows
from tests.foreign_locks import read, sha256, shipped, toml_package, wheel_name

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import Locked

COMMIT = "5690f3bad1b44085f4a3124ea672e7abc7327863"


def poetry(folder: Path, text: str, *roots: str, **options: object) -> Locked:
    return read(read_poetry_lock, folder, text, roots, **options)  # type: ignore[arg-type]


def needs(**dependencies: str) -> str:
    rows = "\n".join(f"{name} = {value}" for name, value in dependencies.items())
    return f"[package.dependencies]\n{rows}\n"


def test_what_the_roots_need_ships_and_nothing_else(tmp_path: Path) -> None:
    """Groups and optional packages are in the lock, and stay there; digests have no addresses."""
    text = (
        toml_package(
            "Requests", "2.0", needs(idna='">=2"', colour="{markers = \"os_name == 'nt'\"}")
        )
        + toml_package("idna", "3.0")
        + toml_package("pytest", more='groups = ["dev"]')
    )

    locked = poetry(tmp_path, text, "requests")

    assert shipped(locked) == ["idna 3.0", "requests 2.0"]
    assert locked.packages is not None
    wheel = LockedWheel(wheel_name("idna", "3.0"), "", sha256("idna3.0"), None)
    assert locked.packages[0].wheels == (wheel,)
    assert locked.pins.hashes["idna"] == (f"sha256:{sha256('idna3.0')}",)


EXTRAS = (
    toml_package(
        "client",
        more=needs(
            h2="{optional = true, markers = \"extra == 'http2' or extra == 'all'\"}",
            old="{version = '*', optional = true}",
        )
        + '[package.extras]\nhttp2 = ["h2 (>=3)"]\nlegacy = ["Old (>=1)"]\n'
        'most = ["client[http2,legacy]"]\n',
    )
    + toml_package("h2")
    + toml_package("old")
    + toml_package("user", more=needs(client='{version = "*", extras = ["http2"]}'))
)


@pytest.mark.parametrize(
    ("root", "brought"),
    [
        ("client", []),
        ("client[http2]", ["h2"]),
        ("client[Legacy]", ["old"]),
        ("client[most]", ["h2", "old"]),
        ("user", ["h2"]),
    ],
)
def test_an_extra_brings_what_it_adds(tmp_path: Path, root: str, brought: list[str]) -> None:
    """By marker, by the table of extras as older versions have it, and through another extra."""
    locked = poetry(tmp_path, EXTRAS, root)

    names = [line.split()[0] for line in shipped(locked)]
    assert [name for name in names if name in ("h2", "old")] == brought


def test_versions_for_other_targets_stay(tmp_path: Path) -> None:
    """Poetry 2 says with a marker, for each group, where a version is wanted."""
    text = toml_package(
        "numpy", "1.0", 'groups = ["main", "dev"]\nmarkers = {main = "python_version < \'3.11\'"}'
    ) + toml_package("numpy", "2.0", 'groups = ["main"]\nmarkers = "python_version >= \'3.11\'"')

    assert shipped(poetry(tmp_path, text, "numpy")) == ["numpy 2.0"]
    assert shipped(poetry(tmp_path, text, "numpy", runtime="python3.10")) == ["numpy 1.0"]


def test_an_extra_of_the_project_itself(tmp_path: Path) -> None:
    """Poetry 2 writes it as a marker of the package."""
    text = toml_package("a", more="markers = \"extra == 'more'\"")

    assert shipped(poetry(tmp_path, text, "a", extras=("More",))) == ["a 1.0"]


TWO = (
    toml_package("newer", more=needs(urllib3='">=1.21,<3"'))
    + toml_package(
        "older",
        more="[package.dependencies]\nurllib3 = [\n"
        '  {version = ">=1.25,<1.27", markers = "python_version < \'3.10\'"},\n'
        '  {version = ">=1.25,<2.2.0 || >2.2.0,<3", markers = "python_version >= \'3.10\'"},\n]\n',
    )
    + toml_package("urllib3", "1.26", 'python-versions = ">=3.6"\n')
    + toml_package("urllib3", "2.2.3", 'python-versions = ">=3.8"\n')
)


@pytest.mark.parametrize(("runtime", "version"), [("python3.9", "1.26"), ("python3.13", "2.2.3")])
@pytest.mark.parametrize("roots", [("newer", "older"), ("older", "newer")])
def test_one_version_suits_all_that_need_it(
    tmp_path: Path, runtime: str, version: str, roots: tuple[str, str]
) -> None:
    """Poetry 1 does not say which of two versions is for whom; only one of them suits all."""
    locked = poetry(tmp_path, TWO, *roots, runtime=runtime)

    assert shipped(locked)[-1] == f"urllib3 {version}"


def test_a_version_that_needs_another_python_is_not_for_this_one(tmp_path: Path) -> None:
    """Its own range of Pythons tells it."""
    text = toml_package("a", "1.0", 'python-versions = "<3.10"\n') + toml_package(
        "a", "2.0", 'python-versions = ">=3.10"\n'
    )

    assert shipped(poetry(tmp_path, text, "a")) == ["a 2.0"]


def test_files_of_older_locks(tmp_path: Path) -> None:
    """Before 1.3 all files stood at the end."""
    text = (
        '[[package]]\nname = "a"\nversion = "1.0"\n[metadata.files]\n'
        f'A = [{{ file = "{wheel_name("a")}", hash = "sha256:{sha256("a1.0")}" }}]\n'
    )

    assert shipped(poetry(tmp_path, text, "a")) == ["a 1.0"]


@pytest.mark.parametrize(
    ("source", "file", "expected"),
    [
        (
            "\n".join(
                [
                    'type = "git"',
                    'url = "git@example.org:me/x.git"',
                    'reference = "main"',
                    f'resolved_reference = "{COMMIT}"',
                    'subdirectory = "sub"',
                ]
            ),
            "",
            BuiltFrom("git", "ssh://git@example.org/me/x.git", COMMIT, subdirectory="sub"),
        ),
        ('type = "directory"\nurl = "lib"', "", BuiltFrom("folder", "FOLDER/lib")),
        (
            'type = "file"\nurl = "x-1.0.tar.gz"',
            "x-1.0.tar.gz",
            BuiltFrom("sdist", "FOLDER/x-1.0.tar.gz", sha256("x")),
        ),
        (
            'type = "url"\nurl = "https://example.org/x-1.0.tar.gz"',
            "x-1.0.tar.gz",
            BuiltFrom("sdist", "https://example.org/x-1.0.tar.gz", sha256("x")),
        ),
        ("", "x-1.0.tar.gz", BuiltFrom("sdist", "", sha256("x"))),
    ],
)
def test_sources_without_a_wheel(
    tmp_path: Path, source: str, file: str, expected: BuiltFrom
) -> None:
    """Each says what it is built from."""
    files = f'{{ file = "{file}", hash = "sha256:{sha256("x")}" }}' if file else ""
    table = f"[package.source]\n{source}\n" if source else ""
    text = f'[[package]]\nname = "x"\nversion = "1.0"\nfiles = [{files}]\n{table}'

    (package,) = poetry(tmp_path, text, "x").packages or ()

    found = package.source
    assert found is not None
    assert found.location.replace(tmp_path.as_uri(), "FOLDER") == expected.location
    assert (found.kind, found.digest) == (expected.kind, expected.digest)
    assert (found.subdirectory, package.wheels) == (expected.subdirectory, ())


def test_an_index_of_its_own(tmp_path: Path) -> None:
    """The lock names the index that a package is from, and only that one has to be asked."""
    source = '[package.source]\ntype = "legacy"\nurl = "https://me:pw@private.example/simple"\n'
    text = toml_package("a", more=source) + toml_package("b")

    locked = poetry(tmp_path, text, "a", "b")

    assert locked.index.assigned == (("a", "https://private.example/simple"),)
    assert locked.pins.unpublished == frozenset()


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (toml_package("a"), "unknown"),
        (toml_package("a"), "a>=2"),
        (toml_package("a", more=needs(gone='"*"')), "a"),
        (toml_package("a", "1.0") + toml_package("a", "2.0"), "a"),
        (toml_package("a"), "a @ git+https://example.org/a.git"),
    ],
)
def test_what_the_lock_does_not_know_is_left_to_a_resolver(
    tmp_path: Path, text: str, root: str
) -> None:
    """What is missing, or not decided, is named."""
    locked = poetry(tmp_path, text, root)

    assert locked.packages is None
    assert locked.missing


@pytest.mark.parametrize("wanted", ["^3.14", ">=3.8,<3.13", "~3.12 || ~3.14"])
def test_a_lock_for_another_python_says_so(tmp_path: Path, wanted: str) -> None:
    """The lock may lack what this Python needs."""
    text = toml_package("a") + f'[metadata]\npython-versions = "{wanted}"\n'

    with pytest.raises(LpackError) as caught:
        poetry(tmp_path, text, "a")

    told = f"`some.lock` is for Python {wanted}, and the runtime is python3.13"
    assert (caught.value.code, str(caught.value)) == ("LP111", told)


@pytest.mark.parametrize(
    ("constraint", "version", "expected"),
    [
        ("*", "1.0", True),
        ("", "1.0", True),
        ("^1.2.3", "1.9", True),
        ("^1.2.3", "2.0", False),
        ("^0.2.3", "0.2.9", True),
        ("^0.2.3", "0.3.0", False),
        ("^0.0.3", "0.0.4", False),
        ("^0", "0.9", True),
        ("~1.2.3", "1.2.9", True),
        ("~1.2.3", "1.3.0", False),
        ("~1", "1.9", True),
        ("~=1.2", "1.9", True),
        ("1.2.*", "1.2.9", True),
        ("1.2", "1.2.0", True),
        ("=1.2", "1.2", True),
        ("==1.2.*", "1.3", False),
        (">=1.0,<2.0", "1.5", True),
        (">=1.0 <2.0", "2.5", False),
        (">=1,<1.5 || >1.5,<2", "1.5", False),
        (">=1,<1.5 || >1.5,<2", "1.6", True),
        ("<1 | >2", "3", True),
        ("!=1.5", "1.5", False),
        (">=2.0b1", "2.0b2", True),
    ],
)
def test_constraints_mean_what_poetry_says(
    constraint: str, version: str, *, expected: bool
) -> None:
    """Caret, tilde, wildcards, alternatives, and what PEP 440 has."""
    assert allows(constraint, version) is expected


@pytest.mark.parametrize("constraint", ["^", "^x", "~", "one", "=>1", "1" * 20_000])
def test_what_is_no_constraint(constraint: str) -> None:
    """It is never taken for one that allows everything."""
    with pytest.raises(ValueError, match="."):
        allows(constraint, "1.0")


PLAIN = toml_package("a", more=needs(b='{version = ">=1"}')) + toml_package("b")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "a"', "name = 3"),
        ('version = "1.0"', "version = 1"),
        ("files = [", "files = 3 #["),
        ('{version = ">=1"}', "3"),
        ('{version = ">=1"}', "{markers = 3}"),
        ('{version = ">=1"}', '{markers = "(("}'),
        ('{version = ">=1"}', "{extras = 3}"),
        ("[package.dependencies]\n", "[package.source]\ntype = 3\n[package.dependencies]\n"),
        ("[package.dependencies]\n", 'source = "git"\n[package.dependencies]\n'),
        (
            "[package.dependencies]\n",
            '[package.source]\ntype = "git"\nurl = "--upload-pack=x"\n[package.dependencies]\n',
        ),
        ("[package.dependencies]\n", "[package.extras]\n[[package.dependencies]]\n"),
        (".whl", "/../x.whl"),
        ('name = "b"', '\nname = "b"\nmarkers = 3'),
        ("[[package]]", "metadata = 3\n[[package]]"),
        ("[[package]]", 'metadata = { python-versions = "new" }\n[[package]]'),
    ],
)
def test_a_lock_that_somebody_has_edited(tmp_path: Path, before: str, after: str) -> None:
    """It is refused as a whole, with the name of the file and a code, or left to a resolver."""
    assert before in PLAIN

    with pytest.raises(LpackError) as caught:
        poetry(tmp_path, PLAIN.replace(before, after, 1), "a")

    assert caught.value.code in ("LP110", "LP112")
    assert "some.lock" in str(caught.value)
