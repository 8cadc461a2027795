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
            ["requirements.txt"],
            "dependencies from requirements.txt",
        ),
        ({"pyproject.toml": LISTED}, ["pyproject.toml"], "dependencies from pyproject.toml"),
        ({"pyproject.toml": NONE}, [], "no dependencies: pyproject.toml lists none"),
        ({"pyproject.toml": "[tool.x]\n"}, [], ABSENT),
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
    ],
)
def test_what_is_declared_is_taken_as_it_is(
    project: Path, declared: str, files: list[str], packages: tuple[str], groups: tuple[str]
) -> None:
    """A declared key leaves nothing to guess; extras and groups bring their pyproject.toml."""
    config = f'[functions.a]\nhandler = "app.handler"\nrequirements = {declared}\n'
    others = {"a.txt": "", "b.in": "", "pyproject.toml": NONE, "requirements.txt": "z"}

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
