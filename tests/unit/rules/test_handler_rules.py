"""Rules about the handler: each mistake is reported once, in words that lead to its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lpack.facts.contents import Contents
from lpack.facts.handlers import inspect_handler
from tests.function_builder import APP, bundle_of, check, codes, handler_of, target_of
from tests.handler_zoo import ANSWERING

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "integration/runtime_client_answers.json").read_text()
)

LAYER = ("arn:aws:lambda:eu-west-1:123456789012:layer:name:1",)


@pytest.mark.parametrize(
    ("handler", "source", "expected"),
    [
        ("app.handler", "def handler(event, context): ...", []),
        ("app", "", ["LP306-error"]),
        ("app. handler", "", ["LP306-error"]),
        ("x" * 121 + ".handler", "", ["LP306-error", "LP307-error"]),
        ("main.handler", "", ["LP307-error"]),
        ("app.handler", "", ["LP308-error"]),
        ("app.handler", "handler = 1", ["LP308-error"]),
        ("app.handler", "def handler(:", ["LP309-error"]),
        ("json.handler", "", ["LP321-error"]),
        ("app.handler", "async def handler(event, context): ...", ["LP323-error"]),
        ("app.handler", "def handler(event): ...", ["LP324-error"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_reported_once(handler: str, source: str, expected: list[str]) -> None:
    """One mistake of a handler is one error."""
    runtime = "python3.10"

    found = codes({"app.py": source}, handler=handler, runtime=runtime)

    assert [code for code in found if code != "LP314-warning"] == expected


@pytest.mark.parametrize(
    ("handler", "files", "message", "hint"),
    [
        (
            "app.handler",
            {"src/app.py": APP["app.py"]},
            (
                "the handler's module `app` cannot be imported: `app.py` is not in the package"
                " (Runtime.ImportModuleError)"
            ),
            'did you mean `src/app.handler`? or set `source = "src"`',
        ),
        (
            "run.sh",
            {"run.sh": "exec python -m server"},
            (
                "the handler's module `run` cannot be imported: `run.py` is not in the package"
                " (Runtime.ImportModuleError)"
            ),
            "declare the layer whose AWS_LAMBDA_EXEC_WRAPPER runs this script: `layers = […]`",
        ),
        (
            "src/app.handler",
            APP,
            (
                "the handler's module `src/app` cannot be imported: "
                "`src/app.py` is not in the package (Runtime.ImportModuleError)"
            ),
            "did you mean `app.handler`?",
        ),
        (
            "aap.handler",
            APP,
            (
                "the handler's module `aap` cannot be imported: `aap.py` is not in the package"
                " (Runtime.ImportModuleError)"
            ),
            "did you mean `app.handler`?",
        ),
        (
            "src\\app.handler",
            {"src/app.py": ""},
            (
                "the handler's module `src\\app` cannot be imported: "
                "`src\\app.py` is not in the package (Runtime.ImportModuleError)"
            ),
            "did you mean `src/app.handler`?",
        ),
        (
            "app.handler.main",
            APP,
            (
                "the handler's module `app.handler` cannot be imported: "
                "`app.py` is a module, not a package (Runtime.ImportModuleError)"
            ),
            "did you mean `app.handler`?",
        ),
        (
            "app.main",
            APP,
            "`app.py` has no function `main` (Runtime.HandlerNotFound)",
            "did you mean `app.handler`?",
        ),
        (
            "app.handler",
            {"app.py": "handler = 'text'"},
            "`handler` in `app.py` cannot be called: it is `'text'` (TypeError)",
            "define `def handler(event, context)`, or name another function",
        ),
        (
            "app.handler",
            {"app.py": "from core import handler", "core.py": ""},
            (
                "`app.py` has no function `handler`: `core.py` has no `handler` to import"
                " (Runtime.ImportModuleError)"
            ),
            "define `def handler(event, context)`, or name another function",
        ),
        (
            "time.handler",
            {"time.py": ""},
            (
                "the handler's module `time` cannot be imported: `time` is built into Python"
                " (Runtime.BuiltInModuleConflict)"
            ),
            "rename the module, for instance to `app`",
        ),
        (
            "app.handler",
            {"app.py": "def handler(event): ..."},
            (
                "`handler` cannot be called with event and context: it takes 1 positional argument"
                " (TypeError)"
            ),
            "define it as `def handler(event, context)`",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_messages_lead_to_the_end_of_the_mistake(
    handler: str, files: dict[str, str], message: str, hint: str
) -> None:
    """The message says what Lambda will not find, and the hint what was probably meant."""
    (found,) = check(files, handler=handler)

    assert (found.message, found.hint) == (message, hint)


def test_the_line_of_the_code_is_told() -> None:
    """What is wrong in a file of the package is reported at its line there."""
    (found,) = check({"app.py": "\n\nasync def handler(event, context): ..."})

    assert str(found.where) == "app.py:3"


def test_a_module_of_a_layer_is_no_error() -> None:
    """What a layer or another folder on the path may hold is not called missing."""
    assert codes(handler="wrapper.handler", layers=LAYER) == []
    environment = {"PYTHONPATH": "/mnt/efs"}
    assert codes(handler="wrapper.handler", environment=environment) == ["LP346-info"]
    assert codes(handler="wrapper.handler") == ["LP307-error"]


def test_a_folder_on_the_import_path_is_searched() -> None:
    """PYTHONPATH may name a folder of the package, as Lambda sees it."""
    files = {"src/app.py": APP["app.py"]}

    for folder, expected in (
        ("/var/task/src", []),
        ("src/", []),
        ("/var/task/lib", ["LP307-error"]),
    ):
        found = codes(files, environment={"PYTHONPATH": folder})
        assert [code for code in found if code != "LP346-info"] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("import distutils_hack; ok()\n", ["LP307-error", "LP361-warning"]),
        ("# none\n\n", ["LP307-error"]),
        ("src\n", []),
    ],
)
def test_a_pth_file_may_add_to_the_import_path(content: str, expected: list[str]) -> None:
    """Lambda reads `.pth` files of the package's root, so a folder in one may hold the module."""
    assert codes({"src/app.py": "", "own.pth": content}) == expected


@pytest.mark.parametrize(
    ("handler", "files", "found_at", "error"),
    [
        ("app.handler", {"app.py": "own", "app/__init__.py": ""}, "app/__init__.py", "Runtime.Han"),
        ("app.handler", {"app.py": "own", "app.abi3.so": b""}, "app.abi3.so", ""),
        ("a.b.handler", {"a/b.py": "own", "a.py": ""}, "a.py", "Runtime.ImportModuleError"),
        ("a/b.handler", {"a/b.py": "own", "a/b/__init__.py": ""}, "a/b/__init__.py", "Runtime.H"),
    ],
)
def test_a_distribution_may_stand_before_the_own_module(
    handler: str, files: dict[str, str | bytes], found_at: str, error: str
) -> None:
    """The one mistake is reported once: whose file it is, and what a call ends in."""
    owners = {path: "shadow" for path, content in files.items() if content != "own"}

    (found,) = check({**files, **{path: "" for path in files if path not in owners}},
                     owners=owners, handler=handler)  # fmt: skip

    assert found.code == "LP333"
    assert f"`{found_at}` of shadow" in found.message
    assert error in found.message


def test_a_shadow_that_can_be_called_is_wrong_as_well() -> None:
    """Lambda would run the distribution's function."""
    files = {"app.py": APP["app.py"], "app/__init__.py": APP["app.py"]}

    assert codes(files, owners={"app/__init__.py": "shadow"}) == ["LP333-error"]
    assert codes(files) == []
    assert codes(files, owners=dict.fromkeys(files, "shadow")) == []


def test_a_handler_is_followed_into_a_distribution() -> None:
    """Imports are followed through its packages, and what is missing there is told."""
    files = {
        "app.py": "from web import handler",
        "web/__init__.py": "from .core import *",
        "web/core.py": "from . import adapters\nfrom .adapters.aws import handler",
        "web/adapters/__init__.py": "",
        "web/adapters/aws.py": "def handler(event): ...",
    }
    owners = {path: "web" for path in files if path != "app.py"}

    (found,) = check(files, owners=owners)

    assert (found.code, str(found.where)) == ("LP324", "web/adapters/aws.py:1")
    works = {**files, "web/adapters/aws.py": "def handler(event, context): ..."}
    assert codes(works, owners=owners) == []


# Their modules fail when they run, before it shows that they have no handler either.
_FAIL_BEFORE = {
    "import error",
    "import name error",
    "syntax error in a dependency",
    "init raises",
    "init raises deeper",
    "exit at import",
    "exit 3 at import",
}
_FAIL_WHEN_CALLED = {"coroutine", "wrong arity", "not callable"}


@pytest.mark.parametrize("name", sorted(ANSWERING.keys() - _FAIL_BEFORE))
def test_the_error_is_the_one_of_the_runtime_client(name: str) -> None:
    """What awslambdaric was recorded to report is what the finding says."""
    package, recorded = ANSWERING[name], RECORDED[name]
    answer = json.loads(recorded["body"]) if recorded["kind"] == "error" else {}
    is_of_handler = answer.get("requestId") == "" or name in _FAIL_WHEN_CALLED

    found = inspect_handler(
        handler_of(package.handler), Contents.of(bundle_of(package.files)), target_of()
    )

    assert found.error == (answer["errorType"] if is_of_handler else "")
