"""Rules about the handler: each mistake is reported once, in words that lead to its end."""

from __future__ import annotations

import pytest

from tests.function_builder import APP, check, codes

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
            "the handler's module `app` cannot be imported: `app.py` is not in the package",
            'did you mean `src/app.handler`? or set `source = "src"`',
        ),
        (
            "run.sh",
            {"run.sh": "exec python -m server"},
            "the handler's module `run` cannot be imported: `run.py` is not in the package",
            "declare the layer whose AWS_LAMBDA_EXEC_WRAPPER runs this script: `layers = […]`",
        ),
        (
            "src/app.handler",
            APP,
            "the handler's module `src/app` cannot be imported: `src/app.py` is not in the package",
            "did you mean `app.handler`?",
        ),
        (
            "aap.handler",
            APP,
            "the handler's module `aap` cannot be imported: `aap.py` is not in the package",
            "did you mean `app.handler`?",
        ),
        (
            "src\\app.handler",
            {"src/app.py": ""},
            (
                "the handler's module `src\\app` cannot be imported: "
                "`src\\app.py` is not in the package"
            ),
            "did you mean `src/app.handler`?",
        ),
        (
            "app.handler.main",
            APP,
            (
                "the handler's module `app.handler` cannot be imported: "
                "`app.py` is a module, not a package"
            ),
            "did you mean `app.handler`?",
        ),
        (
            "app.main",
            APP,
            "`app.py` has no function `main`",
            "did you mean `app.handler`?",
        ),
        (
            "app.handler",
            {"app.py": "handler = 'text'"},
            "`handler` in `app.py` cannot be called: it is `'text'`",
            "define `def handler(event, context)`, or name another function",
        ),
        (
            "app.handler",
            {"app.py": "from core import handler", "core.py": ""},
            "`app.py` has no function `handler`: `core.py` has no `handler` to import",
            "define `def handler(event, context)`, or name another function",
        ),
        (
            "time.handler",
            {"time.py": ""},
            "the handler's module `time` cannot be imported: `time` is built into Python",
            "rename the module, for instance to `app`",
        ),
        (
            "app.handler",
            {"app.py": "def handler(event): ..."},
            "`handler` cannot be called with event and context: it takes 1 positional argument",
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
        ("import distutils_hack; ok()\n", ["LP307-error"]),
        ("# none\n\n", ["LP307-error"]),
        ("src\n", []),
    ],
)
def test_a_pth_file_may_add_to_the_import_path(content: str, expected: list[str]) -> None:
    """Lambda reads `.pth` files of the package's root, so a folder in one may hold the module."""
    assert codes({"src/app.py": "", "own.pth": content}) == expected
