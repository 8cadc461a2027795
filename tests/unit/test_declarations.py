"""Which dependencies are declared: every place is read, and what cannot be read is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lpack.errors import BuildError
from lpack.model import RequirementsInput, Where
from lpack.steps.require import require
from tests.function_builder import function_of
from tests.project_folder import write

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import RequirementSet

PYPROJECT = """\
[project]
name = "demo"
version = "1"
dependencies = ["alpha>=1", " beta "]

[project.optional-dependencies]
Fast_Json = ["gamma"]

[dependency-groups]
Dev-Tools = ["delta", { include-group = "more" }]
more = ["epsilon; python_version > '3'"]
loop = [{ include-group = "loop" }]
wrong = [3]
"""
ROOT_WHERE = Where("pyproject.toml", 1, "tool.lpack.functions.api")


def read(
    root: Path, wanted: RequirementsInput, *, found: bool = False, **environ: str
) -> RequirementSet:
    """Read what a function of the project wants; `found` says that nobody declared where."""
    origins = {"": ROOT_WHERE} | ({} if found else {"requirements": ROOT_WHERE})
    return require(function_of(requirements=wanted, origins=origins), root, environ)


def texts(read: RequirementSet) -> list[str]:
    return [line.text for line in read.requirements]


def wanted(root: Path, *files: str, **more: Any) -> RequirementsInput:
    return RequirementsInput(tuple(root / name for name in files), **more)


def test_pyproject_is_read_with_extras_and_groups(project: Path) -> None:
    """Names are compared as the packaging standards say, and each line has its place."""
    write(project, {"pyproject.toml": PYPROJECT})
    asked = wanted(project, "pyproject.toml", extras=("fast-json",), groups=("dev_tools",))

    result = read(project, asked)

    assert texts(result) == ["alpha>=1", "beta", "gamma", "delta", "epsilon; python_version > '3'"]
    assert [line.where.line for line in result.requirements] == [4, 4, 7, 10, 11]
    assert result.origin == "pyproject.toml [project], extra `fast-json`, group `dev_tools`"
    assert project / "pyproject.toml" in result.files


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ({"extras": ("slow",)}, "LP102", "extra `slow` does not exist"),
        ({"groups": ("slow",)}, "LP102", "dependency group `slow` does not exist"),
        ({"groups": ("loop",)}, "LP101", "includes itself"),
        ({"groups": ("wrong",)}, "LP101", "list of strings"),
    ],
)
def test_what_pyproject_does_not_have_is_refused(
    project: Path, asked: dict[str, tuple[str, ...]], code: str, message: str
) -> None:
    """With the place where it would be."""
    write(project, {"pyproject.toml": PYPROJECT})

    with pytest.raises(BuildError, match=message) as caught:
        read(project, wanted(project, "pyproject.toml", **asked))

    assert caught.value.code == code
    where = caught.value.diagnostics[0].where
    assert where is not None
    assert where.file == "pyproject.toml"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[project]\nname = "x"\ndynamic = ["dependencies"]\n', "LP104"),
        ('[project]\nname = "x"\ndependencies = "alpha"\n', "LP101"),
        ('[project]\nname = "x"\ndependencies = ["alpha", 3]\n', "LP101"),
    ],
)
def test_dependencies_that_cannot_be_read_are_refused(project: Path, text: str, code: str) -> None:
    """Those that only a build could tell, and those that are no list."""
    write(project, {"pyproject.toml": text})

    with pytest.raises(BuildError) as caught:
        read(project, wanted(project, "pyproject.toml"))

    assert caught.value.code == code
    assert caught.value.diagnostics[0].where is not None


def test_all_places_that_are_named_count(project: Path) -> None:
    """Files in their order, then what the configuration itself says; options are merged."""
    write(
        project,
        {
            "a.txt": "--index-url https://a.example.org/\n--pre\nalpha\n-c c.txt\n",
            "b.in": "--extra-index-url https://b.example.org/\nbeta\n",
            "c.txt": "gamma<2\n",
        },
    )

    result = read(project, wanted(project, "a.txt", "b.in", packages=("delta",)))

    assert texts(result) == ["alpha", "beta", "delta"]
    assert [line.text for line in result.constraints] == ["gamma<2"]
    assert result.index.index_url == "https://a.example.org/"
    assert result.index.extra_index_urls == ("https://b.example.org/",)
    assert result.index.prereleases
    assert result.origin == "a.txt, b.in, the configuration"
    assert set(result.files) >= {project / name for name in ("a.txt", "b.in", "c.txt")}
    assert result.requirements[-1].where == ROOT_WHERE


@pytest.mark.parametrize(
    ("text", "notes"), [("a==${V}\n", True), ("--index-url https://${V}\na\n", False)]
)
def test_variables_in_requirements_are_noted(project: Path, text: str, *, notes: bool) -> None:
    """A build whose requirements depend on them is not remembered by its files alone."""
    write(project, {"requirements.txt": text})

    result = read(project, wanted(project, "requirements.txt"), V="1")

    assert result.uses_variables is notes
    assert texts(result) == (["a==1"] if notes else ["a"])


def test_a_file_of_another_kind_is_refused(project: Path) -> None:
    """The hint tells which kinds there are."""
    write(project, {"environment.yml": "dependencies: []\n"})

    with pytest.raises(BuildError) as caught:
        read(project, wanted(project, "environment.yml"))

    assert caught.value.code == "LP104"
    assert "requirements file" in (caught.value.diagnostics[0].hint or "")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "alpha==1.5\nbeta==2\n"}, ["alpha==1.5", "beta==2"]),
        (
            {"requirements.txt": "alpha==1.5\nBETA==2\ngamma==3\n"},
            ["alpha==1.5", "BETA==2", "gamma==3"],
        ),
    ],
)
def test_of_two_that_agree_the_more_precise_one_counts(
    project: Path, files: dict[str, str], expected: list[str]
) -> None:
    """A requirements file that pins what pyproject.toml asks for."""
    write(project, {"pyproject.toml": PYPROJECT, **files})

    result = read(project, wanted(project, "pyproject.toml", *files), found=True)

    assert texts(result) == expected
    assert result.origin == "requirements.txt"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alpha==0.5\nbeta\n", "alpha>=1"),
        ("alpha>=1\ngamma\nzeta\n", "only pyproject.toml [project] asks for `beta`"),
        ("alpha>=2\nbeta\n", "alpha>=2"),
    ],
)
def test_two_that_disagree_are_refused(project: Path, text: str, message: str) -> None:
    """Nobody said which one counts, and they say different things."""
    write(project, {"pyproject.toml": PYPROJECT, "requirements.txt": text})

    with pytest.raises(BuildError) as caught:
        read(project, wanted(project, "pyproject.toml", "requirements.txt"), found=True)

    assert caught.value.code == "LP103"
    assert message in str(caught.value)
