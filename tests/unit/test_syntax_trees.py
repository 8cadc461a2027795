"""Source code of strangers is parsed, or refused, whatever it nests."""

from __future__ import annotations

import ast

import pytest

from lpack import syntax_trees

DEEP = [
    b"x = a" + b".a" * 200_000,
    b"x = 1" + b"+1" * 200_000,
    b"x = " + b"-" * 200_000 + b"1",
    b"x = " + b"(" * 5_000,
    b"if x:\n pass\n" + b"elif x:\n pass\n" * 20_000,
]


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this Python for one that crashes."""
    monkeypatch.setattr(syntax_trees, "_GUARDS_ITSELF", (9, 9))


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("source", DEEP, ids=range(len(DEEP)))
def test_what_is_deep_is_parsed_or_refused(source: bytes) -> None:
    """Nothing that is in a file ends the process."""
    try:
        found = syntax_trees.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    assert isinstance(found, ast.Module)


@pytest.mark.usefixtures("old")
def test_a_large_file_is_parsed_as_any_other() -> None:
    """Its mistakes have their line, and its version is the one that was asked for."""
    lines = b"x = 1\n" * 5_000

    assert len(syntax_trees.parse(lines).body) == 5_000
    with pytest.raises(SyntaxError) as raised:
        syntax_trees.parse(lines + b"x = (", "big.py")
    assert (raised.value.filename, raised.value.lineno) == ("big.py", 5_001)
    with pytest.raises(SyntaxError):
        syntax_trees.parse(lines + b"try: pass\nexcept* E: pass\n", "big.py", (3, 10))
