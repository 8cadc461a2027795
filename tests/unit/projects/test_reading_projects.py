"""What a folder says of itself is read, and nothing of it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import LpackError
from lpack.projects.reading import read_project, static_setup_requirements
from tests.project_folder import write
from tests.unit.projects.trees import CASES, FLIT, HATCHLING, PDM, POETRY, SETUPTOOLS

if TYPE_CHECKING:
    from pathlib import Path

NAMED = '[project]\nname = "shop"\nversion = "1"\n'
DYNAMIC = '[project]\nname = "shop"\ndynamic = ["version"]\n'


def _left_to_backend(what: str, name: str, where: str) -> str:
    return (
        f"LP117 {what} of `{name}` is known only to its build backend, which would have to run "
        f'--> {where} hint: allow it by name: `build-from-source = ["{name}"]`'
    )


def _read(folder: Path, files: dict[str, str]) -> tuple[str, str, list[str], dict[str, list[str]]]:
    project = read_project(write(folder, files), folder)
    extras = {extra: [one.text for one in lines] for extra, lines in project.extras.items()}
    return project.name, project.version, [one.text for one in project.requirements], extras


def _refused(folder: Path, files: dict[str, str]) -> str:
    with pytest.raises(LpackError) as caught:
        read_project(write(folder, files), folder)
    (one,) = caught.value.diagnostics
    return f"{one.code} {one.message} --> {one.where} hint: {one.hint}"


def test_the_project_table_is_read_with_the_line_of_each_requirement(project: Path) -> None:
    """Names are normalised, requirements are written as PEP 508 does, and each has its line."""
    text = (
        '[project]\nname = "My.Shop"\nversion = "1.0rc01"\n'
        'dependencies = [\n  "Jinja2>=3,<4",\n  "tomli ; python_version<\'3.11\'",\n]\n'
        '[project.optional-dependencies]\nWeb_UI = ["flask"]\n'
    )

    found = read_project(write(project, {"pyproject.toml": text}), project.parent)

    assert (found.name, found.version, found.folder) == ("my-shop", "1.0rc1", project)
    assert [(one.text, str(one.where)) for one in found.requirements] == [
        ("Jinja2<4,>=3", "project/pyproject.toml:5: project.dependencies[0]"),
        ('tomli; python_version < "3.11"', "project/pyproject.toml:6: project.dependencies[1]"),
    ]
    assert list(found.extras) == ["web-ui"]
    assert project / "pyproject.toml" in found.files


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (
            {
                "pyproject.toml": HATCHLING + DYNAMIC + '[tool.hatch.version]\npath = "a.py"\n',
                "a.py": "# Shop\nVERSION = 'v3.2'\n",
            },
            "3.2",
        ),
        (
            {
                "pyproject.toml": HATCHLING
                + DYNAMIC
                + '[tool.hatch.version]\npath = "V"\npattern = "is (?P<version>.*)!"\n',
                "V": "it is 4.1!\n",
            },
            "4.1",
        ),
        (
            {
                "pyproject.toml": SETUPTOOLS
                + DYNAMIC
                + '[tool.setuptools.dynamic]\nversion = { attr = "shop.about.VERSION" }\n',
                "src/shop/about.py": "VERSION: tuple = (1, 2, 3)\n",
            },
            "1.2.3",
        ),
        (
            {
                "pyproject.toml": SETUPTOOLS
                + DYNAMIC
                + '[tool.setuptools.dynamic]\nversion = { file = "VERSION" }\n',
                "VERSION": "7\n",
            },
            "7",
        ),
        (
            {
                "pyproject.toml": SETUPTOOLS + DYNAMIC,
                "setup.py": "from setuptools import setup\nsetup(version='8')\n",
            },
            "8",
        ),
        ({"pyproject.toml": FLIT + DYNAMIC, "shop.py": "__version__ = '1.4'\n"}, "1.4"),
        (
            {
                "pyproject.toml": PDM
                + DYNAMIC
                + '[tool.pdm.version]\nsource = "file"\npath = "shop.py"\n',
                "shop.py": '__version__ = "1.9"  # new\n',
            },
            "1.9",
        ),
        ({"pyproject.toml": POETRY + DYNAMIC + '[tool.poetry]\nversion = "5"\n'}, "5"),
    ],
)
def test_a_version_that_is_only_looked_up_is_looked_up(
    project: Path, files: dict[str, str], version: str
) -> None:
    """Each backend has a static place or two for it, and lpack knows them."""
    assert _read(project, files)[1] == version


def test_poetry_constraints_are_written_as_standard_ones(project: Path) -> None:
    """Caret, tilde, wildcards, Python and optional dependencies keep their meaning."""
    _, version, requirements, extras = _read(project, CASES["poetry-flat"])

    assert version == "0.3"
    assert requirements == [
        "requests<3.0,>=2.31",
        "idna<3.5,>=3.4",
        "attrs<26,>=21",
        "six==1.17.0",
        "zero<0.3.0,>=0.2.3",
        "tiny<0.0.5,>=0.0.4",
        "one<2,>=1",
        "tilde<2,>=1",
        "wild==2.*",
        "any",
        'tomli<3.0,>=2.0; python_version < "3.11"',
        'pywin32>=300; sys_platform == "win32"',
        "boto3[crt]<2.0,>=1.34",
    ]
    assert extras == {"fast": ["orjson<4,>=3"]}


def test_places_of_poetry_dependencies_become_direct_references(project: Path) -> None:
    """A folder and a repository are written as PEP 508 can hold them."""
    table = (
        '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\n'
        'core = { path = "../core", develop = true, extras = ["x"] }\n'
        'tool = { git = "https://example.com/tool.git", tag = "v1", subdirectory = "py" }\n'
        'odd = [{ version = "1", python = "~3.9" }, { version = "2", python = ">=3.10" }]\n'
    )

    _, _, requirements, _ = _read(project, {"pyproject.toml": POETRY + table})

    assert requirements == [
        f"core[x] @ {(project.parent / 'core').as_uri()}",
        "tool @ git+https://example.com/tool.git@v1#subdirectory=py",
        'odd==1; python_version >= "3.9" and python_version < "3.10"',
        'odd==2; python_version >= "3.10"',
    ]


def test_a_setup_py_is_read_and_never_run(project: Path) -> None:
    """Literals, names that are bound once, and sums of them are followed; code is not executed."""
    script = (
        "from setuptools import setup\n"
        "open('ran', 'w').write('')\n"
        "LINES = ['idna>=3']\n"
        "setup(name='shop', version='1.' + '2', install_requires=LINES + ['six'],\n"
        "      extras_require={'x': LINES, ':os_name == \"nt\"': ['colorama']})\n"
    )

    found = _read(project, {"setup.py": script})

    assert found == (
        "shop",
        "1.2",
        ["idna>=3", "six", 'colorama; os_name == "nt"'],
        {"x": ["idna>=3"]},
    )
    assert not (project / "ran").exists()


def test_setup_files_can_be_a_function_s_own_declaration(project: Path) -> None:
    """The requirements of setup.cfg and setup.py are given; without a statement there are none."""
    write(project, {"setup.cfg": "[options]\ninstall_requires =\n  idna\n  six # old\n"})
    other = write(project.parent / "other", {"setup.cfg": "[metadata]\nname = shop\n"})

    found = static_setup_requirements(project, project)

    assert [(one.text, str(one.where)) for one in found or ()] == [
        ("idna", "setup.cfg:2"),
        ("six", "setup.cfg:2"),
    ]
    assert static_setup_requirements(other, other) is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"README.md": ""},
            (
                "LP120 `.` does not say what distribution it is --> . "
                "hint: give its pyproject.toml a `[project]` table with `name` and `version`"
            ),
        ),
        (
            {"pyproject.toml": '[project]\nversion = "1"\n'},
            (
                "LP120 `None` is not the name of a distribution --> pyproject.toml:1: project.name "
                "hint: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
            ),
        ),
        (
            {"pyproject.toml": '[project]\nname = "shop"\nversion = "one\\u001b"\n'},
            (
                "LP120 `one?` is not a version --> pyproject.toml:3: project.version "
                "hint: write it as `1.2.3`"
            ),
        ),
        (
            {"pyproject.toml": NAMED + 'dependencies = ["idna ==>3"]\n'},
            (
                "LP120 `idna ==>3` is not a requirement: Expected semicolon (after name with no "
                "version specifier) or end --> pyproject.toml:4: project.dependencies[0] "
                "hint: write it as `name>=1.2`"
            ),
        ),
        (
            {"pyproject.toml": HATCHLING + DYNAMIC + '[tool.hatch.version]\nsource = "vcs"\n'},
            _left_to_backend("the version", "shop", "pyproject.toml:6: project.dynamic"),
        ),
        (
            {"pyproject.toml": FLIT + DYNAMIC, "shop.py": "from other import __version__\n"},
            _left_to_backend("the version", "shop", "pyproject.toml:6: project.dynamic"),
        ),
        (
            {
                "setup.py": "from setuptools import setup\n"
                "lines = []\nlines.append('six')\n"
                "setup(name='shop', version='1', install_requires=lines)\n"
            },
            _left_to_backend("a requirement", "shop", "setup.py:4"),
        ),
        (
            {"setup.py": "from setuptools import setup\nsetup(**load())\n"},
            _left_to_backend("the name", "project", "setup.py"),
        ),
        (
            {"setup.py": "setup(" + "(" * 5000},
            _left_to_backend("the name", "project", "setup.py"),
        ),
        (
            {"setup.cfg": "name\n"},
            (
                "LP120 `setup.cfg` is malformed: File contains no section headers. "
                "--> setup.cfg hint: None"
            ),
        ),
        (
            {
                "pyproject.toml": POETRY + '[tool.poetry]\nname = "shop"\nversion = "1"\n'
                '[tool.poetry.dependencies]\nidna = "^2 || ^3"\n'
            },
            _left_to_backend(
                "the version of `idna`", "shop", "pyproject.toml:8: tool.poetry.dependencies.idna"
            ),
        ),
    ],
)
def test_what_cannot_be_told_is_said(project: Path, files: dict[str, str], message: str) -> None:
    """A mistake is LP120, and what only running could tell is LP117 and how to allow it."""
    assert _refused(project, files) == message
