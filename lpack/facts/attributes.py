"""What an attribute of a module is, followed through imports inside the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lpack.facts.bindings import literal_all, names_of
from lpack.facts.grammar import BadSyntax, TooDeep, parse
from lpack.facts.modules import NotFound
from lpack.values import dataclass, field

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from lpack.facts.bindings import Binding, Names
    from lpack.facts.modules import Module, ModuleTree

Verdict = Literal[
    "found",
    "unknown",
    "missing",
    "not-callable",
    "signature",
    "async",
    "syntax-error",
    "syntax-unsure",
]
SOURCE_BYTES = 2_000_000
"""A module larger than this is generated; its names are taken on trust."""
_MOST_STEPS = 50
_EVENT_AND_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute turned out to be, and the place that decides."""

    verdict: Verdict
    path: str | None = None
    line: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class ModuleReader:
    """Parses the modules of one package, each at most once."""

    tree: ModuleTree
    read: Callable[[str, int], bytes]
    _parsed: dict[str, ast.Module | BadSyntax | None] = field(default_factory=dict)

    def syntax(self, module: Module) -> ast.Module | BadSyntax | None:
        """Parse a module; None when it has no source code or the host cannot tell."""
        if module.kind != "source":
            return None
        if module.path not in self._parsed:
            self._parsed[module.path] = self._parse(module)
        return self._parsed[module.path]

    def names(self, module: Module) -> Names | None:
        """Read what a module binds; None when that cannot be known."""
        syntax = self.syntax(module)
        return None if syntax is None or isinstance(syntax, BadSyntax) else names_of(syntax)

    def _parse(self, module: Module) -> ast.Module | BadSyntax | None:
        source = self.read(module.path, SOURCE_BYTES + 1)
        if len(source) > SOURCE_BYTES:
            return None
        try:
            return parse(source, module.path, self.tree.target.runtime.python)
        except TooDeep:
            return None


def find_attribute(module: Module, name: str, reader: ModuleReader) -> Attribute:
    """Tell what `name` of a module of the package is, once the module is imported."""
    return _Search(reader).attribute(module, name)


@dataclass
class _Search:
    """One search, which ends when it has taken too many steps or comes back to its start."""

    reader: ModuleReader
    seen: set[tuple[str, str]] = field(default_factory=set)

    def attribute(self, module: Module, name: str) -> Attribute:
        """Tell what a name is in a module."""
        if (module.path, name) in self.seen or len(self.seen) > _MOST_STEPS:
            return Attribute("unknown")
        self.seen.add((module.path, name))
        syntax = self.reader.syntax(module)
        if isinstance(syntax, BadSyntax):
            verdict: Verdict = "syntax-error" if syntax.certain else "syntax-unsure"
            return Attribute(verdict, module.path, syntax.line, syntax.message)
        if module.kind == "namespace":
            return self._missing(module, name)
        names = self.reader.names(module)
        if names is None:
            return Attribute("unknown")
        return self._decide(module, name, names)

    def _decide(self, module: Module, name: str, names: Names) -> Attribute:
        """Give the first good answer of the bindings that may be the last one run."""
        found = Attribute("unknown")
        answers = [self._binding(module, name, item) for item in names.candidates(name)]
        decided = [answer for answer in answers if answer is not None]
        if not decided:
            found = self._missing(module, name)
        else:
            good = (item for item in decided if item.verdict in ("found", "unknown"))
            found = next(good, decided[-1])
        hidden = names.is_dynamic and found.verdict in ("missing", "not-callable")
        return Attribute("unknown") if hidden else found

    def _missing(self, module: Module, name: str) -> Attribute:
        # An import elsewhere may set a submodule on its package.
        submodule = self.reader.tree.find(f"{module.name}.{name}")
        if not isinstance(submodule, NotFound):
            detail = f"`{name}` is a module of the package `{module.name}`"
            return Attribute("missing", module.path, None, detail)
        return Attribute("missing", module.path)

    def _binding(self, module: Module, name: str, binding: Binding) -> Attribute | None:
        """Tell what one binding makes of the name; None when it does not bind it after all."""
        if binding.kind == "star":
            return self._star(module, name, binding)
        if binding.kind in ("alias", "import", "module"):
            return self._elsewhere(module, binding)
        return _defined(module, binding)

    def _elsewhere(self, module: Module, binding: Binding) -> Attribute:
        if binding.kind == "alias":
            return self._alias(module, binding)
        if binding.kind == "import":
            return self._imported(module, binding)
        return self._whole_module(module, binding)

    def _alias(self, module: Module, binding: Binding) -> Attribute:
        found = self.attribute(module, binding.target)
        # A name that the module does not bind may be a builtin.
        return Attribute("unknown") if found.verdict == "missing" else found

    def _imported(self, module: Module, binding: Binding) -> Attribute:
        source = self._origin(module, binding)
        if source is None:
            return Attribute("unknown")
        found = self.attribute(source, binding.attribute)
        if found.verdict != "missing":
            return found
        submodule = self.reader.tree.find(f"{source.name}.{binding.attribute}")
        if not isinstance(submodule, NotFound):
            return self._module_object(module, binding, submodule[-1])
        if source.kind == "namespace":  # another folder on the path may add to it
            return Attribute("unknown")
        detail = f"`{source.path}` has no `{binding.attribute}` to import"
        return Attribute("missing", module.path, binding.line, detail)

    def _whole_module(self, module: Module, binding: Binding) -> Attribute:
        found = self.reader.tree.find(binding.target)
        if isinstance(found, NotFound):
            return Attribute("unknown")
        return self._module_object(module, binding, found[-1])

    def _module_object(self, module: Module, binding: Binding, bound: Module) -> Attribute:
        names = self.reader.names(bound)
        if names is None or names.is_dynamic:  # it may put something else into sys.modules
            return Attribute("unknown")
        return Attribute("not-callable", module.path, binding.line, f"the module `{bound.name}`")

    def _star(self, module: Module, name: str, binding: Binding) -> Attribute | None:
        source = self._origin(module, binding)
        syntax = self.reader.syntax(source) if source else None
        if source is None or syntax is None or isinstance(syntax, BadSyntax):
            return Attribute("unknown")
        try:
            exported = literal_all(syntax)
        except ValueError:
            return Attribute("unknown")
        if name not in exported if exported is not None else name.startswith("_"):
            return None
        found = self.attribute(source, name)
        return None if found.verdict == "missing" else found

    def _origin(self, module: Module, binding: Binding) -> Module | None:
        """Find the module that an import takes from; None when it is not in the package."""
        name = binding.target
        if binding.level:
            parts = module.package.split(".") if module.package else []
            kept = len(parts) - (binding.level - 1)
            if kept < 1:
                return None
            name = ".".join([*parts[:kept], *([name] if name else [])])
        found = self.reader.tree.find(name)
        return None if isinstance(found, NotFound) else found[-1]


def _defined(module: Module, binding: Binding) -> Attribute:
    place = (module.path, binding.line)
    if binding.kind == "async":
        return Attribute("async", *place)
    if binding.kind == "constant":
        return Attribute("not-callable", *place, binding.target)
    problem = signature_problem(binding.arguments) if binding.arguments else ""
    return Attribute("signature" if problem else "found", *place, problem)


def signature_problem(arguments: ast.arguments) -> str:
    """Say why a function cannot be called with event and context; empty when it can."""
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    if required > _EVENT_AND_CONTEXT:
        names = ", ".join(f"`{item.arg}`" for item in positional[_EVENT_AND_CONTEXT:required])
        return f"it also requires {names}"
    if len(positional) < _EVENT_AND_CONTEXT and arguments.vararg is None:
        return f"it takes {len(positional)} positional argument{'s'[: len(positional) != 1]}"
    missing = [
        item.arg
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    if missing:
        return f"it also requires the keyword `{missing[0]}`"
    return ""
