"""Reads which names a Python file binds and imports, from its syntax tree: nothing is run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lpack.data import CONFIG_BYTES, read_bytes
from lpack.lazily import pattern
from lpack.syntax_trees import parse
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lpack.config.reading import Reading

_BINDING = pattern(rb"^(?:async[ ]+)?def[ ]+(\w+)|^(\w+)[ ]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_IMPORT = pattern(rb"^from[ ]+(\.*)(\w*)[^\n]*[ ]import[ ]|^import[ ]+(\w+)", re.MULTILINE)
# `handler = logging.StreamHandler()` is in many a file, and is no Lambda handler.
_LOG_HANDLER = pattern(r"logging\.\w|\w*(Stream|File|Null|SysLog|Rich)Handler$")


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """The names of a module's top level."""

    defined: frozenset[str]
    """By `def`, `class` or assignment, where Lambda could call them."""
    imported: frozenset[str]
    modules: frozenset[str]
    """First parts of the modules that are imported from."""
    relative: bool
    """Whether there is an import such as `from . import x`."""


def names_of(reading: Reading, file: Path) -> ModuleNames:
    """Read a module's names.

    Raises UsageError LP004 when the file cannot be read or is larger than 1 MB.
    """
    return names_in(read_bytes(file, reading.shown(file), CONFIG_BYTES))


def names_in(content: bytes) -> ModuleNames:
    """Read the names of a module's source code, of whatever version of Python."""
    try:
        return _names_in_tree(parse(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Perhaps newer Python than the one that runs lpack: look at the lines instead.
        return _names_in_lines(content)


def _names_in_tree(tree: ast.Module) -> ModuleNames:
    statements = list(_statements(tree.body))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return ModuleNames(
        frozenset(name for statement in statements for name in _defined(statement)),
        frozenset(name for statement in statements for name in _imported(statement)),
        frozenset(module for node in imports for module in _modules(node)),
        any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in imports),
    )


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that bind names of the module, those under `if` and `try` included."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.With | ast.Try):
            for block in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, block, []))
            for handler in getattr(statement, "handlers", []):
                yield from _statements(handler.body)


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign) and _may_be_called(statement.value):
        yield from (item.id for item in statement.targets if isinstance(item, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and _may_be_called(statement.value):
        yield statement.target.id if isinstance(statement.target, ast.Name) else ""


def _may_be_called(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return not _LOG_HANDLER.match(ast.unparse(value.func))
    never = ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Dict
    return value is not None and not isinstance(value, never)


def _imported(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif node.level == 0 and node.module:
        yield node.module.partition(".")[0]


def _names_in_lines(content: bytes) -> ModuleNames:
    bindings = [match[1] or match[2] for match in _BINDING.finditer(content)]
    imports = list(_IMPORT.finditer(content))
    modules = [match[3] or match[2] for match in imports if not match[1]]
    return ModuleNames(
        frozenset(name.decode() for name in bindings),
        frozenset(),
        frozenset(module.decode() for module in modules),
        any(match[1] for match in imports),
    )
