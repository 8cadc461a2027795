"""Wheels are built in isolation, are the same each time, and only pure ones are taken."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
import requests

from lpack.building import backend
from lpack.building.backend import Built, build
from lpack.building.folder import copied
from lpack.building.git import checkout, commit_of
from lpack.building.sdist import unpack
from lpack.errors import BuildError, LpackError
from lpack.index.settings import read_index_settings
from lpack.model import IndexOptions
from lpack.system import System
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

_IN_TREE = """\
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]
"""
# Gives the wheel that lies beside it.
_COPIES = """
import pathlib, shutil
def build_wheel(folder, config_settings=None, metadata_directory=None):
    (wheel,) = pathlib.Path().glob("*.whl")
    return pathlib.Path(shutil.copy(wheel, folder)).name
"""
_EMPTY = "def build_wheel(f, *_): open(f + N, 'w'); return N[1:]"
# Writes another archive each time: other times, order and modes.
_WRITES = """
import base64, hashlib, os, pathlib, time, zipfile
def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
def build_wheel(folder, config_settings=None, metadata_directory=None):
    files = {
        "demo.py": f"EPOCH = {os.environ['SOURCE_DATE_EPOCH']}",
        "seed.py": f"SEED = {sorted(map(str, {'a', 'b', 'c'}), key=hash)}",
        "demo-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n",
        "demo-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n",
    }
    files = dict(sorted(files.items(), key=lambda _: os.urandom(8)))
    rows = [f"{name},sha256={digest(text)},{len(text)}" for name, text in files.items()]
    files["demo-1.dist-info/RECORD"] = "\\n".join([*rows, "demo-1.dist-info/RECORD,,"])
    with zipfile.ZipFile(pathlib.Path(folder, "demo-1-py3-none-any.whl"), "w") as wheel:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, time.gmtime(time.time() - os.urandom(1)[0] * 99999)[:6])
            info.external_attr = (0o100600 + os.urandom(1)[0] % 2 * 0o44) << 16
            wheel.writestr(info, content)
    return "demo-1-py3-none-any.whl"
"""


def project_of(folder: Path, code: str, pyproject: str = _IN_TREE) -> Path:
    """Write a project with a build backend of its own."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(pyproject)
    (folder / "builder.py").write_text(code)
    return folder


def built(  # noqa: PLR0913 - as many as `build` has
    tree: Path,
    to: Path,
    *,
    system: System | None = None,
    index: IndexOptions | None = None,
    pins: tuple[str, ...] = (),
    offline: bool = False,
) -> Built:
    """Build with the settings of the test's user."""
    system = system or System()
    return build(
        tree,
        system=system,
        settings=read_index_settings(system.environ),
        index=index or IndexOptions(),
        offline=offline,
        pins=pins,
        to=to,
    )


def digest(path: Path) -> str:
    """Give the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class WithoutUv(System):
    """A host that has only pip."""

    def which(self, program: str) -> Path | None:
        """Hide uv."""
        return None if program == "uv" else System.which(self, program)


def test_a_project_is_built_by_its_own_backend(tmp_path: Path) -> None:
    """What comes out is known by name, version and what built it."""
    tree = project_of(tmp_path / "tree", _COPIES)
    make_wheel(tree, "Demo.Project", "1.0", {"demo.py": "X = 1\n"})

    found = built(tree, tmp_path / "out")

    assert (found.name, found.version, found.requires) == ("demo-project", "1.0", ())
    assert found.wheel == tmp_path / "out" / "demo_project-1.0-py3-none-any.whl"
    assert found.wheel.is_file()


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    """Whatever the backend's times, order and modes were."""
    tree = project_of(tmp_path / "tree", _WRITES)

    digests = {digest(built(tree, tmp_path / f"out{number}").wheel) for number in range(3)}

    assert len(digests) == 1


def test_a_build_sees_nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither variables with credentials, nor the home folder, nor lpack's own packages."""
    secrets = (
        "AWS_SECRET_ACCESS_KEY",
        "PIP_INDEX_URL",
        "GITHUB_TOKEN",
        "PYTHONPATH",
        "HTTPS_PROXY",
    )
    for name in secrets:
        monkeypatch.setenv(name, "https://me:secret@127.0.0.1:9/")
    told = tmp_path / "told"
    looks = (
        "import os, importlib.util, pathlib\n"
        "own = [one for one in ('lpack', 'packaging', 'pip') if importlib.util.find_spec(one)]\n"
        f"pathlib.Path({str(told)!r}).write_text(repr(own) + repr(dict(os.environ)))\n"
    )
    tree = project_of(tmp_path / "tree", looks + _COPIES)
    make_wheel(tree, "demo", "1", {"demo.py": ""})

    built(tree, tmp_path / "out")

    said = told.read_text()
    assert said.startswith("[]{")
    assert "secret" not in said
    assert os.environ["HOME"] not in said


@pytest.mark.parametrize(
    ("files", "tag", "reason"),
    [
        ({"demo/a.so": "text"}, "py3-none-any", "native code: `demo/a.so`"),
        ({"demo/tool": b"\x7fELF\x02\x01" + bytes(60)}, "py3-none-any", "`demo/tool`"),
        ({"demo/a.pyd": b"MZ"}, "cp311-cp311-win_amd64", "`demo/a.pyd`"),
        ({"demo.py": ""}, "py3-none-linux_x86_64", "of this machine: `demo-1-py3-none-linux"),
    ],
)
def test_a_wheel_of_this_machine_is_refused(
    tmp_path: Path, files: dict[str, bytes | str], tag: str, reason: str
) -> None:
    """The runtime is another machine, and the message names the file."""
    tree = project_of(tmp_path / "tree", _COPIES)
    make_wheel(tree, "demo", "1", files, tag=tag)

    with pytest.raises(BuildError, match=reason) as failed:
        built(tree, tmp_path / "out")

    assert failed.value.code == "LP118"
    assert not (tmp_path / "out").exists()


def test_launchers_for_windows_are_no_native_code_of_this_machine(tmp_path: Path) -> None:
    """Some pure distributions carry them."""
    tree = project_of(tmp_path / "tree", _COPIES)
    header = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0\x64\x86" + bytes(20)
    make_wheel(tree, "demo", "1", {"demo/launcher.exe": header})

    assert built(tree, tmp_path / "out").wheel.is_file()


def test_a_failure_ends_with_what_the_backend_said(tmp_path: Path) -> None:
    """The last lines, without credentials and without power over a terminal."""
    code = """
import sys
def build_wheel(*arguments):
    for number in range(99):
        print("line", number)
    print("\\x1b[2Jat https://me:secret@a.example/", file=sys.stderr, flush=True)
    raise SystemExit("no \\x07compiler")
"""
    tree = project_of(tmp_path / "tree", code)

    with pytest.raises(BuildError) as failed:
        built(tree, tmp_path / "out")

    lines = str(failed.value).splitlines()
    assert failed.value.code == "LP119"
    assert lines[0] == "the build of `tree` fails: exit status 1"
    assert lines[-2:] == ["  at https://a.example/", "  no \\x07compiler"]
    assert len(lines) == 13
    assert str(failed.value.diagnostics[0].where) == "tree"


def test_a_build_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that it has started."""
    monkeypatch.setattr(backend, "SECONDS", 0.5)
    tree = project_of(tmp_path / "tree", "import time\ntime.sleep(60)\n")

    with pytest.raises(BuildError, match="takes more than") as failed:
        built(tree, tmp_path / "out")

    assert failed.value.code == "LP119"


@pytest.mark.parametrize(
    ("pyproject", "reason"),
    [
        ('[build-system]\nbuild-backend = "x"\n', "no list `requires`"),
        ("build-system = 1\n", "no list `requires`"),
        ("[build-system]\nrequires = 1\n", "not a list of strings"),
        ('[build-system]\nrequires = ["a b"]\n', "`a b` is no requirement"),
        ('[build-system]\nrequires = ["a @ https://a.example/a.tar.gz"]\n', "not from an index"),
        ("[build-system]\nrequires = []\nbuild-backend = 1\n", "is not a string"),
        (_IN_TREE.replace('["."]', '["../x"]'), "is outside"),
        (_IN_TREE.replace('["."]', '["/"]'), "is outside"),
        (_IN_TREE.replace("builder", "missing"), "`missing` cannot be used"),
        (_IN_TREE.replace("builder", "builder:nothing"), "has no attribute 'nothing'"),
        ("[broken", "is not valid TOML"),
    ],
)
def test_a_build_system_with_a_mistake_is_named(
    tmp_path: Path, pyproject: str, reason: str
) -> None:
    """Before anything of it runs, as far as that can be told."""
    tree = project_of(tmp_path / "tree", "", pyproject)

    with pytest.raises(LpackError, match=reason):
        built(tree, tmp_path / "out")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "has no attribute 'build_wheel'"),
        ("def build_wheel(*_): return 1", "makes no wheel"),
        ("def build_wheel(*_): return '../x.whl'", "makes no wheel"),
        ("def build_wheel(*_): return 'x.whl'", "makes no wheel"),
        ("def build_wheel(f, *_): open(f + '/x.whl', 'w'); return 'x.whl'", "not the name"),
        ("N = '/x-1-py3-none-any.whl'\n" + _EMPTY, "END_RECORD"),
        ("def get_requires_for_build_wheel(*_): return 1", "not a list of strings"),
        ("import os; os._exit(0)", "cannot be used"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9 ended it"),
    ],
)
def test_a_backend_that_makes_no_wheel_is_refused(tmp_path: Path, code: str, reason: str) -> None:
    """A backend is the work of strangers, as a wheel is."""
    tree = project_of(tmp_path / "tree", code)

    with pytest.raises(BuildError, match=reason):
        built(tree, tmp_path / "out")


def test_a_folder_without_a_project_cannot_be_built(tmp_path: Path) -> None:
    """There is nothing that says how."""
    with pytest.raises(BuildError, match=r"neither a pyproject.toml nor a setup.py"):
        built(tmp_path, tmp_path / "out")


@pytest.mark.parametrize("system", [System, WithoutUv])
def test_the_environment_is_what_a_lock_says(tmp_path: Path, system: type[System]) -> None:
    """Without pins it is the newest; what the backend asks for itself comes along."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for version in ("1.0", "2.0"):
        code = f"VERSION = {version!r}\ndef get_requires_for_build_wheel(*_): return ['further']\n"
        make_wheel(wheels, "Own.Builder", version, {"own.py": code + _COPIES}, requires=["more"])
    make_wheel(wheels, "more", "3", {"more.py": ""})
    make_wheel(wheels, "further", "4", {"further.py": ""})
    pyproject = '[build-system]\nrequires = ["own.builder"]\nbuild-backend = "own"\n'
    tree = project_of(tmp_path / "tree", "", pyproject)
    make_wheel(tree, "demo", "1", {"demo.py": ""})
    index = IndexOptions(find_links=(str(wheels),), no_index=True)
    pins = ("own-builder==1.0",)

    newest = built(tree, tmp_path / "new", index=index, offline=True)
    pinned = built(tree, tmp_path / "old", system=system(), index=index, pins=pins)

    assert newest.requires == ("further==4", "more==3", "own-builder==2.0")
    assert pinned.requires == ("further==4", "more==3", "own-builder==1.0")


@pytest.mark.parametrize("system", [System, WithoutUv])
def test_what_a_build_needs_may_be_missing(tmp_path: Path, system: type[System]) -> None:
    """The message names it, and offline it says what to do."""
    pyproject = '[build-system]\nrequires = ["nowhere-to-be-found"]\nbuild-backend = "x"\n'
    tree = project_of(tmp_path / "tree", "", pyproject)

    with pytest.raises(BuildError, match="`nowhere-to-be-found`") as failed:
        built(tree, tmp_path / "out", system=system(), offline=True)

    assert failed.value.code == "LP119"
    assert "--offline" in str(failed.value.diagnostics[0].hint)


def test_a_folder_is_built_in_a_copy(tmp_path: Path) -> None:
    """The user's folder stays as it is, and what an older build left there has no effect."""
    tree = project_of(tmp_path / "tree", _COPIES)
    make_wheel(tree, "demo", "1", {"demo.py": ""})
    for name in ("build/lib/old.py", ".venv/x", "demo.egg-info/y", "src/build/kept.py"):
        (tree / name).parent.mkdir(parents=True)
        (tree / name).write_text("")
    (tree / "link").symlink_to("src")

    copy = copied(tree, tmp_path / "copies")

    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*.*")}
    wheel = "demo-1-py3-none-any.whl"
    assert names == {"builder.py", "pyproject.toml", "src/build/kept.py", wheel}
    assert (copy / "link").readlink().as_posix() == "src"
    assert built(copy, tmp_path / "out").name == "demo"


def _download(name: str, folder: Path) -> Path:
    """Fetch a source distribution from PyPI by its filename."""
    project = name.rpartition("-")[0]
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    page = requests.get(f"https://pypi.org/simple/{project}/", headers=accept, timeout=60).json()
    url = next(file["url"] for file in page["files"] if file["filename"] == name)
    path = folder / name
    path.write_bytes(requests.get(url, timeout=60).content)
    return path


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize(
    "name",
    [
        "docopt-0.6.2.tar.gz",  # source only, setup.py and no pyproject.toml
        "pyperclip-1.8.2.tar.gz",  # source only
        "python-dateutil-2.9.0.post0.tar.gz",  # setuptools-scm
        "termcolor-2.4.0.tar.gz",  # hatchling and a plugin
        "flit_core-3.9.0.tar.gz",  # builds itself
    ],
)
def test_real_distributions_are_the_same_each_time(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With uv and with pip, another mask of modes and another folder; pinned the second time."""
    archive = _download(name, tmp_path)
    first = built(unpack(archive, tmp_path / "a"), tmp_path / "out1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    mask = os.umask(0o077)
    try:
        tree = unpack(archive, tmp_path / "some/other/folder")
        second = built(tree, tmp_path / "out2", system=WithoutUv(), pins=first.requires)
    finally:
        os.umask(mask)

    assert digest(first.wheel) == digest(second.wheel)
    assert first.requires == second.requires
    assert first.wheel.name == second.wheel.name


@pytest.mark.slow
@pytest.mark.network
def test_a_real_extension_is_refused(tmp_path: Path) -> None:
    """It compiles here, and would be for this machine; or nothing here can compile it."""
    tree = unpack(_download("simplejson-3.19.2.tar.gz", tmp_path), tmp_path / "tree")

    with pytest.raises(BuildError) as failed:
        built(tree, tmp_path / "out")

    assert failed.value.code == "LP118"


@pytest.mark.network
def test_a_real_repository_is_built(tmp_path: Path) -> None:
    """A tag of a public repository, twice."""
    url = "https://github.com/docopt/docopt"
    try:
        commit = commit_of(url, "0.6.2", System())
    except BuildError as error:
        pytest.skip(f"the repository cannot be reached from here: {error}")
    digests = set()
    for number in (1, 2):
        tree = tmp_path / f"tree{number}"
        checkout(url, commit, tree, System())
        digests.add(digest(built(tree, tmp_path / f"out{number}").wheel))

    assert commit.startswith("944641a")
    assert len(digests) == 1
