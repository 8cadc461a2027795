from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project_folder import HANDLER, only_function, refused, write

if TYPE_CHECKING:
    from pathlib import Path

LISTED = '[project]\nname = "x"\ndependencies = ["a"]\n'
NONE = '[project]\nname = "x"\n'
DYNAMIC = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
POETRY = '[tool.poetry.dependencies]\npython = "^3.12"\nrequests = "*"\n'
PIPFILE = "[packages]\na = '*'\n"
SETUP = "from setuptools import setup\nsetup(name='x', install_requires=['a'])\n"
SETUP_CFG = "[metadata]\nname = x\n[options]\ninstall_requires = a\n"
COMPUTED = "from setuptools import setup\nsetup(install_requires=open('r.txt').readlines())\n"
STATED = "[tool.setuptools.dynamic]\ndependencies = { file = ['requirements.txt'] }\n"
SCRIPT = "# /// script\n# dependencies = ['a']\n# ///\n"
ABSENT = "no dependencies: there is no requirements.txt or pyproject.toml"


@pytest.mark.parametrize(
    ("files", "expected", "sentence"),
    [
        ({}, [], ABSENT),
        (
            {"requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"requirements.in": "a"}, ["requirements.in"], "dependencies from requirements.in"),
        (
            {"requirements.txt": "a==1", "requirements.in": "a"},
            ["requirements.in", "requirements.txt"],
            "dependencies from requirements.in and requirements.txt",
        ),
        (
            {"requirements.txt": "# none\n", "requirements.in": "a"},
            ["requirements.in"],
            "dependencies from requirements.in",
        ),
        (
            {"requirements.txt": "# none\n"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"Pipfile": PIPFILE}, ["Pipfile"], "dependencies from Pipfile"),
        ({"Pipfile": "[dev-packages]\na = '*'\n"}, [], "no dependencies: Pipfile lists none"),
        (
            {"Pipfile": PIPFILE, "requirements.txt": "a==1", "pyproject.toml": POETRY},
            ["pyproject.toml", "Pipfile", "requirements.txt"],
            "dependencies from pyproject.toml, Pipfile and requirements.txt",
        ),
        ({"setup.py": SETUP}, ["setup.py"], "dependencies from setup.py"),
        ({"setup.cfg": SETUP_CFG}, ["setup.cfg"], "dependencies from setup.cfg"),
        (
            {
                "setup.cfg": SETUP_CFG,
                "setup.py": "import setuptools\nsetuptools.setup()\n",
                "requirements.txt": "a==1",
            },
            ["requirements.txt", "setup.cfg"],
            "dependencies from requirements.txt and setup.cfg",
        ),
        ({"setup.py": COMPUTED}, ["setup.py"], "dependencies from setup.py"),
        (
            {"setup.py": COMPUTED, "requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"setup.py": "setup(name='x')"}, [], "no dependencies: setup.py lists none"),
        (
            {"pyproject.toml": LISTED, "setup.py": SETUP},
            ["pyproject.toml"],
            "dependencies from pyproject.toml",
        ),
        ({"pyproject.toml": LISTED}, ["pyproject.toml"], "dependencies from pyproject.toml"),
        ({"pyproject.toml": NONE}, [], "no dependencies: pyproject.toml lists none"),
        ({"pyproject.toml": "[tool.x]\n"}, [], "no dependencies: pyproject.toml lists none"),
        (
            {"pyproject.toml": LISTED, "requirements.txt": "a==1"},
            ["pyproject.toml", "requirements.txt"],
            "dependencies from pyproject.toml and requirements.txt",
        ),
        (
            {"pyproject.toml": LISTED, "requirements.txt": "# none\n\n"},
            ["pyproject.toml"],
            "dependencies from pyproject.toml",
        ),
        (
            {"pyproject.toml": NONE, "requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        (
            {"pyproject.toml": DYNAMIC, "requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"pyproject.toml": DYNAMIC}, ["pyproject.toml"], "dependencies from pyproject.toml"),
        ({"pyproject.toml": POETRY}, ["pyproject.toml"], "dependencies from pyproject.toml"),
        (
            {"pyproject.toml": DYNAMIC + STATED, "requirements.txt": "a"},
            ["pyproject.toml", "requirements.txt"],
            "dependencies from pyproject.toml and requirements.txt",
        ),
        (
            {"src/app.py": SCRIPT + HANDLER},
            ["src/app.py"],
            "dependencies from src/app.py",
        ),
        (
            {"src/app.py": SCRIPT + HANDLER, "pyproject.toml": NONE},
            ["src/app.py"],
            "dependencies from src/app.py",
        ),
        (
            {"src/app.py": SCRIPT + HANDLER, "requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        (
            {"pylock.toml": "lock-version = '1.0'\n"},
            ["pylock.toml"],
            "dependencies from pylock.toml",
        ),
        ({"pylock.toml": "created-by = 'lpack'\n"}, [], ABSENT),
        (
            {"pylock.toml": "lock-version = '1.0'\n", "requirements.txt": "a"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"requirements-dev.txt": "a", "requirements-test.in": "b"}, [], ABSENT),
        (
            {"src/requirements.txt": "a", "requirements.txt": "b"},
            ["src/requirements.txt"],
            "dependencies from src/requirements.txt",
        ),
        (
            {"src/pyproject.toml": NONE, "requirements.txt": "b"},
            [],
            "no dependencies: src/pyproject.toml lists none",
        ),
        (
            {"src/pyproject.toml": DYNAMIC, "requirements.txt": "b"},
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
    ],
)
def test_dependencies_are_found_where_they_are_declared(
    project: Path, files: dict[str, str], expected: list[str], sentence: str
) -> None:
    """The function's own folder goes before the project, and development files never count."""
    function = only_function(project, {"src/app.py": HANDLER, **files})

    assert function.requirements.files == tuple(project / name for name in expected)
    assert function.assumed[-1] == sentence


def test_the_folders_above_the_source_are_looked_at(project: Path) -> None:
    """The member of a workspace lies between the handler's folder and the project's."""
    files = {
        "packages/api/src/app.py": HANDLER,
        "packages/api/pyproject.toml": LISTED,
        "requirements.txt": "b",
        "lpack.toml": '[functions.a]\nhandler = "app.handler"\nsource = "packages/api/src"\n',
    }

    function = only_function(project, files)

    assert function.requirements.files == (project / "packages/api/pyproject.toml",)


def test_a_list_in_another_encoding_lists_something(project: Path) -> None:
    """PowerShell writes UTF-16."""
    (project / "requirements.txt").write_bytes("# one\r\na\r\n".encode("utf-16"))

    function = only_function(project, {"app.py": HANDLER, "pyproject.toml": LISTED})

    names = [path.name for path in function.requirements.files]
    assert names == ["pyproject.toml", "requirements.txt"]


@pytest.mark.parametrize(
    ("declared", "files", "packages", "groups"),
    [
        ('"a.txt"', ["a.txt"], (), ()),
        ('["a.txt", "b.in"]', ["a.txt", "b.in"], (), ()),
        ("[]", [], (), ()),
        ("false", [], (), ()),
        ('{ packages = ["x>1"] }', [], ("x>1",), ()),
        ('{ groups = ["g"] }', ["pyproject.toml"], (), ("g",)),
        ('{ files = ["a.txt"], groups = ["g"] }', ["pyproject.toml", "a.txt"], (), ("g",)),
        ('{ files = ["pyproject.toml"], groups = ["g"] }', ["pyproject.toml"], (), ("g",)),
        ('{ files = ["Pipfile"], groups = ["g"] }', ["Pipfile"], (), ("g",)),
        ('{ files = ["uv.lock"], groups = ["g"] }', ["uv.lock"], (), ("g",)),
    ],
)
def test_what_is_declared_is_taken_as_it_is(
    project: Path, declared: str, files: list[str], packages: tuple[str], groups: tuple[str]
) -> None:
    """A declared key leaves nothing to guess; extras and groups bring their pyproject.toml."""
    config = f'[functions.a]\nhandler = "app.handler"\nrequirements = {declared}\n'
    others = {"a.txt": "", "b.in": "", "pyproject.toml": NONE, "requirements.txt": "z"}
    others |= {"Pipfile": "", "uv.lock": ""}

    function = only_function(project, {"lpack.toml": config, **others})

    assert function.requirements.files == tuple(project / name for name in files)
    assert (function.requirements.packages, function.requirements.groups) == (packages, groups)
    assert not any("dependencies" in sentence for sentence in function.assumed)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pillow", 'a package is declared as `requirements = { packages = ["pillow"] }`'),
        ("boto3>=1", 'a package is declared as `requirements = { packages = ["boto3>=1"] }`'),
        ("req.txt", "paths start at `project`"),
        ("api/needs", "paths start at `project`"),
    ],
)
def test_a_package_in_place_of_a_file_is_told(project: Path, name: str, hint: str) -> None:
    """A list of requirements names files; who names packages is told how."""
    config = f'[functions.a]\nhandler = "app.handler"\nrequirements = ["{name}"]\n'
    write(project, {"lpack.toml": config})

    text = refused(project)

    assert text == (
        f"LP013: requirements file `{name}` does not exist\n"
        f"  --> lpack.toml:3: functions.a.requirements\n"
        f"  hint: {hint}"
    )


def test_groups_without_a_pyproject_are_told(project: Path) -> None:
    """An extra or a group is nothing without the file that defines it."""
    config = '[functions.a]\nhandler = "app.handler"\nrequirements = { extras = ["x"] }\n'
    write(project, {"lpack.toml": config})

    text = refused(project)

    assert (
        text
        == """\
LP013: extras and groups need a pyproject.toml, and there is none
  --> lpack.toml:3: functions.a.requirements
  hint: name the file: `files = ["path/pyproject.toml"]`"""
    )
