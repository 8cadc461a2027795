"""Syntax is judged by the target's Python, whichever runs lpack."""

from __future__ import annotations

import sys

import pytest

from lpack.facts.grammar import BadSyntax, parse

# Each was compiled by CPython 3.8 to 3.13: refused before the version, taken from it on.
NEWER = [
    ((3, 9), "@buttons[0].clicked\ndef f(): ...\n"),
    ((3, 9), "@(lambda f: f)\ndef f(): ...\n"),
    ((3, 9), "for x in *a, *b: pass\n"),
    ((3, 9), "y = {x := 1}\n"),
    ((3, 10), "a[x := 1]\n"),
    ((3, 10), "match x:\n  case 1: pass\n"),
    ((3, 11), "a[*b]\n"),
    ((3, 11), "a[1, *b]\n"),
    ((3, 11), "del a[*b]\n"),
    ((3, 11), "def f(*args: *Ts): ...\n"),
    ((3, 11), "def f() -> tuple[*Ts]: ...\n"),
    ((3, 11), "async def f(): return [[x async for x in y] for z in w]\n"),
    ((3, 11), "async def f(): return {k: {x async for x in y} for k in w}\n"),
    ((3, 11), "try: pass\nexcept* E: pass\n"),
    ((3, 12), "type X = int\n"),
    ((3, 12), "def f[T](a): ...\n"),
    ((3, 12), "class C[T]: ...\n"),
    ((3, 13), "def f[T=int](a): ...\n"),
]
# Taken by all of them.
OLD = """\
@a.b
@a.b.c(1)
def f(e, *args: int): ...
a[(*b,)]
a[(*b, 1), 2]
a[(x := 1)]
y = {(x := 1), 2}
z = {
    (  # why
        x := 1
    )
}
for x in (*a, *b): pass
async def g():
    return [[z for z in x] async for x in y]
async def h():
    return [x for x in [y async for y in z]]
"""
VERSIONS = [(3, minor) for minor in range(8, 15)]
HOST = sys.version_info[:2]


@pytest.mark.parametrize(("since", "source"), NEWER)
def test_what_is_too_new_is_refused(since: tuple[int, int], source: str) -> None:
    """The version that it came with decides, where the host knows it."""
    if since > HOST:
        pytest.skip("the Python that runs this does not know it either")

    refused = [
        python
        for python in VERSIONS
        if isinstance(parse(source.encode(), "app.py", python), BadSyntax)
    ]

    assert refused == [python for python in VERSIONS if python < since]


def test_what_was_always_there_is_taken() -> None:
    """Parentheses make the same of old Pythons."""
    for python in VERSIONS:
        assert not isinstance(parse(OLD.encode(), "app.py", python), BadSyntax), python


@pytest.mark.skipif(sys.version_info < (3, 11), reason="which cannot read what is too new")
def test_the_line_and_the_version_are_told() -> None:
    """The first piece of syntax that is too new."""
    found = parse(b"x = 1\n\nprint(a[*x])\ny = b[*x]\n", "app.py", (3, 10))

    assert isinstance(found, BadSyntax)
    assert (found.line, found.message) == (3, "a star in an index needs Python 3.11")
    assert found.certain
