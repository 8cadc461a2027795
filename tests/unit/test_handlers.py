"""Handlers are judged as the runtime client of Lambda treats them, without importing anything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from lpack.facts.contents import Contents
from lpack.facts.handlers import inspect_handler
from lpack.facts.python_names import BUILTIN_MODULES
from tests.function_builder import bundle_of, elf, handler_of, target_of

if TYPE_CHECKING:
    from lpack.facts.handler_finding import HandlerFinding

GOOD = "def handler(event, context):\n    return event\n"


def inspect(
    handler: str,
    files: dict[str, str | bytes],
    *,
    runtime: str = "python3.10",
    roots: tuple[str, ...] = ("",),
    elsewhere: str = "",
) -> HandlerFinding:
    """Inspect a handler in a package of some files."""
    content = Contents.of(bundle_of(files))
    target = target_of(runtime)
    return inspect_handler(handler_of(handler), content, target, roots=roots, elsewhere=elsewhere)


# Each line was held against awslambdaric 4.2.2 on CPython 3.10 to 3.13: `found` where the call
# works, and every other outcome where it fails.
CASES: list[tuple[str, str, dict[str, str]]] = [
    ("found", "app.handler", {"app.py": GOOD}),
    ("found", "pkg.sub.mod.handler", {"pkg/sub/mod.py": GOOD}),
    ("found", "pkg/sub/mod.handler", {"pkg/__init__.py": "", "pkg/sub/mod.py": GOOD}),
    ("found", "with-dash/m-x.handler", {"with-dash/m-x.py": GOOD}),
    ("found", "pkg.handler", {"pkg/__init__.py": GOOD}),
    ("found", "app.handler", {"app.py": "x = 1", "app/__init__.py": GOOD}),
    ("found", "app.handler", {"app.py": "\ufeff" + GOOD}),
    ("found", "app.handler", {"app.py": "# coding: latin-1\n" + GOOD}),
    ("found", "app.handler", {"app.py": "handler = lambda event, context: event"}),
    ("found", "app.handler", {"app.py": "async def handler(e, c): ...\n" + GOOD}),
    ("found", "app.handler", {"app.py": "handler = None\n" + GOOD}),
    ("found", "app.handler", {"app.py": "if True:\n  def handler(e, c): return e"}),
    ("found", "app.handler", {"app.py": "a, (handler, b) = 1, (lambda e, c: e, 2)"}),
    ("found", "app.handler", {"app.py": "handler: object = lambda e, c: e"}),
    ("found", "app.handler", {"app.py": "print(handler := lambda e, c: e)"}),
    ("found", "app.handler", {"app.py": "for handler in [lambda e, c: e]: pass"}),
    ("found", "app.handler", {"app.py": "match (lambda e, c: e):\n  case handler: pass"}),
    ("found", "app.handler", {"app.py": "def main(*args): return 1\nhandler = main"}),
    ("found", "app.handler", {"app.py": "def handler(e, c=None, *more, k=1, **kw): return e"}),
    ("found", "app.handler", {"app.py": "def handler(e, c, /): return e"}),
    ("found", "app.handler", {"app.py": "from core import handler", "core.py": GOOD}),
    ("found", "app.handler", {"app.py": "from core import *", "core.py": GOOD}),
    (
        "found",
        "app.handler",
        {"app.py": "from core import go as handler", "core.py": "def go(e, c): ..."},
    ),
    ("found", "pkg.handler", {"pkg/__init__.py": "from .core import handler", "pkg/core.py": GOOD}),
    ("found", "pkg.a.handler", {"pkg/a.py": "from . b import handler", "pkg/b.py": GOOD}),
    (
        "found",
        "app.handler",
        {
            "app.py": "try:\n  from missing import handler\n"
            "except ImportError:\n  from core import handler",
            "core.py": GOOD,
        },
    ),
    ("unknown", "app.handler", {"app.py": "globals()['handler'] = lambda e, c: e"}),
    ("unknown", "app.handler", {"app.py": "def __getattr__(name): return lambda e, c: e"}),
    ("unknown", "app.handler", {"app.py": "exec('def handler(e, c): return e')"}),
    (
        "found",
        "app.handler",
        {
            "app.py": "handler = None\ndef init():\n  global handler\n"
            "  handler = lambda e, c: e\ninit()"
        },
    ),
    ("malformed", "nodot", {"nodot.py": GOOD}),
    ("malformed", ".handler", {"app.py": GOOD}),
    ("malformed", "app.", {"app.py": GOOD}),
    ("malformed", "/app.handler", {"app.py": GOOD}),
    ("malformed", "./app.handler", {"app.py": GOOD}),
    ("malformed", "../app.handler", {"app.py": GOOD}),
    ("malformed", "a//b.handler", {"a/b.py": GOOD}),
    ("malformed", "a/b/.handler", {"a/b.py": GOOD}),
    ("builtin-conflict", "time.handler", {"time.py": GOOD}),
    ("builtin-conflict", "time/x.handler", {"time/x.py": GOOD}),
    ("builtin-conflict", "json.handler", {"json.py": GOOD}),
    ("builtin-conflict", "logging.app.handler", {"logging/app.py": GOOD}),
    ("builtin-conflict", "xml.app.handler", {"xml/app.py": GOOD}),
    ("found", "xml.app.handler", {"xml/__init__.py": "", "xml/app.py": GOOD}),
    ("found", "calendar.handler", {"calendar.py": GOOD}),
    ("module-missing", "app.handler", {"src/app.py": GOOD}),
    ("module-missing", "app.py.handler", {"app.py": GOOD}),
    ("module-missing", "App.handler", {"app.py": GOOD}),
    ("module-missing", "a.b.handler", {"a.py": GOOD, "a/b.py": GOOD}),
    ("module-missing", "app\\x.handler", {"app/x.py": GOOD}),
    ("syntax-error", "app.handler", {"app.py": "def handler(event, context)\n  pass"}),
    ("syntax-error", "app.handler", {"app.py": GOOD + "return 1"}),
    ("syntax-error", "app.handler", {"app.py": GOOD + "x = '\0'"}),
    ("syntax-error", "pkg.app.handler", {"pkg/__init__.py": "x =", "pkg/app.py": GOOD}),
    ("syntax-error", "app.handler", {"app.py": "from core import handler", "core.py": "x ="}),
    ("function-missing", "app.main", {"app.py": GOOD}),
    ("function-missing", "app.py", {"app.py": GOOD}),
    (
        "function-missing",
        "app.handler",
        {"app.py": "if __name__ == '__main__':\n  handler = print"},
    ),
    (
        "function-missing",
        "app.handler",
        {
            "app.py": "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n  from core import handler",
            "core.py": GOOD,
        },
    ),
    ("function-missing", "app.handler", {"app.py": GOOD + "del handler"}),
    ("function-missing", "app.handler", {"app.py": "handler: object"}),
    ("function-missing", "app.handler", {"app.py": "def f():\n  def handler(e, c): ..."}),
    ("function-missing", "app.handler", {"app.py": "class A:\n  def handler(e, c): ..."}),
    ("function-missing", "app.handler", {"app.py": "from core import handler", "core.py": ""}),
    ("function-missing", "app._h", {"app.py": "from core import *", "core.py": "_h = print"}),
    (
        "function-missing",
        "app.handler",
        {"app.py": "from core import *", "core.py": "__all__ = ['x']\nx = 1\n" + GOOD},
    ),
    ("function-missing", "pkg.handler", {"pkg/__init__.py": "", "pkg/handler.py": GOOD}),
    ("function-missing", "pkg.app.handler", {"pkg/app/x.py": GOOD}),
    ("not-callable", "app.handler", {"app.py": "handler = 3"}),
    ("not-callable", "app.handler", {"app.py": "x = 'text'\nhandler = x"}),
    ("not-callable", "app.handler", {"app.py": GOOD + "handler = {'a': handler}"}),
    ("not-callable", "app.handler", {"app.py": "import handler", "handler.py": GOOD}),
    ("not-callable", "app.handler", {"app.py": "from pkg import handler", "pkg/handler.py": GOOD}),
    ("signature", "app.handler", {"app.py": "def handler(): ..."}),
    ("signature", "app.handler", {"app.py": "def handler(event): ..."}),
    ("signature", "app.handler", {"app.py": "def handler(event, context, more): ..."}),
    ("signature", "app.handler", {"app.py": "def handler(event, context, *, more): ..."}),
    ("signature", "app.handler", {"app.py": "handler = lambda: 1"}),
    ("async", "app.handler", {"app.py": "async def handler(event, context): return event"}),
    (
        "async",
        "app.handler",
        {"app.py": "from core import handler", "core.py": "async def handler(e, c): return e"},
    ),
]


@pytest.mark.parametrize(("outcome", "handler", "files"), CASES)
def test_outcome_is_that_of_the_runtime_client(
    outcome: str, handler: str, files: dict[str, str]
) -> None:
    """The finding says what the first call would come to."""
    finding = inspect(handler, dict(files))

    assert finding.outcome == outcome
    assert finding.detail or outcome in ("found", "unknown", "async", *MISSING)


MISSING = ("module-missing", "function-missing")


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        ({"app.cpython-310-x86_64-linux-gnu.so": elf()}, "unknown"),
        ({"app.abi3.so": elf(), "app.py": "x ="}, "unknown"),
        ({"app.so": elf(), "app.py": "x ="}, "unknown"),
        ({"app.pyc": b"bytecode"}, "unknown"),
        ({"app.cpython-311-x86_64-linux-gnu.so": elf(), "app.py": GOOD}, "found"),
        ({"app.cpython-311-x86_64-linux-gnu.so": elf()}, "module-missing"),
        ({"app.py": "x = 1\n" * 400_000}, "unknown"),
        ({"app.py": "x = " + "(" * 5_000 + ")" * 5_000}, "syntax-error"),
    ],
)
def test_what_cannot_be_read_is_taken_on_trust(files: dict[str, str | bytes], outcome: str) -> None:
    """Extension modules come before source code, and are not looked into; nor is bytecode."""
    assert inspect("app.handler", files).outcome == outcome


def test_deep_nesting_ends_in_an_answer() -> None:
    """Code that is deeper than the host's parser goes is unknown, or refused as syntax."""
    deep = "x = " + "-" * 100_000 + "1"

    assert inspect("app.handler", {"app.py": deep}).outcome in ("unknown", "syntax-error")


@pytest.mark.parametrize(
    ("runtime", "source"),
    [
        ("python3.9", "match 1:\n  case 1: pass\n"),
        ("python3.7", "(x := 1)\n"),
        ("python3.7", "def f(a, /): ...\n"),
    ],
)
def test_grammar_is_that_of_the_target(runtime: str, source: str) -> None:
    """Code that is newer than the runtime's Python is a syntax error, with its line."""
    files: dict[str, str | bytes] = {"app.py": GOOD + source}

    assert inspect("app.handler", files, runtime=runtime).outcome == "syntax-error"
    assert inspect("app.handler", files, runtime="python3.10").outcome == "found"


@pytest.mark.parametrize(
    ("line", "is_old"),
    [
        ("""x = f"{'a'} \\n {{}} {1:>{2}} \\"'" + "y" """, True),
        ("""x = f'{f"{1}"}' + f'''{"a" + 'b'}''' """, True),
        (
            '''x = f"""{
1}""" ''',
            True,
        ),
        ("""x = f"{"a"}" """, False),
        ("""x = f'{f'{1}'}' """, False),
        ("""x = f"{'\\n'}" """, False),
        (
            '''x = f"""{1 # one
}""" ''',
            False,
        ),
        ("""x = f'{f"it's"}' """, False),
    ],
)
def test_fstrings_are_those_of_the_target(line: str, *, is_old: bool) -> None:
    """What PEP 701 allows in the fields of an f-string is a syntax error before Python 3.12."""
    files: dict[str, str | bytes] = {"app.py": GOOD + line}

    assert inspect("app.handler", files, runtime="python3.10").outcome == (
        "found" if is_old else "syntax-error"
    )
    assert inspect("app.handler", files, runtime="python3.12").outcome == (
        "found" if is_old or sys.version_info >= (3, 12) else "syntax-unsure"
    )


def test_an_older_host_is_not_sure() -> None:
    """A host that does not know the runtime's grammar cannot call a syntax error certain."""
    finding = inspect("app.handler", {"app.py": "def"}, runtime="python3.15")

    newest = sys.version_info >= (3, 15)
    assert finding.outcome == ("syntax-error" if newest else "syntax-unsure")


def test_a_module_one_folder_deeper_is_suggested() -> None:
    """The wrong root folder is recognised, and the path that was looked for is told."""
    finding = inspect("app.handler", {"src/app.py": GOOD, "src/apt.py": ""})

    assert (finding.suggestions[0], finding.folder) == ("src/app.handler", "src")
    assert finding.looked_for[0] == "app.py"


def test_similar_names_are_suggested() -> None:
    """A misspelt module or function is recognised."""
    module = inspect("lamda_function.handler", {"lambda_function.py": GOOD})
    function = inspect("app.handlr", {"app.py": GOOD})

    assert module.suggestions == ("lambda_function.handler",)
    assert function.suggestions == ("app.handler",)


def test_the_place_of_a_followed_import_is_told() -> None:
    """What is wrong in the module that is imported from is reported there."""
    files: dict[str, str | bytes] = {
        "app.py": "from core import handler",
        "core.py": "\n\ndef handler(): ...",
    }

    finding = inspect("app.handler", files)

    assert (finding.path, finding.line) == ("core.py", 3)


def test_imports_in_a_circle_end() -> None:
    """Two modules that import a name from each other are unknown."""
    files: dict[str, str | bytes] = {
        "app.py": "from core import handler",
        "core.py": "from app import handler",
    }

    assert inspect("app.handler", files).outcome == "unknown"


def test_other_folders_of_the_import_path_are_searched() -> None:
    """A folder named by PYTHONPATH is searched after the package's root."""
    finding = inspect("app.handler", {"src/app.py": GOOD}, roots=("", "src"))

    assert finding.outcome == "found"


def test_a_module_that_may_be_in_a_layer_is_unknown() -> None:
    """What the package does not hold is no error where a layer may."""
    finding = inspect("app.handler", {"x.py": ""}, elsewhere="a layer may hold it")

    assert (finding.outcome, finding.detail) == ("unknown", "a layer may hold it")


def test_builtin_modules_are_builtin_here() -> None:
    """The frozen list holds nothing that the running Python would import from a file."""
    assert set(sys.builtin_module_names) >= BUILTIN_MODULES
