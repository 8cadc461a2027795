"""pip-tools and uv are held against each other, and against what is expected of both."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import IndexOptions, Target, Where
from lpack.values import replace
from tests.index_server import IndexServer, write_wheel
from tests.resolving import (
    AMAZON_LINUX_2,
    NEW_INTEL,
    OLD_ARM,
    Asker,
    both,
    filenames,
    target,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    """Serve an index whose folder is still empty."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with IndexServer(folder) as server:
        yield server


@pytest.fixture
def asker(tmp_path: Path, index: IndexServer) -> Asker:
    """Ask the empty index."""
    return Asker(tmp_path, index.url)


@both
@pytest.mark.parametrize(
    ("seen_from", "expected"),
    [
        (
            OLD_ARM,
            {
                "app": ["app-1.0-py3-none-any.whl"],
                "back-port": ["back_port-1.0-py3-none-any.whl"],
                "lib": ["lib-1.0-py3-none-any.whl"],
                "only-arm": ["only_arm-1.0-py3-none-any.whl"],
                "speed": [
                    "speed-1.0-cp310-cp310-manylinux_2_26_aarch64.whl",
                    "speed-1.0-cp310-cp310-manylinux2014_aarch64.whl",
                    "speed-1.0-py3-none-any.whl",
                ],
            },
        ),
        (
            NEW_INTEL,
            {
                "app": ["app-1.0-py3-none-any.whl"],
                "lib": ["lib-2.0-py3-none-any.whl"],
                "speed": ["speed-1.1-cp313-cp313-manylinux_2_34_x86_64.whl"],
            },
        ),
    ],
    ids=["old-arm", "new-intel"],
)
def test_markers_tags_and_requires_python_are_those_of_the_target(
    resolver: str,
    seen_from: Target,
    expected: dict[str, list[str]],
    index: IndexServer,
    asker: Asker,
) -> None:
    """No part of a resolution depends on the Python, machine or system that lpack runs on."""
    _write_world(index.folder)

    resolution = asker.ask(resolver, seen_from, "app")

    assert filenames(resolution) == expected


def _write_world(folder: Path) -> None:
    app = [
        "lib[fast]>=1",
        'back-port; python_version < "3.11"',
        'only-arm; platform_machine == "aarch64"',
        'only-windows; sys_platform == "win32"',
        'too-new; python_full_version >= "3.13.1"',
    ]
    write_wheel(folder, "app", "1.0", requires=app)
    for version, python in (("1.0", None), ("2.0", ">=3.12"), ("3.0rc1", None)):
        write_wheel(
            folder,
            "lib",
            version,
            requires=['speed; extra == "fast"'],
            extras=["fast"],
            requires_python=python,
        )
    for name in ("back-port", "only-arm", "only-windows", "too-new"):
        write_wheel(folder, name, "1.0")
    write_wheel(folder, "speed", "1.0")
    for tag in (
        "cp310-cp310-manylinux2014_aarch64",
        "cp310-cp310-manylinux_2_26_aarch64",
        "cp310-cp310-manylinux_2_28_aarch64",
        "cp310-cp310-win_amd64",
    ):
        write_wheel(folder, "speed", "1.0", tag=tag)
    write_wheel(folder, "speed", "1.1", tag="cp313-cp313-manylinux_2_34_x86_64")
    write_wheel(folder, "speed", "1.1", tag="cp310-cp310-manylinux_2_28_aarch64")
    write_wheel(folder, "speed", "1.2", tag="cp313-cp313-manylinux_2_35_x86_64")
    write_wheel(folder, "speed", "1.3", tag="cp313-cp313-linux_x86_64")


@both
def test_wheels_carry_what_the_index_says(resolver: str, index: IndexServer, asker: Asker) -> None:
    """Location, sha256 and size come from the index, and nothing is downloaded for them."""
    write_wheel(index.folder, "lib", "1.0")
    told = index.files_of("lib")[0]

    wheel = asker.ask(resolver, NEW_INTEL, "lib").packages[0].wheels[0]

    assert (told["url"], told["hashes"]["sha256"], told["size"]) == (
        wheel.location,
        wheel.sha256,
        wheel.size,
    )
    assert "/files/lib-1.0-py3-none-any.whl" not in index.requests


@both
def test_an_index_of_the_old_kind_serves_too(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """HTML pages, without metadata and without hashes, give the same versions and digests."""
    write_wheel(index.folder, "lib", "1.0", requires=["dependency"])
    write_wheel(index.folder, "dependency", "1.0", tag="cp313-cp313-manylinux_2_28_x86_64")
    write_wheel(index.folder, "dependency", "2.0", tag="cp313-cp313-win_amd64")
    digests = {
        one["hashes"]["sha256"]
        for name in ("lib", "dependency")
        for one in index.files_of(name)[:1]
    }
    index.html_only, index.tells_hashes, index.tells_metadata = True, False, False

    resolution = asker.ask(resolver, NEW_INTEL, "lib")

    assert versions(resolution) == {"dependency": "1.0", "lib": "1.0"}
    assert {package.wheels[0].sha256 for package in resolution.packages} == digests


@both
def test_yanked_files_and_prereleases_are_taken_only_when_asked_for(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """A version that its author withdrew, or calls unfinished, needs a pin."""
    for name in ("alpha", "beta"):
        for version in ("1.0", "1.1", "2.0rc1"):
            write_wheel(index.folder, name, version)
        index.yanked.add(f"{name}-1.1-py3-none-any.whl")

    plain = asker.ask(resolver, NEW_INTEL, "alpha", "beta")
    pinned = asker.ask(resolver, NEW_INTEL, "alpha==1.1", "beta==2.0rc1")
    allowed = asker.ask(resolver, NEW_INTEL, "alpha", options=IndexOptions(prereleases=True))

    assert versions(plain) == {"alpha": "1.0", "beta": "1.0"}
    assert versions(pinned) == {"alpha": "1.1", "beta": "2.0rc1"}
    assert versions(allowed) == {"alpha": "2.0rc1"}


@both
def test_constraints_and_preferred_versions_bound_the_choice(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """A constraint always holds, a preferred version while the requirements allow it."""
    for name in ("alpha", "beta", "gamma"):
        for version in ("1.0", "2.0", "3.0"):
            write_wheel(index.folder, name, version)
    write_wheel(index.folder, "app", "1.0", requires=["gamma>=2"])
    preferred = (("beta", "1.0"), ("gamma", "1.0"), ("absent", "1.0"))

    resolution = asker.ask(
        resolver,
        NEW_INTEL,
        *("alpha", "beta", "app"),
        constraints=("alpha<3", "unused==9"),
        preferred=preferred,
    )

    assert versions(resolution) == {"alpha": "2.0", "app": "1.0", "beta": "1.0", "gamma": "3.0"}


@both
def test_a_wheel_named_by_its_url_is_taken(resolver: str, index: IndexServer, asker: Asker) -> None:
    """`name @ URL#sha256=…` locks that file, the fragment stripped."""
    write_wheel(index.folder, "lib", "1.0")
    told = index.files_of("lib")[0]
    digest = told["hashes"]["sha256"]

    resolution = asker.ask(resolver, NEW_INTEL, f"lib @ {told['url']}#sha256={digest}")

    wheel = resolution.packages[0].wheels[0]
    assert (wheel.filename, wheel.location, wheel.sha256) == (
        told["filename"],
        told["url"],
        digest,
    )


@both
def test_a_folder_of_wheels_needs_no_network(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """With --no-index and --find-links everything is local, sha256 included."""
    path = write_wheel(index.folder, "lib", "1.0")
    digest = index.files_of("lib")[0]["hashes"]["sha256"]
    options = IndexOptions(find_links=(str(index.folder),), no_index=True)

    resolution = asker.ask(resolver, NEW_INTEL, "lib", options=options, offline=True)

    wheel = resolution.packages[0].wheels[0]
    assert (wheel.location, wheel.sha256) == (path.as_uri(), digest)
    assert index.requests == []


@both
def test_only_wheels_with_a_stated_hash_are_kept(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """Hashes of the requirements bound the lock; none that fits is an error."""
    write_wheel(index.folder, "lib", "1.0")
    write_wheel(index.folder, "lib", "1.0", tag="cp313-cp313-manylinux_2_28_x86_64")
    plain = next(one for one in index.files_of("lib") if "none-any" in one["filename"])
    stated = {"lib": (f"sha256:{plain['hashes']['sha256']}",)}

    resolution = asker.ask(resolver, NEW_INTEL, "lib==1.0", hashes=stated)
    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "lib==1.0", hashes={"lib": ("sha256:00",)})

    assert filenames(resolution) == {"lib": ["lib-1.0-py3-none-any.whl"]}
    assert caught.value.code == "LP116"


@both
def test_no_fitting_wheel_names_tags_wheels_and_ways_out(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """The error has what is needed to choose another version or runtime."""
    write_wheel(index.folder, "lib", "1.0")
    write_wheel(index.folder, "lib", "2.0", tag="cp311-cp311-manylinux_2_28_x86_64")
    write_wheel(index.folder, "lib", "2.0", tag="cp312-cp312-manylinux_2_28_x86_64")
    write_wheel(index.folder, "lib", "2.0", tag="cp312-cp312-win_amd64")

    error = asker.fail(resolver, AMAZON_LINUX_2, "lib>=2").diagnostics[0]

    assert (error.code, error.where) == ("LP107", Where("requirements.txt", 1))
    assert error.message == (
        "no wheel of `lib==2.0` fits python3.11 x86_64 (Amazon Linux 2, glibc 2.26)\n"
        "  tags tried: manylinux_2_26_x86_64, manylinux_2_25_x86_64, manylinux_2_24_x86_64"
        " and 22 more\n"
        "  wheels of 2.0: lib-2.0-cp311-cp311-manylinux_2_28_x86_64.whl,"
        " lib-2.0-cp312-cp312-manylinux_2_28_x86_64.whl, lib-2.0-cp312-cp312-win_amd64.whl\n"
        "  would fit: `lib==1.0`\n"
        "  would fit: the runtime `python3.12`"
    )
    assert error.hint == "ask for `lib==1.0`"


@both
def test_the_requirement_without_a_way_out_is_blamed(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """A project that has an older version that fits is not the cause."""
    for name in ("any", "pinned"):
        write_wheel(index.folder, name, "1.0")
        write_wheel(index.folder, name, "2.0", tag="cp311-cp311-manylinux_2_28_x86_64")

    error = asker.fail(resolver, AMAZON_LINUX_2, "any", "pinned==2.0").diagnostics[0]

    assert (error.code, error.where) == ("LP107", Where("requirements.txt", 2))
    assert error.message.startswith("no wheel of `pinned==2.0` fits python3.11 x86_64")


@both
def test_failures_are_told_apart(resolver: str, index: IndexServer, asker: Asker) -> None:
    """Unknown, absent, source-only and contradictory projects each have their own words."""
    write_wheel(index.folder, "lib", "1.0", requires=["base<2"])
    write_wheel(index.folder, "base", "1.0")
    write_wheel(index.folder, "base", "2.0")
    (index.folder / "source-3.0.tar.gz").write_bytes(b"")

    errors = {
        asked: asker.fail(resolver, NEW_INTEL, *asked)
        for asked in [("absent",), ("base>9",), ("source",), ("lib", "base>=2")]
    }

    assert {
        asked: (error.code, str(error).partition("\n")[0]) for asked, error in errors.items()
    } == {
        ("absent",): ("LP106", "no index has a project named `absent`"),
        ("base>9",): ("LP106", "no version of `base` is `>9`: the newest is 2.0"),
        ("source",): ("LP115", "`source==3.0` has no wheel, only a source distribution"),
        ("lib", "base>=2"): (
            "LP106",
            "the requirements have no solution for python3.13 x86_64",
        ),
    }
    assert all(word in str(errors["lib", "base>=2"]) for word in ("lib", "base<2", "base>=2"))


@both
def test_a_private_index_is_read_and_its_password_never_shown(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """Credentials open the index and stay out of the lock; wrong ones stay out of the error."""
    index.password = "sesame"
    write_wheel(index.folder, "lib", "1.0")

    asker.environ["PIP_INDEX_URL"] = index.url_with("someone", "sesame")
    resolution = asker.ask(resolver, NEW_INTEL, "lib")
    asker.environ["PIP_INDEX_URL"] = index.url_with("someone", "open-wrong")
    # Some versions of uv remember pages whoever asks for them.
    asker.environ["UV_CACHE_DIR"] += "-of-another-user"
    error = asker.fail(resolver, NEW_INTEL, "lib")

    assert resolution.packages[0].wheels[0].location.startswith(index.origin)
    assert error.code == "LP205"
    assert "open-wrong" not in f"{error.diagnostics}"


@both
def test_the_main_index_gives_the_location_of_a_file_that_several_have(
    resolver: str, index: IndexServer, asker: Asker, tmp_path: Path
) -> None:
    """A mirror in the user's settings does not get into a lock that others will use."""
    write_wheel(index.folder, "lib", "1.0")
    main = index.files_of("lib")[0]

    with IndexServer(index.folder) as mirror:
        asker.environ["PIP_EXTRA_INDEX_URL"] = f"{mirror.url} file://{tmp_path}/absent"
        resolution = asker.ask(resolver, NEW_INTEL, "lib")

    assert resolution.packages[0].wheels[0].location == main["url"]


@both
def test_a_private_index_that_is_closed_is_not_passed_over(
    resolver: str, index: IndexServer, asker: Asker, tmp_path: Path
) -> None:
    """A project of the private index is not taken from another index that has the name too."""
    write_wheel(index.folder, "lib", "9.0")
    (tmp_path / "private").mkdir()
    write_wheel(tmp_path / "private", "lib", "1.0")

    with IndexServer(tmp_path / "private", password="sesame") as private:
        asker.environ["PIP_EXTRA_INDEX_URL"] = private.url_with("someone", "sesame")
        merged = asker.ask(resolver, NEW_INTEL, "lib<5")
        asker.environ["PIP_EXTRA_INDEX_URL"] = private.url
        error = asker.fail(resolver, NEW_INTEL, "lib")

    assert versions(merged) == {"lib": "1.0"}
    assert error.code == "LP205"


@both
def test_an_index_that_does_not_answer_is_an_error(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """Even a project that another index has is not locked while one index is away."""
    write_wheel(index.folder, "lib", "1.0")
    asker.environ["PIP_EXTRA_INDEX_URL"] = "http://me:secret@127.0.0.1:9/simple"

    error = asker.fail(resolver, NEW_INTEL, "lib")

    assert error.code == "LP113"
    assert "127.0.0.1:9" in str(error)
    assert "secret" not in f"{error.diagnostics}"


@both
def test_offline_without_what_is_needed_is_an_error(resolver: str, asker: Asker) -> None:
    """Nothing is asked of the network, and the error says so."""
    with pytest.raises(BuildError) as caught:
        asker.ask(resolver, NEW_INTEL, "lib", offline=True)

    assert caught.value.code == "LP206"


@both
def test_the_project_folder_gives_no_code(resolver: str, index: IndexServer, asker: Asker) -> None:
    """Modules beside the project's files that are named as pip's parts are not imported."""
    write_wheel(index.folder, "lib", "1.0")
    for name in ("pip", "piptools", "json", "sitecustomize"):
        (asker.folder / f"{name}.py").write_text("raise SystemExit('ran foreign code')")
    asker.environ["PYTHONPATH"] = str(asker.folder)

    resolution = asker.ask(resolver, NEW_INTEL, "lib")

    assert versions(resolution) == {"lib": "1.0"}


@both
def test_settings_of_the_other_tool_are_used_when_there_are_no_own(
    resolver: str, index: IndexServer, asker: Asker
) -> None:
    """Only uv's index is stated, and pip-tools uses it too."""
    write_wheel(index.folder, "lib", "1.0")
    del asker.environ["PIP_INDEX_URL"]
    (asker.folder / "uv.toml").write_text(f'[[index]]\nurl = "{index.url}"\ndefault = true\n')

    resolution = asker.ask(resolver, NEW_INTEL, "lib")

    assert versions(resolution) == {"lib": "1.0"}


REAL = (
    *("exceptiongroup", "tomli", "colorama", "uvloop", "anyio", "ipython", "sqlalchemy", "pandas"),
    *("httpx[http2]", "pytest", "click", "rich", "cryptography", "numpy", "lxml", "pyzmq"),
)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize(
    "seen_from",
    [
        OLD_ARM,
        NEW_INTEL,
        AMAZON_LINUX_2,
        target("python3.14", "x86_64"),
        target("python3.12", "arm64"),
        target("python3.9", "arm64"),
    ],
    ids=str,
)
def test_both_resolvers_agree_on_the_public_index(seen_from: Target, tmp_path: Path) -> None:
    """Same versions, same wheels, for projects whose markers and tags differ by target."""
    asker = Asker(tmp_path, "https://pypi.org/simple")
    # The certificates, proxies and caches of the machine; not its indexes.
    asker.environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_CONFIG_FILE": os.devnull,
    }

    by_uv = asker.ask("uv", seen_from, *REAL)
    by_pip_tools = asker.ask("pip-tools", seen_from, *REAL)

    assert by_uv == replace(by_pip_tools, resolver="uv")
    assert ("exceptiongroup" in versions(by_uv)) is True


@pytest.mark.slow
@pytest.mark.network
def test_both_resolvers_agree_on_extras_constraints_and_prereleases(tmp_path: Path) -> None:
    """Bounds, extras of others, pre-releases and versions to keep lead to the same wheels."""
    asker = Asker(tmp_path, "https://pypi.org/simple")
    asker.environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_CONFIG_FILE": os.devnull,
    }
    asked = (
        "fastapi[standard]",
        "boto3<1.35",
        "pydantic[email]",
        "sqlalchemy[asyncio]",
        "moto[s3]",
    )
    found = []
    for resolver in ("uv", "pip-tools"):
        found += [
            asker.ask(resolver, NEW_INTEL, *asked, constraints=("urllib3<2.3", "anyio<4.6")),
            asker.ask(resolver, NEW_INTEL, "flask", options=IndexOptions(prereleases=True)),
            asker.ask(resolver, NEW_INTEL, "httpx", preferred=(("idna", "3.7"), ("h11", "0.14.0"))),
        ]

    by_uv, by_pip_tools = found[:3], found[3:]
    assert by_uv == [replace(one, resolver="uv") for one in by_pip_tools]
    assert versions(by_uv[2])["idna"] == "3.7"
