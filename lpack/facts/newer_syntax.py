"""Finding syntax that newer Pythons allow, and that `ast` does not refuse for older ones.

`feature_version` of `ast.parse` covers statements and operators of their own. What only became
possible in more places is parsed whatever the version is, and told apart here:
https://docs.python.org/3/library/ast.html#ast.parse
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Check = Callable[[ast.AST, list[bytes]], "str | None"]

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class Newer:
    """A piece of syntax, and the Python that it came with."""

    message: str
    line: int


def first_newer(tree: ast.Module, source: bytes, python: tuple[int, int]) -> Newer | None:
    """Give the first piece of syntax that is too new for a Python, or None where there is none."""
    checks = [(since, check) for since, check in _CHECKS if python < since]
    if not checks:
        return None
    lines = source.splitlines()
    found = (
        Newer(f"{what} needs Python {since[0]}.{since[1]}", getattr(node, "lineno", 0))
        for node in ast.walk(tree)
        for since, check in checks
        if (what := check(node, lines)) is not None
    )
    return min(found, key=lambda one: one.line, default=None)


def _relaxed_decorator(node: ast.AST, lines: list[bytes]) -> str | None:
    """PEP 614: before, a decorator was a dotted name, called or not."""
    del lines
    for one in getattr(node, "decorator_list", ()):
        inner = one.func if isinstance(one, ast.Call) else one
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return "such a decorator"
    return None


def _starred_loop(node: ast.AST, lines: list[bytes]) -> str | None:
    """`for x in *a, *b`: before, the tuple needed parentheses."""
    if isinstance(node, ast.For | ast.AsyncFor) and _is_open_star(node.iter, lines):
        return "a star in what a loop goes through"
    return None


def _walrus_in_set(node: ast.AST, lines: list[bytes]) -> str | None:
    elements = node.elts if isinstance(node, ast.Set) else []
    elements = [*elements, *([node.elt] if isinstance(node, ast.SetComp) else [])]
    if any(_is_open_walrus(one, lines) for one in elements):
        return "`:=` in a set without parentheses"
    return None


def _walrus_in_index(node: ast.AST, lines: list[bytes]) -> str | None:
    if not isinstance(node, ast.Subscript):
        return None
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if any(_is_open_walrus(one, lines) for one in parts):
        return "`:=` in an index without parentheses"
    return None


def _star_in_index(node: ast.AST, lines: list[bytes]) -> str | None:
    """PEP 646: `a[*b]`."""
    if isinstance(node, ast.Subscript) and _is_open_star(node.slice, lines):
        return "a star in an index"
    return None


def _starred_annotation(node: ast.AST, lines: list[bytes]) -> str | None:
    """PEP 646: `*args: *Ts`."""
    del lines
    argument = node.vararg if isinstance(node, ast.arguments) else None
    if argument is not None and isinstance(argument.annotation, ast.Starred):
        return "a star in an annotation"
    return None


def _async_inside(node: ast.AST, lines: list[bytes]) -> str | None:
    """An asynchronous comprehension inside of one that is not: bpo-33346."""
    del lines
    if not isinstance(node, _COMPREHENSIONS) or _is_async(node):
        return None
    if any(_is_async(one) for one in _inner(node)):
        return "an asynchronous comprehension inside of another"
    return None


_CHECKS: tuple[tuple[tuple[int, int], Check], ...] = (
    ((3, 9), _relaxed_decorator),
    ((3, 9), _starred_loop),
    ((3, 9), _walrus_in_set),
    ((3, 10), _walrus_in_index),
    ((3, 11), _star_in_index),
    ((3, 11), _starred_annotation),
    ((3, 11), _async_inside),
)


def _inner(node: ast.AST) -> Iterator[ast.ListComp | ast.SetComp | ast.DictComp]:
    """Give the comprehensions of a comprehension's own scope, without its first iterable."""
    first = node.generators[0].iter if isinstance(node, _COMPREHENSIONS) else None
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        inner = waiting.pop()
        if inner is first:
            continue
        if isinstance(inner, _COMPREHENSIONS):
            yield inner
        elif not isinstance(inner, ast.Lambda | ast.GeneratorExp):
            children = ast.iter_child_nodes(inner)
            waiting += [one for one in children if one is not first]


def _is_async(node: ast.ListComp | ast.SetComp | ast.DictComp) -> bool:
    return any(one.is_async for one in node.generators)


def _is_open_star(node: ast.expr, lines: list[bytes]) -> bool:
    """Tell whether a tuple without parentheses has a star in it."""
    has_star = isinstance(node, ast.Tuple) and any(
        isinstance(one, ast.Starred) for one in node.elts
    )
    return has_star and not lines[node.lineno - 1].startswith(b"(", node.col_offset)


def _is_open_walrus(node: ast.expr, lines: list[bytes]) -> bool:
    """Tell whether `name := value` stands there without parentheses of its own.

    At the start of a line, where a comment may stand between, nobody can tell; then it has them.
    """
    if not isinstance(node, ast.NamedExpr):
        return False
    before = lines[node.lineno - 1][: node.col_offset].rstrip()
    return bool(before) and not before.endswith(b"(")
