"""What the `setup(...)` call of a setup.py plainly states; the file is never run."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

from lpack.projects.source_code import assignments, literal, parsed
from lpack.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.projects.sources import Sources

_FINDERS = {"find_packages": False, "find_namespace_packages": True}
# What a setup.py calls to read its own version and readme. Any other call may change the build.
_HARMLESS = re.compile(
    "abspath|close|decode|dirname|encode|endswith|find_namespace_packages|find_packages|format|get"
    "|getcwd|group|join|lower|match|open|Path|read|readlines|read_text|realpath|replace|resolve"
    "|rstrip|search|setup|split|splitlines|startswith|str|strip|with_name"
)
_REFUSALS = re.compile(r"print|exit|sys\.(exit|stderr\.write)")


class Dynamic:
    """A value that only running can tell."""

    def __repr__(self) -> str:
        return "DYNAMIC"


DYNAMIC = Dynamic()


@dataclass(frozen=True, slots=True)
class FindPackages:
    """A call of `find_packages`, or its like in other files."""

    where: tuple[str, ...] = (".",)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    namespaces: bool = False
    moves: bool = False
    """Whether what is found there lies there for the build too, without a `package_dir`."""


@dataclass(frozen=True, slots=True)
class SetupCall:
    """The keywords of `setup(...)`."""

    values: Mapping[str, object] = field(default_factory=dict)
    """By keyword; DYNAMIC where a value is no literal."""
    lines: Mapping[str, int] = field(default_factory=dict)
    is_plain: bool = False
    """Whether the file does nothing else, so that the keywords tell the whole build."""
    is_complete: bool = False
    """Whether there is no other keyword."""


def read_setup_py(sources: Sources) -> SetupCall:
    """Read the call; raises UsageError LP004 when the file cannot be read."""
    module = parsed(sources, "setup.py")
    calls = [] if module is None else [one for one in _calls(module) if _name(one) == "setup"]
    if module is None or len(calls) != 1 or calls[0].args:
        return SetupCall()
    scope = _Scope(module, calls[0])
    values: dict[str, object] = {}
    is_complete = True
    for keyword in calls[0].keywords:
        value = scope.value(keyword.value)
        if keyword.arg is not None:
            values[keyword.arg] = value
        elif isinstance(value, dict):
            values |= value
        else:
            is_complete = False
    lines = {one.arg: one.value.lineno for one in calls[0].keywords if one.arg is not None}
    is_plain = is_complete and all(_is_harmless(one) for one in _calls(module))
    return SetupCall(values, lines, is_plain and _is_flat(module), is_complete)


def _calls(module: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(module) if isinstance(node, ast.Call)]


def _name(call: ast.Call) -> str:
    """Give the last part of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_harmless(call: ast.Call) -> bool:
    """Whether a call only reads, or refuses to go on."""
    if _HARMLESS.fullmatch(_name(call)):
        return True
    owner = call.func
    parts = []
    while isinstance(owner, ast.Attribute):
        parts.append(owner.attr)
        owner = owner.value
    dotted = ".".join([owner.id if isinstance(owner, ast.Name) else "?", *reversed(parts)])
    return _REFUSALS.fullmatch(dotted) is not None


def _is_flat(module: ast.Module) -> bool:
    """Whether no class is made here: those of a setup.py change what its commands do."""
    return not any(isinstance(node, ast.ClassDef) for node in ast.walk(module))


class _Scope:
    """The names of a module that can only have the value that their one assignment spells out."""

    def __init__(self, module: ast.Module, call: ast.Call) -> None:
        stored = Counter(
            node.id
            for node in ast.walk(module)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        )
        inside = {id(node) for node in ast.walk(call)}
        self._used_elsewhere = {
            node.id
            for node in ast.walk(module)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and id(node) not in inside
        }
        self._values = {name: one for name, one in assignments(module) if stored[name] == 1}
        self._finders = _finders(module)

    def value(self, node: ast.expr, depth: int = 0) -> object:
        """Give the value of an expression, or DYNAMIC."""
        try:
            return literal(node)
        except ValueError:
            return DYNAMIC if depth > 20 else self._composed(node, depth + 1)  # noqa: PLR2004

    def _composed(self, node: ast.expr, depth: int) -> object:
        if isinstance(node, ast.Name):
            return self._named(node.id, depth)
        if isinstance(node, ast.List | ast.Tuple):
            items = [self.value(item, depth) for item in node.elts]
            return DYNAMIC if DYNAMIC in items else items
        if isinstance(node, ast.Dict) and None not in node.keys:
            keys = [self.value(key, depth) for key in node.keys if key is not None]
            if all(isinstance(key, str) for key in keys):
                return dict(zip(keys, (self.value(one, depth) for one in node.values), strict=True))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _sum(self.value(node.left, depth), self.value(node.right, depth))
        if isinstance(node, ast.Call):
            return self._found(node, depth)
        return DYNAMIC

    def _named(self, name: str, depth: int) -> object:
        if name not in self._values:
            return DYNAMIC
        value = self.value(self._values[name], depth)
        # A list that is named elsewhere may be appended to there.
        is_safe = isinstance(value, str | int) or name not in self._used_elsewhere
        return value if is_safe else DYNAMIC

    def _found(self, call: ast.Call, depth: int) -> object:
        if not isinstance(call.func, ast.Name | ast.Attribute) or _name(call) not in self._finders:
            return DYNAMIC
        names = ("where", "exclude", "include")
        given = dict(zip(names, (self.value(one, depth) for one in call.args), strict=False))
        given |= {one.arg or "": self.value(one.value, depth) for one in call.keywords}
        if len(call.args) > len(names) or not set(given) <= set(names):
            return DYNAMIC
        return find_packages(given, namespaces=_FINDERS[_name(call)])


def find_packages(
    given: Mapping[str, object], *, namespaces: bool, moves: bool = False
) -> FindPackages | Dynamic:
    """Make the search of its keywords where, include and exclude; DYNAMIC where one is odd."""
    texts: dict[str, tuple[str, ...]] = {}
    for key, value in given.items():
        items = [value] if isinstance(value, str) and key == "where" else value
        if not isinstance(items, list | tuple) or not all(isinstance(one, str) for one in items):
            return DYNAMIC
        texts[key] = tuple(str(one) for one in items)
    return FindPackages(
        texts.get("where") or (".",),
        texts.get("include", ("*",)),
        texts.get("exclude", ()),
        namespaces,
        moves,
    )


def _finders(module: ast.Module) -> frozenset[str]:
    """Give the names of setuptools' finders, unless the file defines its own."""
    own = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    return frozenset(_FINDERS) - own


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return [*left, *right]
    return DYNAMIC
