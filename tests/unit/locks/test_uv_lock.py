"""A uv.lock answers what ships, as `uv sync` would install it on the target."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.model import BuiltFrom, LockedWheel
from lpack.requirements.locks.uv_lock import read_uv_lock
from tests.foreign_locks import read, sha256, shipped, uv_lock, uv_package, wheel_name

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.requirements.locks.base import Locked

APP = '{ virtual = "." }'


def uv(folder: Path, text: str, *roots: str, **options: object) -> Locked:
    return read(read_uv_lock, folder, text, roots, **options)  # type: ignore[arg-type]


def test_what_the_roots_need_ships_and_nothing_else(tmp_path: Path) -> None:
    """Packages that only a development group needs are in the lock, and stay there."""
    groups = '[package.dev-dependencies]\ndev = [{ name = "pytest" }]'
    text = uv_lock(
        uv_package("app", "0.1", "a", source=APP, more=groups),
        uv_package("a", "1.0", "b"),
        uv_package("b", "1.0", "a"),
        uv_package("pytest"),
    )

    assert shipped(uv(tmp_path, text, "A>=1")) == ["a 1.0", "b 1.0"]
    assert shipped(uv(tmp_path, text, "a", "pytest", groups=("dev",))) == [
        "a 1.0",
        "b 1.0",
        "pytest 1.0",
    ]


def test_a_wheel_is_taken_with_address_digest_and_size(tmp_path: Path) -> None:
    """No index has to be asked for anything."""
    url = f"https://user:secret@example.org/{wheel_name('a')}#egg=a"
    wheel = f'wheels = [{{ url = "{url}", hash = "sha256:{sha256("a")}", size = 7 }}]'
    sdist = f'sdist = {{ url = "https://example.org/a.tar.gz", hash = "sha256:{sha256("s")}" }}'
    text = uv_lock(
        f'[[package]]\nname = "a"\nversion = "1.0"\nsource = {{ registry = "x" }}\n{wheel}\n{sdist}'
    )

    (package,) = uv(tmp_path, text, "a").packages or ()

    location = f"https://example.org/{wheel_name('a')}"
    assert package.wheels == (LockedWheel(wheel_name("a"), location, sha256("a"), 7),)
    assert package.source == BuiltFrom("sdist", "https://example.org/a.tar.gz", sha256("s"))


FORKS = uv_lock(
    uv_package(
        "app",
        "0.1",
        'name = "numpy", version = "1.0", marker = "python_full_version < \'3.11\'"',
        'name = "numpy", version = "2.0", marker = "python_full_version >= \'3.11\'"',
        source=APP,
    ),
    uv_package("numpy", "1.0", more="resolution-markers = [\"python_full_version < '3.11'\"]"),
    uv_package("numpy", "2.0", more="resolution-markers = [\"python_full_version >= '3.11'\"]"),
)


@pytest.mark.parametrize(("runtime", "version"), [("python3.10", "1.0"), ("python3.13", "2.0")])
@pytest.mark.parametrize("root", ["numpy", "numpy>=1"])
def test_the_fork_of_the_target_ships(
    tmp_path: Path, runtime: str, version: str, root: str
) -> None:
    """Of several versions, the one whose markers hold counts."""
    assert shipped(uv(tmp_path, FORKS, root, runtime=runtime)) == [f"numpy {version}"]


def test_a_fork_is_found_also_for_what_the_project_did_not_declare(tmp_path: Path) -> None:
    """The configuration may ask for a package that is in the lock for another's sake."""
    text = FORKS.replace('name = "app"', 'name = "other"').replace('"."', '"elsewhere"')

    assert shipped(uv(tmp_path, text, "numpy")) == ["numpy 2.0"]


def test_markers_of_roots_and_edges_are_those_of_the_target(tmp_path: Path) -> None:
    """The architecture is the target's, whatever machine lpack runs on."""
    text = uv_lock(
        uv_package("a", "1.0", 'name = "arm", marker = "platform_machine == \'aarch64\'"'),
        uv_package("arm"),
        uv_package("windows"),
    )
    roots = ("a", "windows; sys_platform == 'win32'")

    assert shipped(uv(tmp_path, text, *roots)) == ["a 1.0"]
    assert shipped(uv(tmp_path, text, *roots, architecture="arm64")) == ["a 1.0", "arm 1.0"]


def test_an_extra_brings_what_it_adds(tmp_path: Path) -> None:
    """Extras of roots and of dependencies, each with its own list."""
    extras = '[package.optional-dependencies]\nhttp_two = [{ name = "h2" }]'
    text = uv_lock(
        uv_package("client", more=extras.replace("http_two", "http-two")),
        uv_package("user", "1.0", 'name = "client", extra = ["http-two"]'),
        uv_package("h2"),
    )

    assert shipped(uv(tmp_path, text, "client")) == ["client 1.0"]
    assert shipped(uv(tmp_path, text, "client[HTTP_two]")) == ["client 1.0", "h2 1.0"]
    assert shipped(uv(tmp_path, text, "user")) == ["client 1.0", "h2 1.0", "user 1.0"]


CONFLICT = uv_lock(
    uv_package(
        "app",
        "0.1",
        'name = "lib"',
        source=APP,
        more="[package.optional-dependencies]\n"
        'cpu = [{ name = "torch", version = "1.0" }]\n'
        'gpu = [{ name = "torch", version = "2.0" }]',
    ),
    uv_package(
        "lib",
        "1.0",
        'name = "torch", version = "1.0", marker = "extra == \'extra-3-app-cpu\' '
        "or (os_name == 'nt' and extra != 'extra-3-app-gpu')\"",
        'name = "torch", version = "2.0", marker = "extra != \'extra-3-app-cpu\'"',
    ),
    uv_package("torch", "1.0"),
    uv_package("torch", "2.0"),
    head='conflicts = [[{ package = "app", extra = "cpu" }, { package = "app", extra = "gpu" }]]',
)


@pytest.mark.parametrize(("extra", "version"), [("cpu", "1.0"), ("gpu", "2.0")])
def test_extras_that_exclude_each_other(tmp_path: Path, extra: str, version: str) -> None:
    """Both are locked, and markers say which of them a choice means."""
    locked = uv(tmp_path, CONFLICT, "lib", "torch", extras=(extra,))

    assert shipped(locked) == ["lib 1.0", f"torch {version}"]


def test_an_extra_that_a_dependency_wants_decides_a_conflict(tmp_path: Path) -> None:
    """It is found in a first walk, though the packages that it decides come earlier."""
    text = CONFLICT + uv_package("wants", "1.0", 'name = "app", extra = ["cpu"]')

    assert shipped(uv(tmp_path, text, "lib", "wants")) == ["lib 1.0", "torch 1.0", "wants 1.0"]


def test_two_versions_at_once_are_an_error(tmp_path: Path) -> None:
    """Extras that exclude each other cannot both ship."""
    with pytest.raises(LpackError, match="`torch` is wanted as [12].0 and as [12].0") as caught:
        uv(tmp_path, CONFLICT, "torch", extras=("cpu", "gpu"))

    assert caught.value.code == "LP110"


def test_local_projects_come_as_folders(tmp_path: Path) -> None:
    """A member ships, a virtual one only brings what it needs, the project comes otherwise."""
    text = uv_lock(
        uv_package("app", "0.1", "member", "virtual", source='{ editable = "." }'),
        '[[package]]\nname = "member"\nsource = { editable = "packages/member" }\n'
        'dependencies = [{ name = "app" }]\n',
        uv_package("virtual", "1.0", "a", source='{ virtual = "virtual" }'),
        uv_package("a"),
    )

    locked = uv(tmp_path, text, f"member @ {(tmp_path / 'packages/member').as_uri()}", "virtual")

    assert shipped(locked) == ["a 1.0", "member"]
    assert locked.packages is not None
    folder = (tmp_path / "packages/member").as_uri()
    assert locked.packages[1].source == BuiltFrom("folder", folder)
    assert locked.pins.unpublished == {"member"}


def test_a_member_of_a_workspace_is_the_root_of_its_own_functions(tmp_path: Path) -> None:
    """The lock lies above it; what it declares counts, and it does not ship by itself."""
    text = uv_lock(
        uv_package("top", "0.1", "b", source=APP),
        uv_package("api", "0.1", "a", "top", source='{ editable = "packages/api" }'),
        uv_package("a"),
        uv_package("b"),
    )

    locked = uv(tmp_path, text, "a", "top", member=tmp_path / "packages/api")

    assert shipped(locked) == ["a 1.0", "b 1.0"]


def test_what_the_lock_says_of_its_project_when_that_is_dynamic(tmp_path: Path) -> None:
    """The build backend has been asked already, by uv."""
    extras = '[package.optional-dependencies]\nmore = [{ name = "b" }]'
    text = uv_lock(
        uv_package("app", "0.1", "a", source=APP, more=extras), uv_package("a"), uv_package("b")
    )

    locked = read(read_uv_lock, tmp_path, text, None, extras=("more",))

    assert shipped(locked) == ["a 1.0", "b 1.0"]


def test_files_of_this_machine_are_measured_where_uv_does_not(tmp_path: Path) -> None:
    """The files of a local index have no digests in the lock."""
    (tmp_path / "house").mkdir()
    wheel = tmp_path / "house" / wheel_name("a")
    wheel.write_bytes(b"wheel")
    text = uv_lock(
        '[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "house" }\n'
        f'wheels = [{{ path = "{wheel.name}" }}]\n'
    )

    locked = uv(tmp_path, text, "a")

    digest = hashlib.sha256(b"wheel").hexdigest()
    assert locked.packages is not None
    assert locked.packages[0].wheels == (LockedWheel(wheel.name, wheel.as_uri(), digest, 5),)
    assert locked.pins.hashes == {"a": (f"sha256:{digest}",)}
    wheel.unlink()
    with pytest.raises(LpackError, match=f"`{wheel.name}` cannot be read") as caught:
        uv(tmp_path, text, "a")
    assert caught.value.code == "LP201"


COMMIT = "5690f3bad1b44085f4a3124ea672e7abc7327863"
HASH = f"sha256:{sha256('x')}"


@pytest.mark.parametrize(
    ("source", "files", "expected"),
    [
        (
            f'git = "https://me:token@example.org/x.git?subdirectory=sub&rev=main#{COMMIT}"',
            "",
            BuiltFrom("git", "https://example.org/x.git", COMMIT, subdirectory="sub"),
        ),
        (
            f'git = "ssh://git@example.org/x.git?tag=v1#{COMMIT}"',
            "",
            BuiltFrom("git", "ssh://git@example.org/x.git", COMMIT),
        ),
        (
            'url = "https://example.org/x-1.0.tar.gz", subdirectory = "sub"',
            f'sdist = {{ hash = "{HASH}" }}',
            BuiltFrom("sdist", "https://example.org/x-1.0.tar.gz", sha256("x"), subdirectory="sub"),
        ),
        ('directory = "lib"', "", BuiltFrom("folder", "FOLDER/lib")),
        (
            'path = "x-1.0.tar.gz"',
            f'sdist = {{ hash = "{HASH}", size = 3 }}',
            BuiltFrom("sdist", "FOLDER/x-1.0.tar.gz", sha256("x"), 3),
        ),
        (
            'registry = "https://pypi.org/simple"',
            f'sdist = {{ url = "https://example.org/x-1.0.tar.gz", hash = "{HASH}", size = 9 }}',
            BuiltFrom("sdist", "https://example.org/x-1.0.tar.gz", sha256("x"), 9),
        ),
    ],
)
def test_sources_without_a_wheel(
    tmp_path: Path, source: str, files: str, expected: BuiltFrom
) -> None:
    """Each says what it is built from, without credentials."""
    text = uv_lock(f'[[package]]\nname = "x"\nversion = "1.0"\nsource = {{ {source} }}\n{files}\n')

    (package,) = uv(tmp_path, text, "x").packages or ()

    assert package.wheels == ()
    assert package.source is not None
    location = package.source.location.replace(tmp_path.as_uri(), "FOLDER")
    assert (location, package.source.digest) == (expected.location, expected.digest)
    assert (package.source.kind, package.source.size) == (expected.kind, expected.size)
    assert package.source.subdirectory == expected.subdirectory


@pytest.mark.parametrize(
    ("source", "stated"),
    [
        ('url = "https://example.org/NAME"', 'url = "https://example.org/NAME"'),
        ('path = "folder/NAME"', 'filename = "NAME"'),
    ],
)
def test_a_wheel_that_is_named_directly(tmp_path: Path, source: str, stated: str) -> None:
    """Its address is that of the source."""
    name = wheel_name("x")
    text = uv_lock(
        f'[[package]]\nname = "x"\nversion = "1.0"\nsource = {{ {source} }}\n'
        f'wheels = [{{ {stated}, hash = "{HASH}" }}]\n'.replace("NAME", name)
    ).replace("NAME", name)

    (package,) = uv(tmp_path, text, "x").packages or ()

    (wheel,) = package.wheels
    assert (wheel.filename, wheel.sha256, package.source) == (name, sha256("x"), None)
    assert wheel.location.endswith(f"/{name}")


@pytest.mark.parametrize(
    ("root", "changed"),
    [
        ("unknown", ""),
        ("a>=2", ""),
        ("a[more]", ""),
        ("a @ https://example.org/other-1.0-py3-none-any.whl", ""),
        (f"git @ git+https://example.org/x.git@{'0' * 40}", ""),
        ("git @ git+https://example.org/other.git", ""),
        ("not a requirement", ""),
    ],
)
def test_what_the_lock_does_not_know_is_left_to_a_resolver(
    tmp_path: Path, root: str, changed: str
) -> None:
    """A declaration that has changed since is named, and the versions still count."""
    git = f'{{ git = "https://example.org/x.git?rev=main#{COMMIT}" }}'
    text = uv_lock(uv_package("a"), uv_package("git", source=git), changed)

    locked = uv(tmp_path, text, "a", root)

    assert locked.packages is None
    assert len(locked.missing) == 1
    assert [line.text for line in locked.pins.constraints] == ["a==1.0"]
    assert locked.pins.hashes["a"] == (f"sha256:{sha256('a1.0')}",)
    assert locked.pins.unpublished == {"git"}


@pytest.mark.parametrize(
    "root",
    [
        "git",
        "git @ git+https://example.org/x",
        "git @ git+https://example.org/x.git@main",
        f"git @ git+https://example.org/x.git@{COMMIT}",
    ],
)
def test_a_repository_that_was_locked(tmp_path: Path, root: str) -> None:
    """A branch means the commit that was locked of it."""
    git = f'{{ git = "https://example.org/x.git?rev=main#{COMMIT}" }}'

    locked = uv(tmp_path, uv_lock(uv_package("git", source=git)), root)

    assert shipped(locked) == ["git 1.0"]


def test_an_override_of_the_project_wins(tmp_path: Path) -> None:
    """Another version than the one that is declared was wanted, and locked."""
    head = '[manifest]\noverrides = [{ name = "a", specifier = "==1.0" }]\n'

    assert shipped(uv(tmp_path, uv_lock(uv_package("a"), head=head), "a>=2")) == ["a 1.0"]


@pytest.mark.parametrize(
    ("wanted", "runtime"), [(">=3.14", "python3.14"), (">=3.13.5", "python3.13")]
)
def test_a_lock_serves_the_pythons_that_it_names(tmp_path: Path, wanted: str, runtime: str) -> None:
    """A runtime whose Python has a fitting patch release is served."""
    text = uv_lock(uv_package("a"), head=f'requires-python = "{wanted}"')

    assert shipped(uv(tmp_path, text, "a", runtime=runtime)) == ["a 1.0"]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (
            'requires-python = ">=3.14"',
            "`some.lock` is for Python >=3.14, and the runtime is python3.13",
        ),
        (
            "supported-markers = [\"sys_platform == 'darwin'\"]",
            "`some.lock` is for other machines than python3.13 x86_64",
        ),
    ],
)
def test_a_lock_for_another_target_says_so(tmp_path: Path, head: str, told: str) -> None:
    """The lock has no wheels for it, which is told by its name and not by a hash."""
    with pytest.raises(LpackError) as caught:
        uv(tmp_path, uv_lock(uv_package("a"), head=head), "a")

    assert (caught.value.code, str(caught.value)) == ("LP111", told)


def test_an_index_that_stated_no_digest(tmp_path: Path) -> None:
    """Nothing is taken that cannot be compared."""
    text = uv_lock(uv_package("a")).replace("sha256:", "md5:")

    with pytest.raises(LpackError, match="no file of `a` has a sha256") as caught:
        uv(tmp_path, text, "a")

    assert caught.value.code == "LP112"


def test_another_version_of_the_format(tmp_path: Path) -> None:
    """What has been rearranged cannot be half believed."""
    with pytest.raises(LpackError) as caught:
        uv(tmp_path, "version = 2\n", "a")

    assert caught.value.code == "LP110"
    assert str(caught.value) == "`some.lock` has format version 2, and lpack reads version 1"


PLAIN = uv_lock(uv_package("a", "1.0", "b"), uv_package("b"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version = 1\n", ""),
        ("version = 1\n", "version = true\n"),
        ('name = "a"', "name = 3"),
        ('name = "a"', 'name = "../a"'),
        ('name = "a"', 'name = "a\\u001b"'),
        ('{ name = "b" }', '"b"'),
        ('{ name = "b" }', "{ }"),
        ('{ name = "b" }', '{ name = "c" }'),
        ('{ name = "b" }', '{ name = "b", extra = 3 }'),
        ('{ name = "b" }', '{ name = "b", marker = "no marker" }'),
        ('{ name = "b" }', '{ name = "b", marker = 3 }'),
        ('{ name = "b" }', '{ name = "b", version = "3" }'),
        ("https://example.org", "ftp://example.org"),
        ("https://example.org", "http://[::1"),
        ("https://example.org", "https://example.org:99999"),
        ("https://example.org", "https://example.org/%0A"),
        ("https://example.org", "file://example.org"),
        ("sha256:", "sha256:x"),
        ("size = 10", "size = -1"),
        ("size = 10", 'size = "10"'),
        ('url = "https', 'link = "https'),
        ("source = {", "source = 3 #{"),
        ("registry =", "elsewhere ="),
        ('{ registry = "https://pypi.org/simple" }', '{ git = "https://x.org/y#short" }'),
        ('{ registry = "https://pypi.org/simple" }', '{ editable = "a\\u0000b" }'),
        ('{ registry = "https://pypi.org/simple" }', f'{{ git = "ext::x#{COMMIT}" }}'),
        (
            '{ registry = "https://pypi.org/simple" }',
            f'{{ git = "https://x.org/y?subdirectory=../z#{COMMIT}" }}',
        ),
        ("wheels = [", "wheels = 3 #["),
        ("version = 1\n", "version = 1\nrequires-python = 'new'\n"),
        ("version = 1\n", "version = 1\nsupported-markers = 'all'\n"),
        ("version = 1\n", "version = 1\npackage = 3\n[other]\n#"),
    ],
)
def test_a_lock_that_somebody_has_edited(tmp_path: Path, before: str, after: str) -> None:
    """It is refused as a whole, with the name of the file and a code."""
    assert before in PLAIN

    with pytest.raises(LpackError) as caught:
        uv(tmp_path, PLAIN.replace(before, after, 1), "a")

    assert caught.value.code in ("LP110", "LP005")
    assert "some.lock" in str(caught.value)
    assert str(caught.value).isprintable()
