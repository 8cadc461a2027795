"""What is said where a lock, a pin or a source stands in the way: whose it is, and what helps."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.command_line import lines_told, lpack
from tests.index_server import IndexServer, write_wheel
from tests.resolving import both
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

HANDLER = "def handler(event, context):\n    return event\n"
PROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = [{}]\n'
ALLOWED = '[functions.api]\nhandler = "app.handler"\nbuild-from-source = {}\n'
FOR_312 = "cp312-cp312-manylinux_2_28_x86_64"
# Its wheel says that it is for one machine.
_IMPURE = """
import base64, hashlib, pathlib, zipfile
def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
def build_wheel(folder, config_settings=None, metadata_directory=None):
    files = {
        "native.py": "",
        "native-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: native\\nVersion: 1.0\\n",
        "native-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\n",
    }
    rows = [f"{name},sha256={digest(text)},{len(text)}" for name, text in files.items()]
    files["native-1.0.dist-info/RECORD"] = "\\n".join([*rows, "native-1.0.dist-info/RECORD,,"])
    with zipfile.ZipFile(pathlib.Path(folder, "native-1.0-py3-none-any.whl"), "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return "native-1.0-py3-none-any.whl"
"""
_BACKEND = '[build-system]\nrequires = []\nbuild-backend = "builder"\nbackend-path = ["."]\n'


@pytest.fixture
def wheelhouse(project: Path) -> Path:
    """Give the folder in which everything is published, and write the handler."""
    (project / "app.py").write_text(HANDLER)
    folder = project.parent / "wheelhouse"
    folder.mkdir()
    return folder


def sdist(folder: Path, name: str) -> Path:
    """Publish a source whose build gives a wheel for one machine."""
    path = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file, text in (
            ("pyproject.toml", _BACKEND),
            ("builder.py", _IMPURE.replace("native", name)),
            ("PKG-INFO", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
        ):
            member = tarfile.TarInfo(f"{name}-1.0/{file}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def uv_lock(*files: tuple[Path, ...]) -> str:
    """Write a uv.lock in which each project has these files."""
    rows = ["version = 1\n"]
    for ours in files:
        name = ours[0].name.partition("-")[0]
        rows += [f'[[package]]\nname = "{name}"\nversion = "1.0"']
        rows += ['source = { registry = "../wheelhouse" }']
        stated = [(one.name, f'path = "{one.name}", hash = "sha256:{digest(one)}"') for one in ours]
        wheels = [f"{{ {row} }}" for name, row in stated if name.endswith(".whl")]
        rows += [f"sdist = {{ {row} }}" for name, row in stated if name.endswith(".gz")]
        rows += [f"wheels = [{', '.join(wheels)}]"]
    return "\n".join(rows)


def pipfile_lock(*wheels: Path) -> str:
    """Write a Pipfile.lock of wheels."""
    rows = (
        f'"{one.name.split("-")[0]}": {{"version": "=={one.name.split("-")[1]}", '
        f'"hashes": ["sha256:{digest(one)}"]}}'
        for one in wheels
    )
    return f'{{"default": {{{", ".join(rows)}}}, "develop": {{}}}}'


def digest(path: Path) -> str:
    """Give the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def online_lpack(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the index settings of the environment."""
    return subprocess.run(
        [sys.executable, "-m", "lpack", *words],
        cwd=project,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheels_of_a_lock_that_do_not_fit_are_no_reason_to_build(
    project: Path, wheelhouse: Path
) -> None:
    """The lock's wheels are named with all ways out; its own tool is the first of them."""
    wheel = write_wheel(wheelhouse, "native", "1.0", tag=FOR_312)
    make_wheel(wheelhouse, "native", "2.0", {"native.py": ""})
    (project / "pyproject.toml").write_text(PROJECT.format('"native"'))
    (project / "uv.lock").write_text(uv_lock((wheel, sdist(wheelhouse, "native"))))

    done = lpack(project, "build")

    assert done.returncode == 3
    assert lines_told(done.stderr) == [
        (
            "error[LP107]: no wheel of `native==1.0` fits python3.13 x86_64"
            " (Amazon Linux 2023, glibc 2.34)"
        ),
        "  uv.lock allows only native==1.0",
        (
            "  tags tried: manylinux_2_34_x86_64, manylinux_2_33_x86_64, manylinux_2_32_x86_64"
            " and 30 more"
        ),
        f"  wheels of 1.0: {wheel.name}",
        "  would fit: `native==2.0`, which uv.lock does not allow",
        "  would fit: the runtime `python3.12`",
        (
            "  would fit: a build of its source, if that compiles nothing:"
            ' `build-from-source = ["native"]`'
        ),
        "  --> pyproject.toml:4: project.dependencies",
        "",
        "hint: lock another version of `native`: `uv lock --upgrade-package native`",
    ]


def test_a_source_beside_wheels_that_do_not_fit_is_built_where_that_is_allowed(
    project: Path, wheelhouse: Path
) -> None:
    """The build is what the user chose, and is judged as any other."""
    wheel = write_wheel(wheelhouse, "native", "1.0", tag=FOR_312)
    (project / "pyproject.toml").write_text(PROJECT.format('"native"'))
    (project / "lpack.toml").write_text(ALLOWED.format('["native"]'))
    (project / "uv.lock").write_text(uv_lock((wheel, sdist(wheelhouse, "native"))))

    done = lpack(project, "build")

    assert "error[LP118]: `native` builds a wheel of this machine" in done.stderr
    assert "  --> pyproject.toml:4: project.dependencies" in lines_told(done.stderr)


def test_every_source_of_a_lock_is_refused_in_one_run(project: Path, wheelhouse: Path) -> None:
    """One run is enough to know all that has to be allowed."""
    sources = [(sdist(wheelhouse, name),) for name in ("first", "second", "third")]
    (project / "pyproject.toml").write_text(PROJECT.format('"first", "second", "third"'))
    (project / "lpack.toml").write_text(ALLOWED.format('["second"]'))
    (project / "uv.lock").write_text(uv_lock(*sources))

    done = lpack(project, "build")

    assert [line for line in lines_told(done.stderr) if line.startswith(("error", "hint"))] == [
        (
            "error[LP117]: `first` comes from a source distribution,"
            " and building it runs its code here"
        ),
        'hint: allow them: `build-from-source = ["first", "third"]`',
        (
            "error[LP117]: `third` comes from a source distribution,"
            " and building it runs its code here"
        ),
        'hint: allow them: `build-from-source = ["first", "third"]`',
    ]


def test_every_repository_is_refused_in_one_run(project: Path, wheelhouse: Path) -> None:
    """Nothing is fetched before all of them are allowed."""
    (project / "requirements.txt").write_text(
        f"first @ git+file://{wheelhouse}/first\nsecond @ git+file://{wheelhouse}/second\n"
    )

    done = lpack(project, "build")

    assert [line for line in lines_told(done.stderr) if "LP117" in line or "-->" in line] == [
        "error[LP117]: `first` comes from a repository, and building it runs its code here",
        "  --> requirements.txt:1",
        "error[LP117]: `second` comes from a repository, and building it runs its code here",
        "  --> requirements.txt:2",
    ]


@both
def test_a_pin_of_a_lock_is_not_told_as_a_requirement(
    resolver: str, project: Path, wheelhouse: Path
) -> None:
    """What the Pipfile asks for stays as it is written, and the lock is named as what bounds."""
    first = write_wheel(wheelhouse, "alpha", "1.0", requires=["native>=1"])
    wheel = write_wheel(wheelhouse, "native", "1.0", tag="cp312-cp312-win_amd64")
    write_wheel(wheelhouse, "native", "2.0")
    (project / "Pipfile").write_text('[packages]\nalpha = "*"\n')
    (project / "Pipfile.lock").write_text(pipfile_lock(first, wheel))

    done = lpack(project, "build", "--resolver", resolver)

    lines = lines_told(done.stderr)
    assert lines[0].startswith("error[LP107]: no wheel of `native==1.0` fits ")
    assert lines[1].startswith("  asked for: you require alpha → alpha ")
    assert "==" not in lines[1]
    assert lines[2] == "  Pipfile.lock allows only native==1.0"
    assert "  would fit: `native==2.0`, which Pipfile.lock does not allow" in lines
    assert lines[-1] == "hint: lock another version of `native`: `pipenv lock`"


@both
def test_a_pin_of_a_lock_that_contradicts_is_named_with_its_lock(
    resolver: str, project: Path, wheelhouse: Path
) -> None:
    """Loosening a requirement would not help; locking again does."""
    first = write_wheel(wheelhouse, "alpha", "1.0", requires=["beta>=2"])
    second = write_wheel(wheelhouse, "beta", "1.0")
    write_wheel(wheelhouse, "beta", "2.0")
    (project / "Pipfile").write_text('[packages]\nalpha = "*"\n')
    (project / "Pipfile.lock").write_text(pipfile_lock(first, second))

    done = lpack(project, "build", "--resolver", resolver)

    lines = lines_told(done.stderr)
    assert lines[0].startswith("error[LP106]: the requirements have no solution")
    assert lines[1].startswith("  you require alpha → alpha ")
    assert lines[1].endswith(" needs beta>=2")
    assert lines[2] == "  Pipfile.lock allows only beta==1.0"
    assert lines[-1] == "hint: lock another version of `beta`: `pipenv lock`"


def test_a_source_is_not_looked_for_offline(
    project: Path, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing is the network, not a version."""
    sdist(wheelhouse, "source")
    (project / "requirements.txt").write_text("source\n")
    with IndexServer(wheelhouse) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        online = online_lpack(project, "lock")
        (project / "lpack.toml").write_text(ALLOWED.format('["source"]'))
        offline = online_lpack(project, "build", "--offline")

    assert "error[LP115]" in online.stderr
    assert lines_told(offline.stderr) == [
        "error[LP206]: no index can be asked for the source of `source`",
        "  --> requirements.txt:1",
        "",
        "hint: run once without `--offline`",
    ]


@both
def test_a_wheel_that_is_named_by_address_is_never_looked_up(
    resolver: str, project: Path, wheelhouse: Path
) -> None:
    """It is there, and says itself which Python it wants."""
    wheel = write_wheel(wheelhouse, "modern", "1.0", requires_python=">=3.14,<4")
    (project / "requirements.txt").write_text(f"modern @ {wheel.as_uri()}\n")

    done = lpack(project, "build", "--resolver", resolver)

    first, place, _, hint = lines_told(done.stderr)
    assert first.startswith("error[LP107]: `modern==1.0` requires Python ")
    assert first.endswith(", and python3.13 x86_64 may have Python 3.13.0")
    assert ">=3.14" in first
    assert place == "  --> requirements.txt:1"
    assert hint == "hint: choose the runtime `python3.14`"


def test_a_source_that_compiles_is_named_with_the_line_that_asks_for_it(
    project: Path, wheelhouse: Path
) -> None:
    """The file alone would let the user search."""
    sdist(wheelhouse, "native")
    make_wheel(wheelhouse, "alpha", "1.0", {"alpha.py": ""})
    (project / "requirements.txt").write_text("alpha\nNative\n")
    (project / "lpack.toml").write_text(ALLOWED.format('["native"]'))

    done = lpack(project, "build")

    assert "error[LP118]" in done.stderr
    assert "  --> requirements.txt:2" in lines_told(done.stderr)
