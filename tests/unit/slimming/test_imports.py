"""The imports of a module are told from its source, and when each of them runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpack.facts.imports import MOST_BYTES, ImportedName, imports_of


def told(source: str, package: str = "pkg.sub") -> list[tuple[str, ...]]:
    """Give kind, module and names of each import."""
    found = imports_of(source.encode(), package)
    assert found is not None
    return [(one.kind, one.module, *one.names) for one in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b as c, d", [("always", "a.b"), ("always", "d")]),
        ("from a.b import c as x, d", [("always", "a.b", "c", "d")]),
        ("from a import *", [("always", "a", "*")]),
        ("from . import a", [("always", "pkg.sub", "a")]),
        ("from .a import b", [("always", "pkg.sub.a", "b")]),
        ("from ..a import b", [("always", "pkg.a", "b")]),
        ("from ...a import b", []),
        ("class A:\n    import a", [("always", "a")]),
        ("with open('x'):\n    import a", [("always", "a")]),
        ("def f():\n    import a", [("lazy", "a")]),
        ("class A:\n    async def f(self):\n        import a", [("lazy", "a")]),
        ("if x:\n    import a\nelse:\n    import b", [("conditional", "a"), ("conditional", "b")]),
        ("for x in y:\n    import a", [("conditional", "a")]),
        ("match x:\n    case 1:\n        import a", [("conditional", "a")]),
        ("def f():\n    if x:\n        import a", [("lazy", "a")]),
    ],
)
def test_imports_and_when_they_run(source: str, expected: list[tuple[str, ...]]) -> None:
    """Relative ones count from the package, and those of functions run later."""
    assert told(source) == expected


@pytest.mark.parametrize(
    "test", ["TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'"]
)
def test_what_never_runs_on_import_is_no_import(test: str) -> None:
    """Only type checkers see the one branch, and only programs run it; the other always runs."""
    assert told(f"if {test}:\n    import a\nelse:\n    import b") == [("always", "b")]
    assert told(f"if not {test}:\n    import b\nelse:\n    import a") == [("always", "b")]


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("except ImportError: pass", "guarded"),
        ("except (OSError, ModuleNotFoundError): pass", "guarded"),
        ("except Exception as error: log(error)", "guarded"),
        ("except: pass", "guarded"),
        ("except OSError: pass", "always"),
        ("except ImportError as error: raise RuntimeError('install a') from error", "always"),
        ("finally: pass", "always"),
    ],
)
def test_an_import_whose_failure_is_caught_is_guarded(clause: str, kind: str) -> None:
    """Who catches an ImportError and goes on does without the module."""
    assert told(f"try:\n    import a\n{clause}") == [(kind, "a")]
    assert told(f"def f():\n    try:\n        import a\n    {clause}") == [
        ("lazy" if kind == "always" else kind, "a")
    ]


def test_the_ways_after_a_failure_are_conditional() -> None:
    """What replaces a missing module runs only where that is missing."""
    source = "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\n"

    assert told(source) == [("guarded", "a"), ("conditional", "b"), ("conditional", "c")]
    assert told("with suppress(ImportError):\n    import a") == [("guarded", "a")]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("importlib.import_module('a.b')", [("always", "a.b")]),
        ("x = [import_module('a') for _ in y]", [("always", "a")]),
        ("__import__('a')", [("always", "a")]),
        ("load = lambda: import_module('a')", [("lazy", "a")]),
        ("import_module('.a', __package__)", [("always", "pkg.sub.a")]),
        ("import_module('..a', package=__name__)", [("always", "pkg.a")]),
        ("import_module('.a', 'other')", [("always", "other.a")]),
        ("import_module('.a')", []),
        ("import_module(name)", []),
        ("import_module('not a name')", []),
        ("import_module(b'a')", []),
        ("import_module()", []),
    ],
)
def test_calls_count_where_the_name_is_written_out(
    call: str, expected: list[tuple[str, ...]]
) -> None:
    """A name that is computed cannot be known, and is no import."""
    assert told(call) == expected


@pytest.mark.parametrize(
    "source",
    [
        b"print 'import'",
        b"import a\0",
        b"# coding: no-such-coding\nimport a",
        b"import \xff\xfe",
        b"import a\nx = " + b"(" * 5_000,
        b"import a\nx = " + b"-" * 200_000 + b"1",
        b"import a\nx = a" + b".a" * 200_000,
        b"import a\nx = 1" + b"+1" * 200_000,
        b"import a\n" + b"if x:\n pass\n" + b"elif x:\n pass\n" * 20_000,
        b"import a\n" + b" " * MOST_BYTES,
    ],
)
def test_what_cannot_be_parsed_is_not_known(source: bytes) -> None:
    """Another version's syntax, no text, too deep or too large: None, and never a failure."""
    assert imports_of(source, "") in (None, (ImportedName("a", (), "always", 1),))


def test_a_source_without_imports_is_not_parsed() -> None:
    """It has none, whatever else is wrong with it."""
    assert imports_of(b"print 1", "") == ()


def test_strange_text_is_no_warning() -> None:
    """Escapes that Python warns about are another project's, and warnings are errors here."""
    assert told("import a\nx = '\\d'\ny = 1 is 1\n") == [("always", "a")]


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}(\.[a-z_][a-z0-9_]{0,5}){0,2}", fullmatch=True)
LINES = st.lists(
    st.sampled_from(
        [
            "import a",
            "from .b import c",
            "try:",
            "except ImportError:",
            "else:",
            "if TYPE_CHECKING:",
            "def f():",
            "class A:",
            "with x:",
            "    import a.b",
            "        from .. import d",
            "    pass",
            "import_module('x')",
            "lambda: __import__('y')",
            "'''",
            "\\",
            "\t",
        ]
    ),
    max_size=30,
)


@given(LINES)
def test_any_arrangement_of_lines_is_read_or_refused(lines: list[str]) -> None:
    """Imports come in the order of their lines, each with a name and a place in the source."""
    found = imports_of("\n".join(lines).encode(), "p.q")

    if found is not None:
        assert [one.line for one in found] == sorted(one.line for one in found)
        assert all(one.module and 1 <= one.line <= len(lines) for one in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing that a file may hold is a failure."""
    found = imports_of(b"import a\n" + data, "p")

    assert found is None or all(one.module for one in found)


@given(NAMES, st.integers(min_value=0, max_value=4), NAMES)
def test_relative_imports_resolve_as_python_resolves_them(
    module: str, level: int, package: str
) -> None:
    """The result is that of `importlib.util.resolve_name`, or nothing where that fails."""
    from importlib.util import resolve_name  # noqa: PLC0415 - the reference of this test alone
    from keyword import iskeyword  # noqa: PLC0415 - as above

    if any(iskeyword(part) for part in module.split(".")):
        return
    found = imports_of(f"from {'.' * level}{module} import x".encode(), package)

    try:
        expected = [resolve_name("." * level + module, package)]
    except ImportError:
        expected = []
    assert found is not None
    assert [one.module for one in found] == expected
