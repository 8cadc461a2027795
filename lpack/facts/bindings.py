"""What names a module's source code binds when it is imported, read from its syntax tree."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BindingKind = Literal[
    "function", "async", "class", "constant", "alias", "import", "module", "star", "deleted", "any"
]

# Whoever uses one of these can bind names that no syntax tree shows.
_DYNAMIC_CALLS = frozenset({"globals", "exec", "setattr", "vars", "locals", "__import__"})
_DYNAMIC_ATTRIBUTES = frozenset({"modules", "__dict__"})
_NEVER_CALLABLE = (
    ast.Constant,
    ast.JoinedStr,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_BLOCK_PARTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


@dataclass(frozen=True, slots=True)
class Binding:
    """One statement that gives a name a value."""

    name: str
    """Empty for a star import, which may bind any name."""
    kind: BindingKind
    line: int
    certain: bool
    """Whether every import of the module runs the statement."""
    target: str = ""
    """The other name of an alias, the module of an import, the text of a constant."""
    attribute: str = ""
    """What an import takes from its module."""
    level: int = 0
    """The dots before an import's module."""
    arguments: ast.arguments | None = field(default=None, compare=False)
    """Of a function or lambda whose signature is known."""


@dataclass(frozen=True, slots=True)
class Names:
    """All that a module binds."""

    bindings: tuple[Binding, ...]
    """In the order in which they run."""
    is_dynamic: bool
    """Whether it can bind names in ways that the tree does not show."""

    def candidates(self, name: str) -> tuple[Binding, ...]:
        """Give the bindings of which one decides what `name` is after the import.

        Empty when nothing binds the name, or when it is deleted in the end.
        """
        found: list[Binding] = []
        for binding in self.bindings:
            if binding.name != name and binding.kind != "star":
                continue
            if binding.kind == "deleted":
                found = [] if binding.certain else found
            elif binding.certain and binding.kind != "star":
                found = [binding]
            else:
                found.append(binding)
        return tuple(found)

    def callables(self) -> tuple[str, ...]:
        """Name the functions that the module itself defines, in their order."""
        return tuple(item.name for item in self.bindings if item.kind in ("function", "async"))


def names_of(tree: ast.Module) -> Names:
    """Read what a module binds."""
    bindings = [*_block(tree.body, certain=True), *_hidden(tree)]
    return Names(tuple(bindings), _is_dynamic(tree))


def literal_all(tree: ast.Module) -> frozenset[str] | None:
    """Give `__all__` of a module that states it once, as a literal list of strings.

    None when it states none; raises ValueError when it is put together in another way.
    """
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "__all__"]
    if not found:
        return None
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and statement.targets == found:
            return _literal_strings(statement.value)
    raise ValueError("`__all__` is not one literal list")


def _literal_strings(value: ast.expr) -> frozenset[str]:
    if not isinstance(value, ast.List | ast.Tuple):
        raise ValueError("`__all__` is no list")  # noqa: TRY004 - of the source, not of an argument
    items = [item.value if isinstance(item, ast.Constant) else None for item in value.elts]
    strings = [item for item in items if isinstance(item, str)]
    if len(strings) < len(items):
        raise ValueError("`__all__` holds more than literal strings")
    return frozenset(strings)


def _block(statements: Iterable[ast.stmt], *, certain: bool) -> Iterator[Binding]:
    for statement in statements:
        yield from _statement(statement, certain=certain)


def _statement(node: ast.stmt, *, certain: bool) -> Iterator[Binding]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield _function(node, certain=certain)
        case ast.ClassDef():
            yield Binding(node.name, "class", node.lineno, certain)
        case ast.Assign() | ast.AnnAssign():
            yield from _assignment(node, certain=certain)
        case ast.AugAssign():
            yield from _opaque(node.target, certain=certain)
        case ast.Delete():
            for name in _target_names(node.targets):
                yield Binding(name, "deleted", node.lineno, certain)
        case ast.Import() | ast.ImportFrom():
            yield from _import(node, certain=certain)
        case ast.If():
            yield from _condition(node, certain=certain)
        case _:
            yield from _compound(node)
    yield from _walruses(node)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, *, certain: bool) -> Binding:
    if node.decorator_list:  # what the decorator returns, nobody knows
        return Binding(node.name, "any", node.lineno, certain)
    kind: BindingKind = "async" if isinstance(node, ast.AsyncFunctionDef) else "function"
    return Binding(node.name, kind, node.lineno, certain, arguments=node.args)


def _assignment(node: ast.Assign | ast.AnnAssign, *, certain: bool) -> Iterator[Binding]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None:
        return
    for target in targets:
        yield from _assign(target, node.value, certain=certain)


def _assign(target: ast.expr, value: ast.expr, *, certain: bool) -> Iterator[Binding]:
    if isinstance(target, ast.Name):
        yield _valued(target, value, certain=certain)
    elif (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts))
    ):
        for inner, part in zip(target.elts, value.elts, strict=True):
            yield from _assign(inner, part, certain=certain)
    else:
        yield from _opaque(target, certain=certain)


def _valued(target: ast.Name, value: ast.expr, *, certain: bool) -> Binding:
    name, line = target.id, target.lineno
    match value:
        case ast.Name():
            return Binding(name, "alias", line, certain, target=value.id)
        case ast.Lambda():
            return Binding(name, "function", line, certain, arguments=value.args)
        case _ if isinstance(value, _NEVER_CALLABLE):
            text = " ".join(ast.unparse(value).split())
            return Binding(name, "constant", line, certain, target=text[:60])
    return Binding(name, "any", line, certain)


def _import(node: ast.Import | ast.ImportFrom, *, certain: bool) -> Iterator[Binding]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield Binding(
                "" if alias.name == "*" else alias.asname or alias.name,
                "star" if alias.name == "*" else "import",
                node.lineno,
                certain,
                node.module or "",
                alias.name,
                node.level,
            )
        else:
            bound = alias.asname or alias.name.partition(".")[0]
            module = alias.name if alias.asname else bound
            yield Binding(bound, "module", node.lineno, certain, module)


def _condition(node: ast.If, *, certain: bool) -> Iterator[Binding]:
    truth = _truth(node.test)
    if truth is not False:
        yield from _block(node.body, certain=certain and truth is True)
    if truth is not True:
        yield from _block(node.orelse, certain=certain and truth is False)


def _truth(test: ast.expr) -> bool | None:
    """Tell what a condition is when Lambda imports the module, or None if that depends."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
        ):
            return False
    return None


def _compound(node: ast.stmt) -> Iterator[Binding]:
    """Read a statement whose parts run or do not run."""
    for field_name in ("target", "optional_vars"):
        target = getattr(node, field_name, None)
        if isinstance(target, ast.expr):
            yield from _opaque(target, certain=False)
    for item in getattr(node, "items", ()):
        if item.optional_vars is not None:
            yield from _opaque(item.optional_vars, certain=False)
    for case in getattr(node, "cases", ()):
        yield from _captures(case.pattern)
        yield from _block(case.body, certain=False)
    for handler in getattr(node, "handlers", ()):
        yield from _block(handler.body, certain=False)
    for block in ("body", "orelse", "finalbody"):
        yield from _block(getattr(node, block, ()), certain=False)


def _captures(pattern: ast.pattern) -> Iterator[Binding]:
    for node in ast.walk(pattern):
        name = getattr(node, "rest", None) or getattr(node, "name", None)
        if isinstance(name, str):
            yield Binding(name, "any", getattr(node, "lineno", 0), certain=False)


def _opaque(target: ast.expr, *, certain: bool) -> Iterator[Binding]:
    for name in _target_names([target]):
        yield Binding(name, "any", target.lineno, certain)


def _target_names(targets: Iterable[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Starred):
            yield from _target_names([target.value])
        elif isinstance(target, ast.Tuple | ast.List):
            yield from _target_names(target.elts)


def _walruses(node: ast.stmt) -> Iterator[Binding]:
    """Find `name := value` in the statement's own expressions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _BLOCK_PARTS):
            continue
        for inner in ast.walk(child):
            if isinstance(inner, ast.NamedExpr):
                yield Binding(inner.target.id, "any", inner.lineno, certain=False)


def _hidden(tree: ast.Module) -> Iterator[Binding]:
    """Find the names that a function declares global, since a call of it may bind them."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                for name in node.names:
                    yield Binding(name, "any", node.lineno, certain=False)


def _is_dynamic(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id in _DYNAMIC_CALLS)
        or (isinstance(node, ast.Attribute) and node.attr in _DYNAMIC_ATTRIBUTES)
        or (isinstance(node, ast.FunctionDef) and node.name == "__getattr__")
        for node in ast.walk(tree)
    )
