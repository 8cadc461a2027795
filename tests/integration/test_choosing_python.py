"""`lpack invoke` runs a function in the right Python, says what is not right, or refuses."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lpack.deploying.python import host_architecture
from tests.elf_builder import linked
from tests.integration.test_sandbox_pythons import found_python
from tests.project_folder import write
from tests.runtime_client import seed_client
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import InstalledPython

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux"),
]
RUNNING = "{}.{}".format(*sys.version_info[:2])
OTHER = (3, 12) if sys.version_info[:2] != (3, 12) else (3, 13)
HERE = host_architecture()
THERE = "x86_64" if HERE == "arm64" else "arm64"
APP = "import sys\ndef handler(event, context):\n    return '%d.%d' % sys.version_info[:2]\n"
NOTE = (
    "note: Python 3.9 is not found here, and LPACK_PYTHON_3_9 names none: it runs with Python X\n"
)
MISNAMED = """\
error[LP419]: `LPACK_PYTHON_3_9` names `{}`, and that is no CPython 3.9: it is CPython X

hint: name the executable of a CPython 3.9, or leave the variable out
"""
REFUSED = """\
error[{code}]: {what}
  --> lpack.toml:2:11: functions.api.runtime
   |
 2 | runtime = "python3.9"
   |           ^^^^^^^^^^^

hint: {hint}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a cache that has the clients for the Pythons in question."""
    folder = tmp_path_factory.mktemp("cache")
    for python in (sys.version_info[:2], OTHER):
        seed_client(folder, python)
    return folder


def invoke(
    project: Path, cache: Path, *words: str, environ: dict[str, str] | None = None
) -> tuple[str, str, int]:
    """Call the function where no Python is to be seen; give what is printed, and the status."""
    wheels = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project.parent / "wheelhouse")}
    hidden = {"PATH": str(project.parent / "bin"), "HOME": str(project.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "lpack", "invoke", *words],
        cwd=project,
        env={"LPACK_CACHE_DIR": str(cache), **wheels, **hidden, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    running = "{}.{}.{}".format(*sys.version_info[:3])
    talk = re.sub(r"(?m)^(INIT_START|START|END|REPORT).*\n", "", done.stderr)
    return done.stdout, talk.replace(running, "X"), done.returncode


def declared(folder: Path, runtime: str, *packages: str, architecture: str = HERE) -> Path:
    """Write a project of one function."""
    names = ", ".join(f'"{name}"' for name in packages)
    lines = [
        "[functions.api]",
        f'runtime = "{runtime}"',
        f'architecture = "{architecture}"',
        'handler = "app.handler"',
        f"requirements = {{ packages = [{names}] }}",
    ]
    files = {"app.py": APP, "lpack.toml": "".join(f"{line}\n" for line in lines)}
    return write(folder / "project", files)


def with_native_code(folder: Path, tag: str) -> None:
    """Make a wheel with a library for one Python; those here are given one that has none."""
    machine, here = (62, "x86_64") if HERE == "x86_64" else (183, "aarch64")
    library = {"speedy/_speed.so": linked(machine=machine)}
    files: dict[str, str | bytes] = {"speedy/__init__.py": "", **library}
    (folder / "wheelhouse").mkdir(exist_ok=True)
    make_wheel(
        folder / "wheelhouse", "speedy", "1.0", files, tag=f"{tag}-{tag}-manylinux2014_{here}"
    )


def test_every_place_is_used(tmp_path: Path, cache: Path) -> None:
    """A Python of the runtime's version runs the function, wherever it was found."""
    python = found_python(OTHER)
    version = "{}.{}".format(*OTHER)
    project = declared(tmp_path, f"python{version}")
    name, variable = f"python{version}", "LPACK_PYTHON_{}_{}".format(*OTHER)
    inside = f"{version}.99/bin/{name}"
    places = {
        tmp_path / "bin" / name: {},
        tmp_path / ".pyenv" / "versions" / inside: {},
        tmp_path / "pyenv" / "versions" / inside: {"PYENV_ROOT": str(tmp_path / "pyenv")},
        tmp_path / ".local/share/uv/python" / f"cpython-{inside}": {},
        tmp_path / "uv" / f"cpython-{inside}": {"UV_PYTHON_INSTALL_DIR": str(tmp_path / "uv")},
        tmp_path / "named": {variable: str(tmp_path / "named")},
    }
    for place, environ in places.items():
        _link(place, python)

        assert invoke(project, cache, environ=environ) == (f'"{version}"\n', "", 0), place

        place.unlink()


def test_another_version_is_told_until_the_right_one_is_there(tmp_path: Path, cache: Path) -> None:
    """Pure packages run with what there is; nothing of that is kept once it is not needed."""
    python = found_python(OTHER)
    version = "{}.{}".format(*OTHER)
    project = declared(tmp_path, f"python{version}")

    _, told, status = invoke(project, cache)
    _link(tmp_path / "bin" / f"python{version}", python)
    found = invoke(project, cache)

    assert told.startswith(f"note: Python {version} is not found here, and LPACK_PYTHON_")
    assert status == 0
    assert found == (f'"{version}"\n', "", 0)


def test_pure_packages_run_with_another_version_and_architecture(
    tmp_path: Path, cache: Path
) -> None:
    """Both are said; with `--exact`, both are the error."""
    project = declared(tmp_path, "python3.9", architecture=THERE)
    machine = f"this machine is {HERE}, and the function is for {THERE}"
    version = NOTE.removeprefix("note: ").rstrip()

    ran, refused = invoke(project, cache), invoke(project, cache, "--exact")

    assert ran == (f'"{RUNNING}"\n', f"note: {machine}\n{NOTE}", 0)
    assert refused[1] == REFUSED.format(
        code="LP409",
        what=f"the function cannot be run here as on Lambda: {machine}; {version}",
        hint="leave out `--exact`, or install what is missing",
    )
    assert (refused[0], refused[2]) == ("", 3)


def test_native_packages_need_their_python(tmp_path: Path, cache: Path) -> None:
    """They are refused, unless the lock has wheels for this machine; and that is said."""
    with_native_code(tmp_path, "cp39")
    project = declared(tmp_path, "python3.9", "speedy")
    refused = invoke(project, cache)
    with_native_code(tmp_path, f"cp{sys.version_info[0]}{sys.version_info[1]}")
    target = f"python{RUNNING} {HERE}"
    config = project / "lpack.toml"
    config.write_text(f'lock_targets = ["{target}"]\n' + config.read_text())

    ran, exact = invoke(project, cache), invoke(project, cache, "--exact")

    version = NOTE.removeprefix("note: ").rstrip()
    assert refused[1] == REFUSED.format(
        code="LP409",
        what=f"the package holds native code that cannot run here: {version}",
        hint=f'install Python 3.9, or add "{target}" to `lock_targets`,'
        " for the same versions on this machine",
    )
    assert ran == (
        f'"{RUNNING}"\n',
        f"{NOTE}note: it runs with the wheels that the lock has for this machine\n",
        0,
    )
    assert (exact[1].splitlines()[0][:13], exact[2]) == ("error[LP409]:", 3)


def test_a_variable_that_names_something_else_is_an_error(tmp_path: Path, cache: Path) -> None:
    """What the user has named is not replaced, and the message says what it is."""
    project = declared(tmp_path, "python3.9")

    done = invoke(project, cache, environ={"LPACK_PYTHON_3_9": sys.executable})

    assert done == (
        "",
        MISNAMED.format(sys.executable),
        3,
    )


def _link(place: Path, python: InstalledPython) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(python.path)
