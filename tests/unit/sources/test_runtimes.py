from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lpack.sources.runtimes import say_python, unknown_runtime
from lpack.templates.cloudformation import YAML
from tests.project_folder import HANDLER, only_function, refused, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("wanted", "runtime"),
    [
        (">=3.12", "python3.13"),
        (">=3.10", "python3.13"),
        (">=3.14", "python3.14"),
        ("<3.13", "python3.12"),
        (">=3.9,<3.11", "python3.10"),
        ("==3.11.*", "python3.11"),
        ("==3.12.9", "python3.12"),
        ("~=3.12", "python3.13"),
        ("~=3.12.4", "python3.12"),
        (">=3.13.2", "python3.13"),
        (">3.13,<4", "python3.13"),
        (">=3.15", "python3.15"),
        ("", "python3.13"),
    ],
)
def test_requires_python_chooses_the_runtime(project: Path, wanted: str, runtime: str) -> None:
    """The oldest that fits from the default on, else the newest that fits and is no preview."""
    text = f'[project]\nname = "x"\nrequires-python = "{wanted}"\n'

    function = only_function(project, {"app.py": HANDLER, "pyproject.toml": text})

    assert function.target.runtime.name == runtime
    assert f"runtime {runtime} from requires-python {wanted}" in function.assumed


@pytest.mark.parametrize(
    ("text", "runtime"),
    [
        ("3.12\n", "python3.12"),
        ("3.12.4", "python3.12"),
        ("# why\n\n  3.11.9\n3.10\n", "python3.11"),
        ("cpython-3.12.1-linux\n", "python3.12"),
        ("cpython@3.14\n", "python3.14"),
    ],
)
def test_python_version_goes_before_requires_python(project: Path, text: str, runtime: str) -> None:
    """The file that pins the developers' Python chooses the runtime."""
    pyproject = '[project]\nname = "x"\nrequires-python = ">=3.9"\n'
    files = {"app.py": HANDLER, "pyproject.toml": pyproject, ".python-version": text}

    function = only_function(project, files)

    assert function.target.runtime.name == runtime
    assert f"runtime {runtime} from .python-version" in function.assumed


@pytest.mark.parametrize("text", ["", "system\n", "pypy3.10-7.3\n", "3\n", "my-env\n"])
def test_a_python_version_that_is_no_release_is_passed_over(project: Path, text: str) -> None:
    """Names of environments and of other interpreters choose nothing."""
    function = only_function(project, {"app.py": HANDLER, ".python-version": text})

    assert "runtime python3.13, the default" in function.assumed


def test_the_function_s_own_folder_goes_before_the_project(project: Path) -> None:
    """In a repository of many things, what stands beside the function counts."""
    files = {
        "src/app.py": HANDLER,
        "src/.python-version": "3.11",
        ".python-version": "3.14",
    }

    function = only_function(project, files)

    assert function.target.runtime.name == "python3.11"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {".python-version": "3.6.1"},
            (
                "LP010: Lambda has no runtime for Python `3.6`\n"
                "  --> .python-version:1\n"
                '  hint: set `runtime` for the function, for instance `"python3.13"`'
            ),
        ),
        (
            {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=4"\n'},
            (
                "LP010: no Lambda runtime fits requires-python `>=4`\n"
                "  --> pyproject.toml:3: project.requires-python\n"
                '  hint: set `runtime` for the function, for instance `"python3.13"`'
            ),
        ),
        (
            {"pyproject.toml": '[project]\nname = "x"\nrequires-python = "three"\n'},
            (
                "LP006: `requires-python` is `three`, which is no version specifier\n"
                "  --> pyproject.toml:3: project.requires-python\n"
                '  hint: write it like `">=3.12"`'
            ),
        ),
    ],
)
def test_a_python_that_lambda_lacks_is_told(
    project: Path, files: dict[str, str], expected: str
) -> None:
    """Nothing is chosen against what the project says."""
    write(project, {"app.py": HANDLER, **files})

    assert refused(project) == expected


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("python3.6", "runtime `python3.6` is retired", 'use a Python runtime: `runtime = "'),
        ("python2.7", "runtime `python2.7` is retired", 'use a Python runtime: `runtime = "'),
        ("nodejs22.x", "runtime `nodejs22.x` is not for Python", "use a Python runtime"),
        ("provided", "runtime `provided` is retired", 'use `runtime = "provided.al2023"`'),
        ("3.12", "unknown runtime `3.12`", "did you mean `python3.12`?"),
        ("py311", "unknown runtime `py311`", "did you mean `python3.11`?"),
        ("pyton3.10", "unknown runtime `pyton3.10`", "did you mean `python3.10`?"),
        ("Python3.12", "unknown runtime `Python3.12`", "did you mean `python3.12`?"),
        ("python3.99", "unknown runtime `python3.99`", "runtimes: `python3.15`, "),
        ("cobol", "unknown runtime `cobol`", "runtimes: `python3.15`, "),
    ],
)
def test_an_unknown_runtime_is_told_with_the_nearest(
    project: Path, name: str, message: str, hint: str
) -> None:
    """Retired runtimes, other languages and slips of the pen each get their own words."""
    config = f'[functions.a]\nhandler = "app.handler"\nruntime = "{name}"\n'
    write(project, {"lpack.toml": config})

    text = refused(project)

    assert text.startswith(f"LP010: {message}")
    assert "  --> lpack.toml:3: functions.a.runtime\n" in text
    assert f"  hint: {hint}" in text


def test_a_template_is_told_in_its_own_words() -> None:
    """It has no key of pyproject.toml."""
    message, hint = unknown_runtime("python3.6", YAML)

    assert message.startswith("runtime `python3.6` is retired")
    assert hint == "use a Python runtime: `Runtime: python3.13`"
    assert say_python(YAML).endswith("`3.13` in a file `.python-version` beside the code")
