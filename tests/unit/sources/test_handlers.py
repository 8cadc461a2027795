from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from lpack.config import Overrides
from lpack.steps.configure import read_project
from tests.project_folder import HANDLER, only_function, refused, write

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = '[project]\nname = "My-App"\n'


@pytest.mark.parametrize(
    ("files", "handler", "source"),
    [
        ({"lambda_function.py": HANDLER}, "lambda_function.lambda_handler", "."),
        ({"handler.py": "def handler(event, context): ..."}, "handler.handler", "."),
        ({"app.py": "handler = Mangum(app)"}, "app.handler", "."),
        ({"app.py": "handler: object = Mangum(app)"}, "app.handler", "."),
        ({"main.py": "from other import run as handler"}, "main.handler", "."),
        ({"main.py": "async def handler(event, context): ..."}, "main.handler", "."),
        (
            {"app.py": "try:\n  from a import handler\nexcept ImportError:\n  raise"},
            "app.handler",
            ".",
        ),
        ({"app.py": "if True:\n  def handler(e, c): ..."}, "app.handler", "."),
        ({"app.py": HANDLER + "handler = lambda_handler\n"}, "app.lambda_handler", "."),
        ({"lambda_function.py": HANDLER, "app.py": HANDLER}, "lambda_function.lambda_handler", "."),
        ({"lambda_function.py": "", "app.py": HANDLER}, "app.lambda_handler", "."),
        (
            {"app.py": HANDLER, "main.py": "from app import lambda_handler"},
            "app.lambda_handler",
            ".",
        ),
        ({"app.py": HANDLER, "src/app.py": HANDLER}, "app.lambda_handler", "."),
        ({"src/app.py": HANDLER}, "app.lambda_handler", "src"),
        ({"lambda/app.py": HANDLER}, "app.lambda_handler", "lambda"),
        ({"app/main.py": "import helper\n" + HANDLER}, "main.lambda_handler", "app"),
        ({"app/main.py": "from .x import y\n" + HANDLER}, "app.main.lambda_handler", "."),
        ({"app/main.py": "from app.x import y\n" + HANDLER}, "app.main.lambda_handler", "."),
        ({"app/main.py": "import app.x\n" + HANDLER}, "app.main.lambda_handler", "."),
        (
            {"src/my_app/main.py": HANDLER, "pyproject.toml": PACKAGE},
            "my_app.main.lambda_handler",
            "src",
        ),
        (
            {"my_app/main.py": HANDLER, "pyproject.toml": PACKAGE},
            "my_app.main.lambda_handler",
            ".",
        ),
        ({"app.py": "x = '\\d'\n" + HANDLER}, "app.lambda_handler", "."),
        ({"app.py": "this is newer than any Python\n" + HANDLER}, "app.lambda_handler", "."),
    ],
)
def test_a_handler_is_found_where_handlers_are(
    project: Path, files: dict[str, str], handler: str, source: str
) -> None:
    """The usual files, in the usual folders, need no configuration."""
    function = only_function(project, files)

    assert function.handler_text == handler
    assert function.sources == ((project / source).resolve(),)
    assert function.assumed[0].startswith(f"handler `{handler}` found in ")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app.py": "app = 1\n"},
        {"app.py": "def main():\n    def handler(): ...\n"},
        {"app.py": "import logging\nhandler = logging.StreamHandler()\n"},
        {"app.py": "from logging import StreamHandler\nhandler = StreamHandler()\n"},
        {"app.py": "handler = None\n"},
        {"app.py": "handler: object\n"},
        {"app.py": "text = '''\nhandler = 1\n'''\n"},
        {"app.py": "\0"},
        {"tests/app.py": HANDLER},
    ],
)
def test_what_is_no_handler_is_not_taken(project: Path, files: dict[str, str]) -> None:
    """Nothing is guessed from what only looks like a handler."""
    write(project, files)

    text = refused(project)

    assert text.startswith(
        "LP003: no Lambda function in `project`: looked for `lambda_handler` in "
        "lambda_function.py, or `lambda_handler` or `handler` in handler.py, app.py or main.py"
    )


def test_the_search_runs_nothing(project: Path) -> None:
    """A module is read as text: its code has no effect."""
    write(project, {"app.py": "open('ran', 'w')\nraise SystemExit\n" + HANDLER})

    only_function(project)

    assert not (project / "ran").exists()


def test_a_handler_elsewhere_is_suggested(project: Path) -> None:
    """The message names the handler that lies one folder too deep."""
    write(project, {"hello_world/app.py": HANDLER})

    text = refused(project)

    assert text.endswith(
        'hint: declare `[functions.NAME]` of lpack.toml with `handler = "app.lambda_handler"` '
        'and `source = "hello_world"`'
    )


def test_a_handler_of_a_package_is_suggested_as_one(project: Path) -> None:
    """A folder that imports itself by name is a package, and stays one in the suggestion."""
    write(project, {"shop/orders.py": "from shop import items\n" + HANDLER})

    text = refused(project)

    assert text.endswith(
        "hint: declare `[functions.NAME]` of lpack.toml "
        'with `handler = "shop.orders.lambda_handler"`'
    )


def test_a_handler_two_folders_deep_is_suggested(project: Path) -> None:
    """A folder for each function below a common one is a usual layout."""
    write(project, {"lambda/orders/index.py": HANDLER, "node_modules/x/y.py": HANDLER})

    text = refused(project)

    assert text.endswith('with `handler = "index.lambda_handler"` and `source = "lambda/orders"`')


def test_handlers_in_many_files_are_counted(project: Path) -> None:
    """Of several handlers one is suggested, and the files of the others are named."""
    names = ("delete", "get", "list", "put", "scan", "update")
    write(project, {f"{name}.py": HANDLER for name in names})

    text = refused(project)

    assert "  handlers elsewhere: `delete.py`, `get.py`, `list.py`, `put.py` and 2 more" in text


def test_a_project_with_pyproject_is_sent_there(project: Path) -> None:
    """Only a project that has a pyproject.toml is told to write into it."""
    write(project, {"pyproject.toml": PACKAGE})

    text = refused(project)

    assert text.endswith(
        "hint: declare the function: `handler = …` "
        "in `[tool.lpack.functions.NAME]` of pyproject.toml"
    )


def test_two_handlers_are_not_decided(project: Path) -> None:
    """With two to choose from, the user is asked."""
    write(project, {"app.py": HANDLER, "main.py": "def handler(e, c): ...\n"})

    text = refused(project)

    assert (
        text
        == """\
LP009: there are several handlers: `app.lambda_handler`, `main.handler`
  --> app.py
  hint: declare the functions: `handler = …` in `[functions.NAME]` of lpack.toml"""
    )


def test_two_handlers_of_a_declared_function_are_not_decided(project: Path) -> None:
    """The hint gives the lines to choose from."""
    write(project, {"lpack.toml": "[functions.a]\n", "app.py": HANDLER, "main.py": HANDLER})

    text = refused(project)

    assert (
        text
        == """\
LP009: function `a` has several handlers: `app.lambda_handler`, `main.lambda_handler`
  --> lpack.toml:1: functions.a
  hint: set `handler = "app.lambda_handler"` or `handler = "main.lambda_handler"`"""
    )


def test_a_declared_source_is_searched(project: Path) -> None:
    """A function that names its folder has the handler of that folder."""
    config = '[functions.a]\nsource = "one"\n[functions.b]\nsource = "two"\n'
    write(project, {"lpack.toml": config, "one/app.py": HANDLER, "two/main.py": HANDLER})

    first, second = read_project(project, Overrides(), {}).functions

    assert (first.handler_text, first.sources) == ("app.lambda_handler", (project / "one",))
    assert (second.handler_text, second.sources) == ("main.lambda_handler", (project / "two",))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("my.app", "my-app"), ("a" * 70, "a" * 64), ("...", "function"), ("Ünïcode x", "n-code-x")],
)
def test_the_name_is_one_that_lambda_takes(project: Path, name: str, expected: str) -> None:
    """The project's name becomes the function's, without the characters that Lambda refuses."""
    text = f'[project]\nname = "{name}"\n'

    function = only_function(project, {"pyproject.toml": text, "app.py": HANDLER})

    assert function.name == expected


def test_a_folder_gives_its_name(project: Path) -> None:
    """Without a pyproject.toml the function is named as its folder."""
    function = only_function(project, {"app.py": HANDLER})

    assert function.name == "project"


@pytest.mark.parametrize(
    ("text", "module", "attribute"),
    [
        ("app.main.handler", "app.main", "handler"),
        ("app/main.handler", "app/main", "handler"),
        ("nodot", "nodot", ""),
        ("ok.", "ok", ""),
        (".handler", "", "handler"),
    ],
)
def test_a_declared_handler_is_split_as_lambda_splits_it(
    project: Path, text: str, module: str, attribute: str
) -> None:
    """What is malformed is kept as it is, for the rule that judges it."""
    function = only_function(project, {"lpack.toml": f'[functions.a]\nhandler = "{text}"\n'})

    assert function.handler is not None
    assert (function.handler.module, function.handler.attribute) == (module, attribute)


@pytest.mark.parametrize(
    ("files", "source", "sentence"),
    [
        ({"my/app.py": ""}, ".", "source `.`, where the handler is"),
        ({"src/my/app.py": ""}, "src", "source `src`, where the handler is"),
        ({"src/my/app/__init__.py": ""}, "src", "source `src`, where the handler is"),
        ({"my/app.py": "", "src/my/app.py": ""}, ".", "source `.`, where the handler is"),
        ({}, ".", "source `.`, the whole project"),
    ],
)
def test_a_declared_handler_tells_the_source(
    project: Path, files: dict[str, str], source: str, sentence: str
) -> None:
    """The package's root is the project, or `src` where the module is only found there."""
    config = {"lpack.toml": '[functions.a]\nhandler = "my.app.run"\n'}

    function = only_function(project, {**config, **files})

    assert function.sources == ((project / source).resolve(),)
    assert function.assumed[0] == sentence


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no symbolic links")
@pytest.mark.parametrize("target", ["../outside", "loop"])
def test_a_source_behind_a_link_is_judged_by_what_it_is(project: Path, target: str) -> None:
    """A link that leaves the project, or leads to itself, is no source."""
    (project.parent / "outside").mkdir()
    (project / "loop").symlink_to(target, target_is_directory=True)
    write(project, {"lpack.toml": '[functions.a]\nhandler = "a.b"\nsource = "loop"\n'})

    text = refused(project)

    assert text.startswith("LP008: source `loop` ")


def test_a_source_that_is_a_file_is_told(project: Path) -> None:
    """A package is made of folders."""
    write(project, {"lpack.toml": '[functions.a]\nhandler = "a.b"\nsource = "a.py"\n', "a.py": ""})

    text = refused(project)

    assert text.startswith("LP008: source `a.py` is a file, not a folder\n")
