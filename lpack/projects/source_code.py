"""What a file of Python plainly states, read from its syntax and never run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lpack.data import read_bytes
from lpack.syntax_trees import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.projects.sources import Sources

SOURCE_BYTES = 2_000_000


def parsed(sources: Sources, file: str) -> ast.Module | None:
    """Parse a file; None where Python refuses it. Raises UsageError LP004 (cannot be read)."""
    source = read_bytes(sources.path(file), sources.shown(file), SOURCE_BYTES)
    try:
        return parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def literal(node: ast.expr | None) -> object:
    """Give the value that an expression spells out; raises ValueError where it has to be run."""
    if node is None:
        raise ValueError("there is no value")
    try:
        return ast.literal_eval(node)
    except (TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("it is not a literal") from error


def assignments(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Give each name that is assigned at the top of a module, with its value, in order."""
    for statement in module.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and statement.value is not None:
                yield target.id, statement.value


def assigned_text(sources: Sources, file: str, name: str) -> str | None:
    """Give the literal text that a module assigns to a name first; None where it is no literal."""
    module = parsed(sources, file)
    if module is None:
        return None
    value = next((value for target, value in assignments(module) if target == name), None)
    try:
        found = literal(value)
    except ValueError:
        return None
    if isinstance(found, list | tuple):
        return ".".join(str(part) for part in found)
    return found if isinstance(found, str) else None


def docstring(sources: Sources, file: str) -> str | None:
    """Give a module's docstring; None where it has none."""
    module = parsed(sources, file)
    return None if module is None else ast.get_docstring(module)
