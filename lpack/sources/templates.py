"""Functions declared in a template of AWS SAM, CloudFormation or another tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.config import function_settings
from lpack.config.settings import Declaration
from lpack.model import Architecture, Diagnostic, Function, Spelling, Target
from lpack.platforms import DEFAULT_RUNTIME, runtime_named, with_python
from lpack.sources.functions import as_given
from lpack.sources.runtimes import unknown_runtime
from lpack.templates.own_runtime import is_for_lpack
from lpack.values import dataclass, replace

if TYPE_CHECKING:
    from lpack.templates.declared import Declared, Template

_BY_UNKNOWN: dict[str, frozenset[str]] = {
    "runtime": frozenset({"LP309", "LP313", "LP314", "LP315", "LP316", "LP319", "LP330", "LP331"}),
    "architecture": frozenset({"LP316", "LP317", "LP318", "LP330", "LP331"}),
}
"""The rules that nobody can ask without a key."""
_KEYS = (
    *("architecture", "description", "environment", "ephemeral_storage", "handler", "layers"),
    *("memory", "reserved_concurrency", "runtime", "timeout"),
)
"""What may be left to the deployment, in lpack's words."""
_ALWAYS = frozenset({"LP336"})
"""About what only lpack's own configuration declares: the sizes of layers."""


@dataclass(frozen=True, slots=True)
class Given:
    """A function as a template declares it, ready to be judged."""

    function: Function
    problems: tuple[Diagnostic, ...]
    left: frozenset[str]
    """Codes of rules that have nothing to go by."""
    runtime: str
    """As it is known, for those who read the report."""
    architecture: str
    unknown: tuple[tuple[str, str], ...]
    """What is not known of it, and why."""
    is_ours: bool
    """False where its runtime is no word that Lambda knows, and may be another language's."""


def given_function(declared: Declared, template: Template) -> Given:
    """Make a function of a declaration; what is not known has the value that Lambda would take."""
    spelling = template.spelling
    table = dict(declared.table)
    places = {("functions", declared.name, *path): one for path, one in declared.places.items()}
    more = {"other_layers": declared.other_layers, "spelling": spelling}
    whole = {"functions": {declared.name: table}}
    declaration = Declaration(template.file, whole, places=places, more={declared.name: more})
    settings = function_settings(declared.name, whole, declaration)
    target, problems, left = _target(declared, spelling)
    later = {name for name, _ in declared.unknown}
    undecided = frozenset(key for key in _KEYS if spelling.called(key) in later)
    return Given(
        replace(as_given(settings, target), undecided=undecided),
        (*declared.problems, *problems),
        left,
        str(table.get("runtime", "runtime unknown")),
        str(table.get("architecture", target.architecture)),
        declared.unknown,
        is_for_lpack(str(table.get("runtime", "python"))),
    )


def _target(
    declared: Declared, spelling: Spelling
) -> tuple[Target, tuple[Diagnostic, ...], frozenset[str]]:
    table: dict[str, Any] = dict(declared.table)
    name = table.get("runtime")
    problems: tuple[Diagnostic, ...] = ()
    runtime = runtime_named(name) if name is not None else None
    python = table.get("python")
    if runtime is not None and runtime.is_own and python is not None:
        runtime = with_python(runtime, python) or runtime
    left = _ALWAYS
    if runtime is None:
        left |= _BY_UNKNOWN["runtime"]
        if name is not None:
            message, hint = unknown_runtime(name, spelling)
            where = declared.places["runtime",]
            problems = (Diagnostic("LP010", "error", message, where, hint),)
    if any(key == "Architectures" for key, _ in declared.unknown):
        left |= _BY_UNKNOWN["architecture"]
    default = runtime_named(DEFAULT_RUNTIME)
    found = runtime or default
    if found is None:
        raise AssertionError(DEFAULT_RUNTIME)
    architecture: Architecture = "arm64" if table.get("architecture") == "arm64" else "x86_64"
    return Target(found, architecture), problems, left
