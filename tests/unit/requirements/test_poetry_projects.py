"""Poetry's tables say in PEP 508 what they say in Poetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import RequirementSet, RequirementsInput
from lpack.requirements.poetry_versions import (
    UnreadableConstraintError,
    platform_marker,
    python_marker,
    specifier,
)
from lpack.requirements.pyproject import read_pyproject
from tests.project_folder import write

if TYPE_CHECKING:
    from pathlib import Path

DEPENDENCIES = '[tool.poetry.dependencies]\npython = "^3.9"\n'


def read(
    project: Path, text: str, *, extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()
) -> RequirementSet:
    write(project, {"pyproject.toml": text})
    wanted = RequirementsInput(extras=extras, groups=groups)
    return read_pyproject(project / "pyproject.toml", project, wanted, {})


def texts(found: RequirementSet) -> list[str]:
    return [line.text for line in found.requirements]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("*", ""),
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^1.2", ">=1.2,<2.0"),
        ("^1", ">=1,<2.0"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1.0"),
        ("^2.0b1", ">=2.0b1,<3.0"),
        ("~1.2.3", ">=1.2.3,<1.3.0"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2.0"),
        ("~=1.4.2", "~=1.4.2"),
        ("1.2.3", "==1.2.3"),
        ("=1.2.3", "==1.2.3"),
        ("v1.2.3", "==1.2.3"),
        ("1.*", "==1.*"),
        ("!=1.2.*", "!=1.2.*"),
        (">=1.2.*", ">=1.2"),
        (">=1, <2.0 , !=1.5", ">=1,<2.0,!=1.5"),
        (">=1 <2", ">=1,<2"),
        (">1.2.post1", ">1.2.post1"),
    ],
)
def test_versions_are_written_as_pep_440_does(constraint: str, expected: str) -> None:
    """Carets, tildes and stars have another spelling, and the same meaning."""
    assert specifier(constraint) == expected


@pytest.mark.parametrize("text", ["^1 || ^2", "latest", "1.*.2", "^", "1" * 600, ">=1 and <2"])
def test_versions_that_pep_440_cannot_say_are_told(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UnreadableConstraintError):
        specifier(text)


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("*", ""),
        ("^3.9", "python_version >= '3.9' and python_version < '4.0'"),
        (">=3.8,<3.11", "python_version >= '3.8' and python_version < '3.11'"),
        ("~3.9", "python_version >= '3.9' and python_version < '3.10'"),
        ("<4", "python_version < '4.0'"),
        ("3.9.*", "python_version == '3.9'"),
        ("3.*", "python_version >= '3.0' and python_version < '4.0'"),
        (">=3.8.1", "python_full_version >= '3.8.1'"),
        ("<3.9 || >=3.12", "(python_version < '3.9') or (python_version >= '3.12')"),
    ],
)
def test_pythons_are_written_as_markers(constraint: str, expected: str) -> None:
    """The minor version is what features depend on."""
    assert python_marker(constraint) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux", "sys_platform == 'linux'"),
        ("!=win32", "sys_platform != 'win32'"),
        ("linux || darwin", "sys_platform == 'linux' or sys_platform == 'darwin'"),
    ],
)
def test_platforms_are_written_as_markers(text: str, expected: str) -> None:
    """They are a constraint too."""
    assert platform_marker(text) == expected


def test_dependencies_are_read_from_wherever_they_come(project: Path) -> None:
    """What is optional waits for its extra, and groups for being asked."""
    write(project, {"lib/pyproject.toml": "", "w/my_pkg-1-py3-none-any.whl": ""})
    text = DEPENDENCIES + (
        'requests = "^2.31"\n'
        'lib = { path = "lib", develop = true, extras = ["x"] }\n'
        'my-pkg = { file = "w/my_pkg-1-py3-none-any.whl" }\n'
        'repo = { git = "git@h.example:o/r.git", tag = "v1", subdirectory = "py" }\n'
        'far = { url = "https://h.example/far-1.tar.gz" }\n'
        'fast = { version = "*", optional = true }\n'
        "mac = [{ version = '1', platform = 'darwin' },"
        " { version = '^2', markers = \"os_name == 'posix'\", python = '<3.12' }]\n"
        '[tool.poetry.extras]\nspeed = ["fast"]\n'
        '[tool.poetry.group.ship.dependencies]\nidna = "*"\n'
        '[tool.poetry.group.test.dependencies]\npytest = "*"\n'
        '[tool.poetry.dev-dependencies]\nblack = "*"\n'
    )

    found = read(project, text)
    more = read(project, text, extras=("Speed",), groups=("ship",))

    assert texts(found) == [
        "requests>=2.31,<3.0",
        f"lib[x] @ {(project / 'lib').as_uri()}",
        f"my-pkg @ {(project / 'w/my_pkg-1-py3-none-any.whl').as_uri()}",
        "repo @ git+ssh://git@h.example/o/r.git@v1#subdirectory=py",
        "far @ https://h.example/far-1.tar.gz",
        "mac==1 ; sys_platform == 'darwin'",
        "mac>=2,<3.0 ; (os_name == 'posix') and (python_version < '3.12')",
    ]
    assert texts(more)[7:] == ["fast", "idna"]
    assert found.origin == "pyproject.toml [tool.poetry]"
    assert [line.where.line for line in found.requirements] == [3, 4, 5, 6, 7, 9, 9]


def test_sources_take_the_place_of_pypi(project: Path) -> None:
    """Unless they are supplemental or explicit."""
    text = DEPENDENCIES + (
        'a = { version = "*", source = "ours" }\nb = { version = "1", source = "PyPI" }\n'
        '[[tool.poetry.source]]\nname = "main"\nurl = "https://main.example/simple"\n'
        '[[tool.poetry.source]]\nname = "ours"\nurl = "https://ours.example/simple"\n'
        'priority = "explicit"\n'
        '[[tool.poetry.source]]\nname = "more"\nurl = "https://more.example/simple"\n'
        'priority = "supplemental"\n'
    )

    found = read(project, text).index

    assert found.index_url == "https://main.example/simple"
    assert found.extra_index_urls == ("https://more.example/simple",)
    assert found.assigned == (
        ("a", "https://ours.example/simple"),
        ("b", "https://pypi.org/simple"),
    )
    assert found.reserved == ("https://ours.example/simple",)


def test_the_table_adds_to_what_the_project_lists(project: Path) -> None:
    """Since Poetry 2, where the requirement stands in `[project]` and its place in the table."""
    write(project, {"lib/pyproject.toml": ""})
    text = (
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["lib>=1", "a>1", "b"]\n'
        '[tool.poetry.dependencies]\nlib = { path = "lib" }\na = { source = "ours" }\nzeta = "*"\n'
        '[[tool.poetry.source]]\nname = "ours"\nurl = "https://o.example/"\npriority = "explicit"\n'
    )

    found = read(project, text)

    assert texts(found) == [f"lib @ {(project / 'lib').as_uri()}", "a>1", "b"]
    assert found.index.assigned == (("a", "https://o.example/"),)


def test_a_project_that_leaves_its_dependencies_to_poetry(project: Path) -> None:
    """They are dynamic, and stated nevertheless; Python alone is none."""
    text = '[project]\nname = "x"\nversion = "1"\ndynamic = ["dependencies"]\n' + DEPENDENCIES

    assert texts(read(project, text)) == []
    assert texts(read(project, text + 'a = "^1"\n')) == ["a>=1,<2.0"]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ('a = "^1 || ^2"', "LP104", "the version `^1 || ^2` of `a` cannot be read"),
        ("a = { version = '1', python = 'new' }", "LP104", "the Python `new` of `a`"),
        ('a = { path = "missing" }', "LP102", "`missing` does not exist"),
        ("a = { version = '1', source = 'x' }", "LP123", "`a` comes from the index `x`"),
    ],
)
def test_what_cannot_be_read_is_refused(project: Path, line: str, code: str, message: str) -> None:
    """With its line."""
    with pytest.raises(BuildError) as caught:
        read(project, DEPENDENCIES + line)

    found = caught.value.diagnostics[0]
    assert (found.code, found.where and found.where.line) == (code, 3)
    assert message in found.message


def test_a_lock_says_what_a_version_cannot(project: Path) -> None:
    """Beside poetry.lock a version that PEP 440 has no words for is left to it."""
    write(project, {"poetry.lock": ""})

    assert texts(read(project, DEPENDENCIES + 'a = "^1 || ^2"\n')) == ["a"]


def test_groups_that_include_each_other_are_refused(project: Path) -> None:
    """And so are those that include what is not there."""
    text = DEPENDENCIES + (
        '[tool.poetry.group.a]\ninclude-groups = ["b"]\n'
        '[tool.poetry.group.b]\ninclude-groups = ["a"]\n'
        '[tool.poetry.group.c]\ninclude-groups = ["d"]\n'
    )

    with pytest.raises(BuildError, match="includes itself"):
        read(project, text, groups=("a",))
    with pytest.raises(BuildError, match="includes no group: `d`"):
        read(project, text, groups=("c",))
