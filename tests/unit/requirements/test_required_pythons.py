from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.errors import BuildError
from lpack.model import RequirementsInput, Target
from lpack.platforms import runtime_named
from lpack.projects.reading import read_project
from lpack.requirements.expansion import expand
from lpack.requirements.pyproject import read_pyproject
from tests.command_line import lines_told, lpack
from tests.project_folder import HANDLER, write

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import RequirementSet

PROJECT = '[project]\nname = "own"\nversion = "1"\nrequires-python = "{}"\n'
POETRY = (
    '[tool.poetry]\nname = "own"\nversion = "1"\n[tool.poetry.dependencies]\npython = "{}"\n'
    '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
)
SETUP_CFG = "[metadata]\nname = own\nversion = 1\n[options]\npython_requires = {}\n"


def expanded(folder: Path, requirements: RequirementSet, runtime: str) -> RequirementSet:
    """Expand for a runtime by its version."""
    known = runtime_named(f"python{runtime}")
    assert known is not None
    return expand(requirements, folder, Target(known, "x86_64"))


def declared(folder: Path) -> RequirementSet:
    """Read the pyproject.toml of a folder."""
    path = folder / "pyproject.toml"
    return read_pyproject(path, folder, RequirementsInput((path,)), {})


def told(error: BuildError) -> str:
    """Write out a failure."""
    (mistake,) = error.diagnostics
    return f"{mistake.code}: {mistake.message}\n{mistake.where}\n{mistake.hint}"


@pytest.mark.parametrize(
    ("text", "runtime", "expected"),
    [
        (
            PROJECT.format(">=3.14"),
            "3.12",
            (
                "LP106: the project requires Python >=3.14, and the runtime is python3.12\n"
                "pyproject.toml:4: project.requires-python\n"
                "choose a runtime that fits, such as `python3.14`"
            ),
        ),
        (
            PROJECT.format("<3.11"),
            "3.13",
            (
                "LP106: the project requires Python <3.11, and the runtime is python3.13\n"
                "pyproject.toml:4: project.requires-python\n"
                "choose a runtime that fits, such as `python3.10`"
            ),
        ),
        (
            POETRY.format("~3.9 || ~3.11"),
            "3.10",
            (
                "LP106: the project requires Python ~3.9 || ~3.11, and the runtime is python3.10\n"
                "pyproject.toml:5: tool.poetry.dependencies.python\n"
                "choose a runtime that fits, such as `python3.11`"
            ),
        ),
        (
            PROJECT.format(">=4"),
            "3.13",
            (
                "LP106: the project requires Python >=4, and the runtime is python3.13\n"
                "pyproject.toml:4: project.requires-python\n"
                "correct it: Lambda has no runtime that fits"
            ),
        ),
    ],
)
def test_a_project_for_another_python_is_refused(
    project: Path, text: str, runtime: str, expected: str
) -> None:
    """What the project says of itself holds for its function too."""
    write(project, {"pyproject.toml": text})

    with pytest.raises(BuildError) as caught:
        expanded(project, declared(project), runtime)

    assert told(caught.value) == expected


@pytest.mark.parametrize(
    "text",
    [
        PROJECT.format(">=3.12.7,<3.13"),
        PROJECT.format("==3.12.9"),
        PROJECT.format("!=3.12.3"),
        PROJECT.format(">=3.8"),
        PROJECT.format("newest"),
        PROJECT.format(">=" + "3" * 5000),
        PROJECT.format(""),
        '[project]\nname = "own"\n',
        "[project]\nname = 'own'\nrequires-python = 3\n",
        POETRY.format("~3.12.7"),
        POETRY.format("^3.9"),
        POETRY.format("~3.9 || ~3.12.7"),
        POETRY.format("newest"),
        POETRY.format("*"),
    ],
)
def test_a_python_that_may_be_the_runtime_s_is_taken(project: Path, text: str) -> None:
    """Which patch release a runtime has is not known; neither is what cannot be read."""
    write(project, {"pyproject.toml": text})

    requirements = declared(project)

    assert expanded(project, requirements, "3.12").requirements == ()


@pytest.mark.parametrize(
    ("file", "text", "wanted", "place"),
    [
        ("pyproject.toml", PROJECT, ">=3.14", "lib/pyproject.toml:4: project.requires-python"),
        (
            "pyproject.toml",
            POETRY,
            "^3.14",
            "lib/pyproject.toml:5: tool.poetry.dependencies.python",
        ),
        (
            "pyproject.toml",
            POETRY,
            "~3.9 || ^3.14",
            "lib/pyproject.toml:5: tool.poetry.dependencies.python",
        ),
        ("setup.cfg", SETUP_CFG, ">=3.14", "lib/setup.cfg:5"),
    ],
)
def test_a_folder_that_ships_for_another_python_is_refused(
    project: Path, file: str, text: str, wanted: str, place: str
) -> None:
    """A path dependency is judged as a published one would be."""
    own = f"[project]\nname = 'x'\ndependencies = ['own @ {(project / 'lib').as_uri()}']\n"
    write(project, {"pyproject.toml": own, f"lib/{file}": text.format(wanted)})

    with pytest.raises(BuildError) as caught:
        expanded(project, declared(project), "3.12")

    assert told(caught.value) == (
        f"LP106: `own` requires Python {wanted}, and the runtime is python3.12\n"
        f"{place}\nchoose a runtime that fits, such as `python3.14`"
    )


def test_a_folder_that_ships_may_ask_for_a_patch_release(project: Path) -> None:
    """Whether the runtime has it is for Lambda to decide."""
    own = f"[project]\nname = 'x'\ndependencies = ['own @ {(project / 'lib').as_uri()}']\n"
    write(project, {"pyproject.toml": own, "lib/pyproject.toml": POETRY.format("~3.12.7")})

    found = expanded(project, declared(project), "3.12")

    assert [one.name for one in found.projects] == ["own"]


def test_a_folder_that_does_not_ship_is_not_judged(project: Path) -> None:
    """A marker that is false on the target leaves the folder out."""
    line = f"own @ {(project / 'lib').as_uri()} ; sys_platform == 'win32'"
    own = f'[project]\nname = "x"\ndependencies = ["{line}"]\n'
    write(project, {"pyproject.toml": own, "lib/pyproject.toml": PROJECT.format(">=3.14")})

    assert expanded(project, declared(project), "3.12").projects == ()


def test_the_python_of_a_project_is_read_as_it_is_written(project: Path) -> None:
    """The words of the project are kept for messages, and those of PEP 440 for judging."""
    write(project, {"pyproject.toml": POETRY.format("^3.9 || ~3.14.2")})

    python = read_project(project, project).requires_python

    assert python is not None
    assert python.text == "^3.9 || ~3.14.2"
    assert python.specifiers == (">=3.9,<4.0", ">=3.14.2,<3.15.0")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (PROJECT.format(">=3.14"), "pyproject.toml:4: project.requires-python"),
        (POETRY.format("^3.14"), "pyproject.toml:5: tool.poetry.dependencies.python"),
    ],
)
def test_a_build_for_another_python_is_refused(project: Path, text: str, place: str) -> None:
    """The user is told before anything is resolved or packed."""
    listed = text.replace("[build-system]", "[tool.poetry.extras]\n[build-system]")
    if "[project]" in listed:
        listed += 'dependencies = ["six"]\n'
    else:
        listed = listed.replace("[tool.poetry.extras]", 'six = "*"\n[tool.poetry.extras]')
    write(project, {"app.py": HANDLER, "pyproject.toml": listed})

    done = lpack(project, "build", "--runtime", "python3.12")

    assert done.returncode == 3
    assert "[LP106]" in done.stderr
    assert f"  --> {place}" in lines_told(done.stderr)
    assert "and the runtime is python3.12" in done.stderr
    assert not (project / "dist").exists()


@pytest.mark.parametrize("name", ["dev", "Bench_Mark"])
def test_groups_of_pdm_before_the_standard_are_read(project: Path, name: str) -> None:
    """`[tool.pdm.dev-dependencies]` has a list of requirements for each group."""
    text = (
        '[project]\nname = "x"\ndependencies = ["a"]\n[tool.pdm.dev-dependencies]\n'
        'dev = ["b", "-e file:///${PROJECT_ROOT}/lib#egg=own"]\nbench-mark = ["c>=1"]\n'
    )
    write(project, {"pyproject.toml": text, "lib/pyproject.toml": PROJECT.format(">=3.9")})
    path = project / "pyproject.toml"
    wanted = RequirementsInput((path,), groups=(name,))

    lines = read_pyproject(path, project, wanted, {}).requirements

    expected = {"dev": ["a", "b", f"own @ {(project / 'lib').as_uri()}"]}.get(name, ["a", "c>=1"])
    assert [line.text for line in lines] == expected
    assert lines[-1].where.line == (5 if name == "dev" else 6)


def test_a_group_that_is_nowhere_is_told_with_those_of_pdm(project: Path) -> None:
    """What could have been meant is listed, wherever it is declared."""
    text = '[project]\nname = "x"\n[tool.pdm.dev-dependencies]\nbenchmark = ["c"]\n'
    write(project, {"pyproject.toml": text})
    path = project / "pyproject.toml"

    with pytest.raises(BuildError) as caught:
        read_pyproject(path, project, RequirementsInput((path,), groups=("tests",)), {})

    assert "declared there: `benchmark`" in told(caught.value)


def test_a_project_without_a_python_has_none(project: Path) -> None:
    """Nothing is judged where nothing is said."""
    write(project, {"pyproject.toml": '[project]\nname = "own"\nversion = "1"\n'})

    read = read_project(project, project)

    assert read.requires_python is None
