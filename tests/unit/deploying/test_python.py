"""The Python that runs a function is looked for in the promised places, and in their order.

It is 3.9 that is looked for, on which lpack itself does not run.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from lpack.cli.terminal import NoProgress
from lpack.deploying import python as choosing
from lpack.deploying.python import chosen_python, host_architecture
from lpack.errors import BuildError
from lpack.model import Project
from lpack.system import System
from lpack.work import Work
from tests.fake_pythons import fake_python, script
from tests.function_builder import function_of

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.deploying.python import Choice
    from lpack.model import InstalledPython

RUNNING = "{}.{}.{}".format(*sys.version_info[:3])
HERE = "arm64" if host_architecture() == "arm64" else "x86_64"


def chosen(folder: Path, environ: dict[str, str], architecture: str = HERE) -> Choice:
    """Choose a Python where nothing but the folder and these variables is to be seen."""
    said = {"HOME": str(folder), "PATH": str(folder / "bin"), "LPACK_CACHE_DIR": str(folder / "c")}
    work = Work(Project(folder, folder, (), (), "auto"), System({**said, **environ}), NoProgress())
    return chosen_python(function_of(runtime="python3.9", architecture=architecture), work)


def python_of(choice: Choice) -> InstalledPython:
    """Give the Python that was chosen."""
    assert choice.python is not None
    return choice.python


def refused(folder: Path, environ: dict[str, str]) -> str:
    """Give the words of the refusal."""
    with pytest.raises(BuildError) as caught:
        chosen(folder, environ)
    found = caught.value.diagnostics[0]
    return f"{found.code}: {found.message}\nhint: {found.hint}".replace(f"{folder}/", "")


def test_the_places_come_in_their_order(tmp_path: Path) -> None:
    """The variable, PATH from its front, pyenv's versions and uv's, the newest of each first."""
    environ = {
        "LPACK_PYTHON_3_9": str(tmp_path / "named/bin/python"),
        "PATH": f"{tmp_path}/first::{tmp_path}/second",
    }
    places = {
        "named/bin/python": "3.9.1",
        "first/python3.9": "3.9.2",
        "second/python3.9": "3.9.3",
        ".pyenv/versions/3.9.10/bin/python3.9": "3.9.10",
        ".pyenv/versions/3.9.4/bin/python3.9": "3.9.4",
        ".local/share/uv/python/cpython-3.9.20-linux-x86_64-gnu/bin/python3.9": "3.9.20",
        ".local/share/uv/python/cpython-3.9.5-linux-x86_64-gnu/bin/python3.9": "3.9.5",
    }
    for place, version in places.items():
        fake_python(tmp_path / place, version)

    found = []
    for place in places:
        choice = chosen(tmp_path, environ)
        found.append(python_of(choice).version)
        assert (python_of(choice).path, python_of(choice).program) == (str(tmp_path / place),) * 2
        assert (choice.notes, choice.stands_in) == ((), False)
        (tmp_path / place).unlink()
        environ.pop("LPACK_PYTHON_3_9", None)

    assert found == list(places.values())


@pytest.mark.parametrize(
    ("variable", "folder", "inside"),
    [
        ("PYENV_ROOT", "mine", "versions/3.9.7/bin/python3.9"),
        ("UV_PYTHON_INSTALL_DIR", "mine", "cpython-3.9.7-linux-x86_64-gnu/bin/python3.9"),
        ("XDG_DATA_HOME", "mine", "uv/python/cpython-3.9.7-linux-x86_64-gnu/bin/python3.9"),
    ],
)
def test_folders_may_be_elsewhere(tmp_path: Path, variable: str, folder: str, inside: str) -> None:
    """Where pyenv and uv are told to keep their Pythons, they are looked for."""
    fake_python(tmp_path / folder / inside, "3.9.7")

    choice = chosen(tmp_path, {variable: str(tmp_path / folder)})

    assert python_of(choice).version == "3.9.7"


def test_what_does_not_fit_is_passed_by(tmp_path: Path) -> None:
    """A shim that leads nowhere, what is no program, and another Python of that name."""
    bins = [tmp_path / name for name in ("shim", "data", "other", "pypy", "threads", "good")]
    script(bins[0] / "python3.9", "echo 'version not set' >&2; exit 127")
    script(bins[1] / "python3.9", "", mode=0o644)
    fake_python(bins[2] / "python3.9", "3.8.1")
    fake_python(bins[3] / "python3.9", "3.9.1", name="pypy")
    fake_python(bins[4] / "python3.9", "3.9.1", name="cpythont")
    good = fake_python(bins[5] / "python3.9", "3.9.1")

    choice = chosen(tmp_path, {"PATH": ":".join(map(str, bins))})

    assert python_of(choice).path == str(good)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _: None, "it cannot be run (No such file or directory)"),
        (lambda path: script(path, "", mode=0o644), "it cannot be run (Permission denied)"),
        (lambda path: script(path, "exit 3"), "it is no Python that answers (exit status 3)"),
        (lambda path: script(path, "echo"), "it is no Python that answers (exit status 0)"),
        (lambda path: fake_python(path, "3.8.1"), "it is CPython 3.8.1"),
        (lambda path: fake_python(path, "3.9.1", name="pypy"), "it is PyPy 3.9.1"),
        (
            lambda path: fake_python(path, "3.9.0", level="candidate"),
            "it is CPython 3.9.0, a release that is not final (candidate)",
        ),
        (
            lambda path: fake_python(path, "3.9.1", name="cpythont"),
            "it is a free-threaded CPython 3.9.1",
        ),
    ],
)
def test_what_is_named_is_not_replaced(tmp_path: Path, make: object, said: str) -> None:
    """A variable that names something else is an error, though another Python would do."""
    fake_python(tmp_path / "bin" / "python3.9", "3.9.1")
    assert callable(make)
    make(tmp_path / "named")

    told = refused(tmp_path, {"LPACK_PYTHON_3_9": str(tmp_path / "named")})

    assert told == (
        f"LP419: `LPACK_PYTHON_3_9` names `named`, and that is no CPython 3.9: {said}\n"
        "hint: name the executable of a CPython 3.9, or leave the variable out"
    )


def test_the_nearest_one_stands_in(tmp_path: Path) -> None:
    """Without that version, the one with the nearest number runs it, the newer of two."""
    fake_python(tmp_path / "bin" / "python3.8", "3.8.9")
    far = chosen(tmp_path, {})
    fake_python(tmp_path / "bin" / "python3.10", "3.10.9")
    near = chosen(tmp_path, {})

    if sys.version_info[:2] != (3, 10):
        assert (python_of(far).version, python_of(near).version) == ("3.8.9", "3.10.9")
        assert near.target.runtime.name == "python3.10"
    assert near.stands_in
    note = "Python 3.9 is not found here, and LPACK_PYTHON_3_9 names none: it runs with Python "
    assert near.notes == (note + python_of(near).version,)


def test_the_python_that_runs_lpack_may_stand_in(tmp_path: Path) -> None:
    """It is always there, and needs to be in no folder."""
    choice = chosen(tmp_path, {})

    assert python_of(choice).version == RUNNING
    assert choice.stands_in


def test_another_architecture_is_told(tmp_path: Path) -> None:
    """The Python is this machine's, and so are the wheels that would be run."""
    fake_python(tmp_path / "bin" / "python3.9", "3.9.1")
    other = "x86_64" if HERE == "arm64" else "arm64"

    choice = chosen(tmp_path, {}, architecture=other)

    assert choice.notes == (
        f"this machine is {host_architecture()}, and the function is for {other}",
    )
    assert (choice.target.architecture, choice.stands_in) == (HERE, False)


def test_without_any_python_it_is_said_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That cannot happen where lpack runs on a version that it knows."""
    monkeypatch.setattr(choosing, "interpreter_for", lambda *_: None)

    told = refused(tmp_path, {})

    assert told == (
        "LP407: there is no Python 3.9 here to run the function with\n"
        "hint: install it, or name it with LPACK_PYTHON_3_9=/path/to/python"
    )
