from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project_folder import HANDLER, only_function, refused, write

if TYPE_CHECKING:
    from pathlib import Path

POETRY = '[tool.poetry.dependencies]\npython = "{}"\n'
PIPFILE = "[requires]\n{}\n"


@pytest.mark.parametrize(
    ("files", "runtime", "origin"),
    [
        ({"pyproject.toml": POETRY.format("^3.9")}, "3.13", "from Poetry's python ^3.9"),
        ({"pyproject.toml": POETRY.format("~3.12.7")}, "3.12", "from Poetry's python ~3.12.7"),
        (
            {"pyproject.toml": POETRY.format("~3.9 || ~3.11")},
            "3.11",
            "from Poetry's python ~3.9 || ~3.11",
        ),
        ({"Pipfile": PIPFILE.format("python_version = '3.9'")}, "3.9", "from Pipfile"),
        ({"Pipfile": PIPFILE.format("python_full_version = '3.11.4'")}, "3.11", "from Pipfile"),
        ({"Pipfile": PIPFILE.format("python_version = '3'")}, "3.13", "the default"),
        ({"Pipfile": PIPFILE.format("python_version = 3")}, "3.13", "the default"),
        ({"Pipfile": "requires = 3\n"}, "3.13", "the default"),
        (
            {
                "pyproject.toml": '[project]\nname = "x"\nrequires-python = "<3.11"\n'
                + POETRY.format("^3.12")
            },
            "3.10",
            "from requires-python <3.11",
        ),
        (
            {
                "pyproject.toml": POETRY.format("~3.12"),
                "Pipfile": PIPFILE.format("python_version = '3.9'"),
            },
            "3.12",
            "from Poetry's python ~3.12",
        ),
        (
            {".python-version": "3.10", "pyproject.toml": POETRY.format("^3.12")},
            "3.10",
            "from .python-version",
        ),
    ],
)
def test_the_python_of_other_tools_chooses_the_runtime(
    project: Path, files: dict[str, str], runtime: str, origin: str
) -> None:
    """Poetry's constraint and the Pipfile's count where the standard places say nothing."""
    function = only_function(project, {"app.py": HANDLER, **files})

    assert function.target.runtime.name == f"python{runtime}"
    sentence = f"runtime python{runtime}{',' if 'default' in origin else ''} {origin}"
    assert sentence in function.assumed


def test_the_nearest_pipfile_chooses_the_runtime(project: Path) -> None:
    """A function's own folder goes before the project's."""
    files = {
        "src/app.py": HANDLER,
        "src/Pipfile": PIPFILE.format("python_version = '3.11'"),
        "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.9"\n',
    }

    function = only_function(project, files)

    assert "runtime python3.11 from src/Pipfile" in function.assumed


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"pyproject.toml": POETRY.format("^2.7")},
            (
                "LP010: no Lambda runtime fits Poetry's python `^2.7`\n"
                "  --> pyproject.toml:2: tool.poetry.dependencies.python\n"
                '  hint: set `runtime` for the function, for instance `"python3.13"`'
            ),
        ),
        (
            {"pyproject.toml": POETRY.format("newest")},
            (
                "LP006: Poetry's python is `newest`, which is no version specifier\n"
                "  --> pyproject.toml:2: tool.poetry.dependencies.python\n"
                '  hint: write it like `"^3.12"`'
            ),
        ),
        (
            {"Pipfile": PIPFILE.format("python_version = '3.6'")},
            (
                "LP010: Lambda has no runtime for Python `3.6`\n"
                "  --> Pipfile:2: requires.python_version\n"
                '  hint: set `runtime` for the function, for instance `"python3.13"`'
            ),
        ),
    ],
)
def test_a_python_that_lambda_does_not_have_is_told(
    project: Path, files: dict[str, str], expected: str
) -> None:
    """The place that asks for it is named."""
    write(project, {"app.py": HANDLER, **files})

    assert refused(project) == expected


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"Pipfile": "[packages]\n"}, "no dependencies: Pipfile lists none"),
        ({"Pipfile": "[dev-packages]\na = '*'\n"}, "no dependencies: Pipfile lists none"),
        (
            {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
            "no dependencies: pyproject.toml lists none",
        ),
        (
            {"pyproject.toml": POETRY.format("^3.9")},
            "no dependencies: pyproject.toml lists none",
        ),
        ({"setup.py": "import setuptools\n"}, "no dependencies: setup.py lists none"),
    ],
)
def test_a_file_that_lists_nothing_is_named(
    project: Path, files: dict[str, str], sentence: str
) -> None:
    """Nobody is told that there is no file where there is one."""
    function = only_function(project, {"app.py": HANDLER, **files})

    assert function.requirements.is_empty
    assert sentence in function.assumed


@pytest.mark.parametrize(
    ("files", "handler", "source"),
    [
        (
            {
                "pk/__init__.py": "",
                "pk/sub/__init__.py": "",
                "pk/sub/fn_lambda.py": "from pk.sub import x\n" + HANDLER,
            },
            "pk.sub.fn_lambda.lambda_handler",
            "",
        ),
        (
            {"pk/__init__.py": "", "pk/sub/fn_lambda.py": HANDLER},
            "fn_lambda.lambda_handler",
            "pk/sub",
        ),
        (
            {"pk/sub/fn_lambda.py": "from pk.sub import x\n" + HANDLER},
            "pk.sub.fn_lambda.lambda_handler",
            "",
        ),
        (
            {"src/pk/__init__.py": "", "src/pk/fn.py": HANDLER},
            "pk.fn.lambda_handler",
            "src",
        ),
        (
            {"src/__init__.py": "", "src/fn/index.py": HANDLER},
            "index.lambda_handler",
            "src/fn",
        ),
        (
            {"src/__init__.py": "", "src/pk/__init__.py": "", "src/pk/fn.py": HANDLER},
            "pk.fn.lambda_handler",
            "src",
        ),
        (
            {
                "src/__init__.py": "",
                "src/pk/__init__.py": "",
                "src/pk/fn.py": "from src.pk import x\n" + HANDLER,
            },
            "src.pk.fn.lambda_handler",
            "",
        ),
        (
            {"__init__.py": "", "pk/__init__.py": "", "pk/fn.py": HANDLER},
            "pk.fn.lambda_handler",
            "",
        ),
    ],
)
def test_a_package_is_suggested_from_where_its_imports_begin(
    project: Path, files: dict[str, str], handler: str, source: str
) -> None:
    """No folder that is a package itself is suggested as the root of the code."""
    write(project, files)

    text = refused(project)

    place = f' and `source = "{source}"`' if source else ""
    assert text.endswith(f'with `handler = "{handler}"`{place}')


def test_a_usual_folder_inside_a_package_is_no_root(project: Path) -> None:
    """A handler that is found without a word is packed so that it can be imported."""
    files = {"app/__init__.py": "", "app/main.py": HANDLER}

    function = only_function(project, files)

    assert function.handler_text == "app.main.lambda_handler"
    assert function.sources == (project.resolve(),)
