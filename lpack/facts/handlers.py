"""What Lambda's runtime client would find for a handler, told without importing anything.

The order of the questions, and the error that each ends in, are those of `_get_handler` in
https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lpack.facts.attributes import Attribute, ModuleReader, find_attribute
from lpack.facts.grammar import BadSyntax
from lpack.facts.handler_errors import with_error
from lpack.facts.handler_finding import HandlerFinding
from lpack.facts.modules import ModuleTree, NotFound, module_names
from lpack.facts.python_names import BUILTIN_MODULES, PRELOADED_MODULES, STANDARD_MODULES
from lpack.lazily import pattern
from lpack.values import replace

if TYPE_CHECKING:
    from lpack.facts.handler_finding import Outcome
    from lpack.facts.modules import Module
    from lpack.model import Handler, Target

_WHITESPACE = pattern(r"\s")


class PackageContent(Protocol):
    """Read access to the files of a package."""

    @property
    def paths(self) -> frozenset[str]:
        """Every path in the package."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """Give the first `limit` bytes of a file."""
        ...


def inspect_handler(
    handler: Handler,
    content: PackageContent,
    target: Target,
    *,
    roots: tuple[str, ...] = ("",),
    elsewhere: str = "",
) -> HandlerFinding:
    """Follow a handler string to the function it names.

    `roots` are the folders of the package that Python searches; `elsewhere` says, in words, where
    else modules may come from, and makes a missing module unknown instead of missing.
    """
    return with_error(_inspect(handler, content, target, roots, elsewhere))


def any_handler(handler: Handler) -> HandlerFinding:
    """Judge a handler that Lambda hands on to an own runtime as it is written."""
    if _WHITESPACE.search(handler.text):
        detail = "Lambda refuses white space in a handler"
        return HandlerFinding("malformed", handler.text, detail=detail)
    return HandlerFinding("unknown", handler.text, detail="the runtime is the package's own")


def _inspect(
    handler: Handler,
    content: PackageContent,
    target: Target,
    roots: tuple[str, ...],
    elsewhere: str,
) -> HandlerFinding:
    module, dot, attribute = handler.text.rpartition(".")
    finding = HandlerFinding("found", module, attribute, has_dot=bool(dot))
    problem = _malformed(handler.text, module, dot, attribute)
    if problem:
        return replace(finding, outcome="malformed", detail=problem)
    tree = ModuleTree(content.paths, target, roots)
    found = tree.find(module.replace("/", "."))
    conflict = _conflict(module.replace("/", ".").partition(".")[0], found)
    if conflict:
        return replace(finding, outcome="builtin-conflict", detail=conflict)
    if not isinstance(found, NotFound):
        return _inspect_module(finding, found, ModuleReader(tree, content.read))
    if elsewhere:
        return replace(finding, outcome="unknown", detail=elsewhere)
    return _missing(finding, found, tree)


def _malformed(text: str, module: str, dot: str, attribute: str) -> str:
    """Say what is wrong with the string itself, and what it ends in; empty when nothing is."""
    problems = (
        (_WHITESPACE.search(text), "Lambda refuses white space in a handler"),
        (not dot, "there is no dot in it"),
        (not module, "there is no module before the dot"),
        (not attribute, "there is no function after the last dot"),
        (
            module.startswith((".", "/")),
            "it starts with a dot or slash, which makes it a relative import",
        ),
        (
            not all(module.replace("/", ".").split(".")),
            "a part of the module's name is empty",
        ),
    )
    return next((problem for found, problem in problems if found), "")


def _conflict(first: str, found: tuple[Module, ...] | NotFound) -> str:
    """Say why another module than the package's is imported; empty when none is in the way."""
    if first in BUILTIN_MODULES:
        return f"`{first}` is built into Python"
    if first in PRELOADED_MODULES:
        return f"`{first}` is already imported when Lambda looks for the handler"
    if isinstance(found, tuple) and found[0].kind == "namespace" and first in STANDARD_MODULES:
        return f"the standard library's `{first}` wins over a folder without `__init__.py`"
    return ""


def _missing(finding: HandlerFinding, found: NotFound, tree: ModuleTree) -> HandlerFinding:
    dotted = finding.module.replace("/", ".")
    finding = replace(finding, outcome="module-missing", looked_for=tree.candidates(dotted))
    parent = found.parent
    if parent is not None and not parent.is_package:
        function = dotted.removeprefix(f"{parent.name}.").partition(".")[0]
        detail = f"`{parent.path}` is a module, not a package"
        suggestions = (_written(parent.name, function),)
        return replace(finding, detail=detail, suggestions=suggestions, found_at=parent.path)
    names = sorted(module_names(tree.files), key=lambda name: (name.count("."), name))
    return replace(
        finding,
        suggestions=tuple(_written(name, finding.attribute) for name in _similar(dotted, names)),
        folder=_folder_with(dotted.replace(".", "/"), tree.files),
    )


def _folder_with(place: str, files: frozenset[str]) -> str:
    """Give the folder of the package that a module lies in where it is not looked for."""
    endings = (f"/{place}/__init__.py", f"/{place}.py")
    found = (
        path.removesuffix(ending) for path in files for ending in endings if path.endswith(ending)
    )
    return min(found, key=lambda folder: (folder.count("/"), folder), default="")


def _written(module: str, attribute: str) -> str:
    return f"{module.replace('.', '/')}.{attribute}"


def _similar(dotted: str, names: list[str]) -> tuple[str, ...]:
    """Name modules that may have been meant: first the same one in another folder."""
    slashed = [name for name in names if name == dotted.replace("\\", ".")]
    deeper = [name for name in names if name.endswith(f".{dotted}")]
    higher = [name for name in names if dotted.endswith(f".{name}")]
    import difflib  # noqa: PLC0415 - only on failure

    near = difflib.get_close_matches(dotted, names, n=1, cutoff=0.6) if len(names) < _MANY else []
    return tuple(dict.fromkeys([*slashed, *deeper[:1], *higher[:1], *near]))


# `difflib` takes a second for tens of thousands of names.
_MANY = 5_000


def _inspect_module(
    finding: HandlerFinding, chain: tuple[Module, ...], reader: ModuleReader
) -> HandlerFinding:
    finding = replace(finding, found_at=chain[-1].path)
    for module in chain:
        syntax = reader.syntax(module)
        if isinstance(syntax, BadSyntax):
            return _bad_syntax(finding, module, syntax)
    found = find_attribute(chain[-1], finding.attribute, reader)
    return _as_finding(finding, found, chain[-1], reader)


def _bad_syntax(finding: HandlerFinding, module: Module, syntax: BadSyntax) -> HandlerFinding:
    outcome: Outcome = "syntax-error" if syntax.certain else "syntax-unsure"
    return replace(
        finding,
        outcome=outcome,
        path=module.path,
        line=syntax.line,
        detail=syntax.message,
        column=syntax.column,
    )


def _as_finding(
    finding: HandlerFinding, found: Attribute, module: Module, reader: ModuleReader
) -> HandlerFinding:
    suggestions: tuple[str, ...] = ()
    outcome: Outcome = "function-missing" if found.verdict == "missing" else found.verdict
    if outcome == "function-missing":
        names = reader.names(module)
        known = names.callables() if names else ()
        import difflib  # noqa: PLC0415 - only on failure

        near = difflib.get_close_matches(finding.attribute, known, n=1, cutoff=0.6)
        meant = near or (known if len(known) == 1 else ())
        suggestions = tuple(f"{finding.module}.{name}" for name in meant)
    return replace(
        finding,
        outcome=outcome,
        path=found.path or module.path,
        line=found.line,
        detail=found.detail,
        suggestions=suggestions,
    )
