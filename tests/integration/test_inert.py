"""Inert: locking, building, checking and staging run no code of the project or of its wheels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.building import make_project, wheels_of
from tests.wheelhouse import make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping

RESOLVERS = ("uv", "pip-tools")
each = pytest.mark.parametrize(
    "resolver", ["uv", pytest.param("pip-tools", marks=pytest.mark.slow)]
)
LPACK = str(Path(sysconfig.get_path("scripts"), "lpack"))
COMMANDS = (("lock",), ("build",), ("check",), ("stage",), ("build", "--format=list"))
# Names that Python, lpack, pip or a resolver might import or run, were they to look in the project.
NAMES = (
    "setup.py",
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "json.py",
    "zipfile.py",
    "argparse.py",
    "dataclasses.py",
    "deflate.py",
    "packaging/__init__.py",
    "tomli.py",
    "requests/__init__.py",
    "simplejson.py",
    "brotli.py",
    "jsonschema/__init__.py",
    "pathspec/__init__.py",
    "pip/__init__.py",
    "pip/__main__.py",
    "piptools/__init__.py",
    "uv/__init__.py",
    "truststore.py",
    "keyring/__init__.py",
    "lpack/__init__.py",
    "lpack/__main__.py",
    "lpack/cli/main.py",
    "__main__.py",
    "_canary_backend.py",
    ".pdm-plugins/x.py",
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Name the file whose existence tells that foreign code has run."""
    return tmp_path / "canary"


@pytest.fixture
def trapped(tmp_path: Path, canary: Path) -> Path:
    """Give a project in which every file that could run would write the canary."""
    project = make_project(tmp_path / "project")
    trap = f"open({str(canary)!r}, 'a').write(__file__ + chr(10))\n"
    (project / "src" / "app.py").write_text(f"{trap}def handler(event, context):\n    {trap}")
    for folder in (project, project / "src"):
        for name in NAMES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(trap)
        (folder / "evil.pth").write_text(f"import os; {trap}")
        (folder / "setup.cfg").write_text("[metadata]\nname = demo\n")
    with (project / "pyproject.toml").open("a") as file:
        file.write(
            '\n[build-system]\nrequires = ["alpha"]\nbuild-backend = "_canary_backend"\n'
            'backend-path = ["."]\n'
        )
    spring_wheel(project / "wheels", trap)
    return project


def spring_wheel(wheels: Path, trap: str) -> None:
    """Replace a dependency by one that would run at installation, at start or on import."""
    next(wheels.glob("gamma-*")).unlink()
    files = {"gamma.py": trap, "gamma.pth": f"import os; {trap}", "sitecustomize.py": trap}
    make_wheel(
        wheels,
        "gamma",
        "3",
        {**files, "json.py": trap, "setup.py": trap},
        data={"scripts/pip": f"#!python\n{trap}", "scripts/uv": f"#!/bin/sh\ntouch {trap[6:40]}\n"},
        dist_info={"entry_points.txt": "[console_scripts]\ngamma = gamma:main\n"},
    )


def run(project: Path, command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, **environ, **wheels_of(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def disarm(project: Path, *names: str) -> None:
    """Take away what Python itself would start, before lpack is asked: nobody can prevent it."""
    for folder in (project, project / "src"):
        for name in names:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def assert_inert(project: Path, canary: Path, command: tuple[str, ...], **environ: str) -> None:
    """Run every command, and look for the canary after each."""
    for words in COMMANDS:
        run(project, (*command, *words), environ)
        assert not canary.exists(), (words, canary.read_text())


@each
def test_the_command_runs_nothing_of_the_project(
    trapped: Path, canary: Path, resolver: str
) -> None:
    """`lpack` in the folder of a project that is full of traps springs none."""
    assert_inert(trapped, canary, (LPACK,), LPACK_RESOLVER=resolver)


@pytest.mark.slow
def test_what_is_compiled_does_not_run(trapped: Path, canary: Path) -> None:
    """Bytecode is made of all that, and libraries are stripped, and nothing of it is sprung."""
    pyproject = trapped / "pyproject.toml"
    running = "python{}.{}".format(*sys.version_info[:2])
    text = pyproject.read_text().replace("python3.13", running)
    pyproject.write_text(text + "\n[tool.lpack.defaults]\nbytecode = true\nstrip = true\n")

    assert_inert(trapped, canary, (LPACK,))

    assert (trapped / "dist" / "api" / "__pycache__").is_dir()


@pytest.mark.slow
@each
def test_variables_lead_nowhere(trapped: Path, canary: Path, resolver: str) -> None:
    """Variables that make programs start or import something do not lead into the project."""
    disarm(trapped, "sitecustomize.py", "usercustomize.py", "lpack")
    trap = str(trapped / "setup.py")
    names = ("PYTHONSTARTUP", "BROWSER", "PAGER", "EDITOR", "GIT_SSH_COMMAND")
    path = os.pathsep.join([str(trapped), str(trapped / "src"), "."])

    assert_inert(
        trapped,
        canary,
        (LPACK,),
        LPACK_RESOLVER=resolver,
        PYTHONPATH=path,
        **dict.fromkeys(names, trap),
    )


def test_a_project_elsewhere_is_no_place_to_import_from(
    trapped: Path, canary: Path, tmp_path: Path
) -> None:
    """The same holds for a project that is named, and for a folder above it."""
    disarm(trapped, "sitecustomize.py", "usercustomize.py", "lpack")
    above = tmp_path / "tomli.py"
    above.write_bytes((trapped / "tomli.py").read_bytes())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = os.pathsep.join([str(trapped), str(tmp_path)])

    for named in (("-C", str(trapped)), (f"-C{trapped}",), (f"--project={trapped}",)):
        variables = {**os.environ, **wheels_of(trapped), "PYTHONPATH": path}
        done = subprocess.run(
            [LPACK, "build", *named], cwd=elsewhere, env=variables, capture_output=True, check=False
        )

        assert done.returncode == 0, done.stderr
        assert not canary.exists(), canary.read_text()


@each
def test_the_module_runs_nothing_of_the_current_folder(
    trapped: Path, canary: Path, resolver: str
) -> None:
    """`python -m lpack` finds itself in the current folder, which then gives it no module."""
    disarm(trapped, "lpack")

    assert_inert(trapped, canary, (sys.executable, "-m", "lpack"), LPACK_RESOLVER=resolver)


def test_the_traps_work(trapped: Path, canary: Path) -> None:
    """A plain Python that looks in the project springs them, so that silence means something."""
    subprocess.run(
        [sys.executable, "-c", "import tomli"], env={"PYTHONPATH": str(trapped)}, check=False
    )

    sprung = {Path(line).name for line in canary.read_text().splitlines()}
    assert sprung >= {"sitecustomize.py", "tomli.py"}


@pytest.mark.slow
def test_a_source_distribution_is_not_built(trapped: Path, canary: Path) -> None:
    """A dependency that has no wheel fails the lock; its setup.py is not asked."""
    for path in (trapped / "wheels").glob("gamma-*"):
        path.unlink()
    source = trapped / "wheels" / "gamma-3"
    source.mkdir()
    (source / "setup.py").write_bytes((trapped / "setup.py").read_bytes())
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: gamma\nVersion: 3\n")
    subprocess.run(["tar", "czf", "gamma-3.tar.gz", "gamma-3"], cwd=trapped / "wheels", check=True)

    for resolver in RESOLVERS:
        done = subprocess.run(
            [LPACK, "build", "--resolver", resolver],
            cwd=trapped,
            env={**os.environ, **wheels_of(trapped)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 3, done.stdout + done.stderr
        assert not canary.exists(), canary.read_text()
