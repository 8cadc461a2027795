"""What a module imports, read from its source code without running any of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from lpack.lazily import pattern
from lpack.syntax_trees import parse
from lpack.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

ImportKind = Literal["always", "conditional", "lazy", "guarded"]
"""When an import runs.

`always`: whenever the module is imported, and it fails with it. `conditional`: under an `if`, in a
loop, or after something else failed. `lazy`: when a function is called, unless an `if` asks there
for the Python or the system. `guarded`: its ImportError is caught, so the module does without.
"""

KINDS: frozenset[str] = frozenset(get_args(ImportKind))
MOST_BYTES = 1_000_000
"""A module larger than this is generated: no hand-written one of the thousand most downloaded
distributions comes near, and the syntax tree takes a hundred times as much memory."""
_NAME = pattern(r"\w+(?:\.\w+)*")
_LONGEST_NAME = 300
_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_CALLS = frozenset({"import_module", "__import__"})
_EXPRESSIONS = (ast.expr, ast.withitem, ast.keyword, ast.comprehension)
_SYSTEM = frozenset({"version_info", "hexversion", "platform", "implementation"})
_OWN_PACKAGE = frozenset({"__package__", "__name__"})


class ImportedName(NamedTuple):
    """One import: a module, and what is taken from it; a tuple, because there are thousands."""

    module: str
    """Absolute and dotted."""
    names: tuple[str, ...]
    """Each an attribute, a module below or `*`; empty where the module itself is imported."""
    kind: ImportKind
    line: int
    attempts: tuple[int, ...] = ()
    """The lines of the `try` statements in whose handler it stands, and of the one that guards it.

    What stands in a handler runs where something fails that the statement guards.
    """


def imports_of(source: bytes, package: str) -> tuple[ImportedName, ...] | None:
    """Give the imports of a module in their order, or None where the source cannot be parsed.

    `package` is where relative imports start. Imports for type checkers alone are left out, and
    those of a module that is run as a program. Of calls, `import_module` and `__import__` count
    where the name is written out.
    """
    if len(source) > MOST_BYTES:
        return None
    if b"import" not in source:
        return ()
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    has_calls = any(name.encode() in source for name in _CALLS)
    found = _Reader(package, has_calls=has_calls).read(tree)
    return tuple(sorted(found, key=lambda one: one.line))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Walks a syntax tree with a list instead of recursion: a tree may be deeper than the stack."""

    package: str
    has_calls: bool
    """Whether expressions are worth a look."""

    def read(self, tree: ast.Module) -> Iterator[ImportedName]:
        waiting: list[_Waiting] = [(tree, "always", ())]
        while waiting:
            node, kind, attempts = waiting.pop()
            if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
                for one in self._imports(node, kind):
                    yield _within(one, attempts) if attempts else one
            waiting += self._inside(node, kind, attempts)

    def _imports(
        self, node: ast.Import | ast.ImportFrom | ast.Call, kind: ImportKind
    ) -> Iterator[ImportedName]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield ImportedName(alias.name, (), kind, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            if module := absolute(node.module or "", node.level, self.package):
                yield ImportedName(module, names, kind, node.lineno)
        elif module := _called(node, self.package):
            yield ImportedName(module, (), kind, node.lineno)

    def _inside(
        self, node: ast.AST, kind: ImportKind, attempts: tuple[int, ...]
    ) -> Iterator[_Waiting]:
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            yield from _attempts(node, kind, attempts)
        else:
            yield from ((child, inner, attempts) for child, inner in _statements(node, kind))
        if self.has_calls:
            called: ImportKind = "lazy" if isinstance(node, ast.Lambda) else kind
            for child in ast.iter_child_nodes(node):
                if isinstance(child, _EXPRESSIONS):
                    yield child, called, attempts


def _within(one: ImportedName, attempts: tuple[int, ...]) -> ImportedName:
    """Note where an import stands; with a condition besides, nobody can tell when it runs."""
    if one.kind == "conditional":
        return one
    kind: ImportKind = "conditional" if one.kind == "always" else one.kind
    return one._replace(kind=kind, attempts=attempts)


_Waiting = tuple[ast.AST, ImportKind, tuple[int, ...]]


def _statements(node: ast.AST, kind: ImportKind) -> Iterator[tuple[ast.AST, ImportKind]]:
    """Give the statements directly inside of another, each with when its imports run."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _each(node.body, "lazy")
    elif isinstance(node, ast.If):
        yield from _branches(node, kind)
    elif isinstance(node, ast.With | ast.AsyncWith):
        yield from _each(node.body, "guarded" if _suppresses(node) else kind)
    elif isinstance(node, ast.Module | ast.ClassDef):
        yield from _each(node.body, kind)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
        yield from _each([*node.body, *node.orelse], _weaker(kind))
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield from _each(case.body, _weaker(kind))


def _each(body: list[ast.stmt], kind: ImportKind) -> Iterator[tuple[ast.AST, ImportKind]]:
    return ((child, kind) for child in body)


def _weaker(kind: ImportKind) -> ImportKind:
    return "conditional" if kind == "always" else kind


def _branches(node: ast.If, kind: ImportKind) -> Iterator[tuple[ast.AST, ImportKind]]:
    test, negated = node.test, False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, negated = test.operand, not negated
    if _is_never(test):
        yield from _each(node.body if negated else node.orelse, kind)
    elif _asks_for_system(test):
        inner: ImportKind = "guarded" if kind == "guarded" else "conditional"
        yield from _each([*node.body, *node.orelse], inner)
    else:
        yield from _each([*node.body, *node.orelse], _weaker(kind))


def _is_never(test: ast.expr) -> bool:
    """Tell whether a condition never holds for a module that is imported."""
    if isinstance(test, ast.Compare):
        main = isinstance(test.left, ast.Name) and test.left.id == "__name__"
        return main and isinstance(test.ops[0], ast.Eq)
    return _last_name(test) == "TYPE_CHECKING"


def _asks_for_system(test: ast.expr) -> bool:
    """Tell whether a condition is about the Python or the system that it runs on."""
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _SYSTEM)
        or (isinstance(part, ast.Name) and part.id in _SYSTEM)
        or (isinstance(part, ast.Attribute) and ast.unparse(part) == "os.name")
        for part in ast.walk(test)
    )


def _attempts(node: ast.AST, kind: ImportKind, attempts: tuple[int, ...]) -> Iterator[_Waiting]:
    """Give the statements of a `try`: what it guards, and what runs only when that fails."""
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    catching = [handler for handler in handlers if _catches(handler)]
    inner = (*attempts, getattr(node, "lineno", 0)) if catching else attempts
    parts: list[tuple[list[ast.stmt], ImportKind, tuple[int, ...]]] = [
        (getattr(node, "body", []), "guarded" if catching else kind, inner),
        (getattr(node, "orelse", []), _weaker(kind) if catching else kind, attempts),
        (getattr(node, "finalbody", []), kind, attempts),
    ]
    parts += ((handler.body, kind, inner) for handler in handlers)
    for body, when, within in parts:
        yield from ((child, when, within) for child in body)


def _catches(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler takes an ImportError, and does not raise another instead."""
    if any(isinstance(statement, ast.Raise) for statement in handler.body):
        return False
    if handler.type is None:
        return True
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_last_name(part) in _CATCHING for part in parts)


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    calls = (item.context_expr for item in node.items)
    return any(
        isinstance(call, ast.Call)
        and _last_name(call.func) == "suppress"
        and any(_last_name(argument) in _CATCHING for argument in call.args)
        for call in calls
    )


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _called(call: ast.Call, package: str) -> str:
    """Give the module that a call imports; empty when it imports none that is written out."""
    first = call.args[0] if call.args else None
    if _last_name(call.func) not in _CALLS or not isinstance(first, ast.Constant):
        return ""
    name = first.value if isinstance(first.value, str) else ""
    module = name.lstrip(".")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(module):
        return ""
    level = len(name) - len(module)
    return absolute(module, level, _start(call, package)) if level else module


def _start(call: ast.Call, package: str) -> str:
    """Give the package that `import_module(".name", …)` starts from; empty when not known."""
    given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "package")]
    if given and isinstance(given[0], ast.Constant):
        return str(given[0].value)
    return package if given and _last_name(given[0]) in _OWN_PACKAGE else ""


def absolute(module: str, level: int, package: str) -> str:
    """Resolve a relative import; empty when it leaves the topmost package."""
    if not level:
        return module
    parts = package.split(".") if package else []
    kept = len(parts) - (level - 1)
    if kept < 1:
        return ""
    return ".".join([*parts[:kept], *([module] if module else [])])
