"""Checks a table of configuration, whichever source declared it, and types it.

Sources make a `Declaration`, and `steps.configure` makes a `Project` of what is typed here.
"""

from __future__ import annotations

from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING, Any

from lpack.config.loads import budget_of, layer_arn, layer_sizes, trigger_of
from lpack.config.settings import (
    Declaration,
    FunctionSettings,
    Overrides,
    RequirementsSettings,
    Settings,
    TestSettings,
)
from lpack.exclusion import is_pattern
from lpack.model import LIMITS, Bytecode, Diagnostic, Ignore, Where
from lpack.validation import Problem, Verdicts, called, problems
from lpack.validation.wording import shown
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lpack.toml_lines import KeyPath

__all__ = ["DEFAULT_OUTPUT", "DEFAULT_RESOLVER", "RESOLVERS", "Overrides", "read_settings"]

DEFAULT_OUTPUT = "dist"
DEFAULT_RESOLVER = "auto"
RESOLVERS = ("auto", "uv", "pip-tools")
DEFAULT_SIZES = {"memory": 128, "timeout": 3, "ephemeral_storage": 512}

_INTEGERS = 1 << 63
_DEEPEST = 4
"""Keys of a setting of Lambda, one below the other."""
_PATTERNS = {"include", "exclude"}
_BYTECODE: dict[Any, Bytecode] = {False: "none", True: "all", "imported": "imported"}
_UNKNOWN_KEY = "additionalProperties"
# `functions`, its name, its key: what is wrong inside a key's value takes the whole key away.
_DEPTH_OF_REMOVAL = 3


def read_settings(declaration: Declaration, verdicts: Verdicts | None = None) -> Settings:
    """Check and type a declaration; what does not fit is in `mistakes`, and left out."""
    found = _problems_of(declaration.table, verdicts)
    gone = frozenset(problem.path[:_DEPTH_OF_REMOVAL] for problem in found)
    table = _without(declaration.table, gone, ())
    return Settings(
        table.get("output_dir"),
        table.get("resolver"),
        _strings(table.get("lock_targets", [])),
        _strings(table.get("policies", [])),
        table.get("account"),
        table.get("region"),
        tuple(
            function_settings(name, table, declaration, gone) for name in table.get("functions", {})
        ),
        tuple(_diagnostic(problem, declaration) for problem in found),
    )


def _problems_of(table: Mapping[str, Any], verdicts: Verdicts | None) -> list[Problem]:
    too_large = list(_too_large(table))
    if too_large:
        # Python refuses to write such a number, so nothing else may look at it.
        gone = frozenset(problem.path[:_DEPTH_OF_REMOVAL] for problem in too_large)
        return too_large + _all_problems(_without(table, gone, ()))
    if verdicts and verdicts.was_valid(table, "config"):
        return []
    found = _all_problems(table)
    if verdicts and not found:
        verdicts.remember(table, "config")
    return found


def _all_problems(table: Mapping[str, Any]) -> list[Problem]:
    found = problems(table, "config")
    reported = {problem.path for problem in found}
    others = (*_unusable(table), *_same_but_for_case(table))
    return found + [problem for problem in others if problem.path not in reported]


def _too_large(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Find integers beyond the 64 bits that TOML promises."""
    for path, value in _values(table):
        if isinstance(value, int) and not -_INTEGERS <= value < _INTEGERS:
            yield Problem(path, "integer", f"{called(path)} has more than 64 bits")


def _unusable(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what TOML can say, and neither JSON nor a path: dates, infinity, null characters."""
    for path, value in _values(table):
        if isinstance(value, date | time):
            message = f"{called(path)} is a date or time, which JSON does not have"
            yield Problem(path, "json", message, "put the value in quotes")
        elif isinstance(value, float) and not isfinite(value):
            yield Problem(path, "json", f"{called(path)} is not a finite number")
        elif isinstance(value, str) and "\0" in value and "tests" not in path:
            yield Problem(path, "null", f"{called(path)} has a null character")
        elif isinstance(value, str) and _PATTERNS & {*path[-2:]} and not is_pattern(value):
            message = f"{called(path)} is no pattern as .gitignore has them: `{shown(value)}`"
            yield Problem(path, "pattern", message)


def _same_but_for_case(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Find functions whose files would be one file on macOS and Windows."""
    functions = table.get("functions")
    seen: dict[str, str] = {}
    for name in functions if isinstance(functions, dict) else ():
        first = seen.setdefault(name.lower(), name)
        if first != name:
            message = f"function `{shown(name)}` differs from `{shown(first)}` only in case"
            yield Problem(("functions", name), "case", message, "rename one of them")


def _values(table: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Give all that stands in a table, at any depth, with its path."""
    stack: list[tuple[KeyPath, Any]] = [((), table)]
    while stack:
        path, value = stack.pop()
        yield path, value
        stack += [((*path, part), item) for part, item in _items(value)]


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _without(value: Any, gone: frozenset[KeyPath], path: KeyPath) -> Any:
    """Copy a table without the values at the paths in `gone`."""
    if len(path) == _DEPTH_OF_REMOVAL or not isinstance(value, dict | list):
        return value
    kept = {
        part: _without(item, gone, (*path, part))
        for part, item in _items(value)
        if (*path, part) not in gone
    }
    return kept if isinstance(value, dict) else list(kept.values())


def _diagnostic(problem: Problem, declaration: Declaration) -> Diagnostic:
    code = "LP007" if problem.keyword == _UNKNOWN_KEY else "LP006"
    where = declaration.where(problem.path)
    return Diagnostic(code, "error", problem.message, where, problem.hint)


def function_settings(
    name: str,
    table: Mapping[str, Any],
    declaration: Declaration,
    gone: frozenset[KeyPath] = frozenset(),
) -> FunctionSettings:
    """Type one function of a table that has been checked; `gone` was found wrong, and left out."""
    defaults, own = table.get("defaults", {}), table["functions"][name]
    declared = defaults | own
    sizes = {key: int(declared.get(key, size)) for key, size in DEFAULT_SIZES.items()}
    environment = defaults.get("environment", {}) | own.get("environment", {})
    settings = defaults.get("settings", {}) | own.get("settings", {})
    source = own.get("source")
    sources = [source] if isinstance(source, str) else source or []
    made = FunctionSettings(
        name=name,
        handler=own.get("handler"),
        sources=None if source is None else tuple(_folder(one) for one in sources),
        prefixes=tuple(_prefix(one) for one in sources),
        include=_strings(declared.get("include", [])),
        exclude=_strings(declared.get("exclude", [])),
        requirements=_requirements(declared.get("requirements")),
        build_from_source=_strings(declared.get("build-from-source", [])),
        slim=_strings(declared.get("slim", [])),
        runtime=declared.get("runtime"),
        python=declared.get("python") or None,
        architecture=declared.get("architecture"),
        memory=sizes["memory"],
        timeout=sizes["timeout"],
        ephemeral_storage=sizes["ephemeral_storage"],
        upload=declared.get("upload", "direct"),
        compress=declared.get("compress", "default"),
        bytecode=_BYTECODE[declared.get("bytecode", False)],
        strip=declared.get("strip", False),
        format=declared.get("format", "zip"),
        layer_path=declared.get("layer-path", "python"),
        environment=tuple(environment.items()),
        layers=tuple(layer_arn(one) for one in declared.get("layers", [])),
        layer_sizes=layer_sizes(declared.get("layers", [])),
        settings=settings,
        limits=declared.get("limits", LIMITS[0]),
        strict=declared.get("strict", False),
        ignore=tuple(Ignore(one["code"], one["reason"]) for one in own.get("ignore", [])),
        budget=budget_of(declared.get("budget", {})),
        reserved_concurrency=declared.get("reserved_concurrency"),
        account_concurrency=declared.get("account_concurrency"),
        description=own.get("description", ""),
        triggers=tuple(trigger_of(one) for one in own.get("triggers", [])),
        tests=_tests(own.get("tests", []), ("functions", name, "tests"), declaration),
        assumed=declaration.assumed,
        origins=_origins(name, table, declaration),
        broken=frozenset(_broken(name, gone)),
    )
    return replace(made, **declaration.more[name]) if name in declaration.more else made


def _folder(source: Any) -> str:
    return str(source["folder"] if isinstance(source, dict) else source)


def _prefix(source: Any) -> str:
    return str(source.get("prefix", "")).strip("/") if isinstance(source, dict) else ""


def _strings(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _requirements(value: Any) -> RequirementsSettings | None:
    if value is None:
        return None
    if isinstance(value, dict):
        lists = {key: tuple(items) for key, items in value.items() if key != "indexes"}
        return RequirementsSettings(**lists, indexes=tuple(value.get("indexes", {}).items()))
    return RequirementsSettings(files=_strings(value) if value else ())


def _tests(
    tests: list[dict[str, Any]], path: KeyPath, declaration: Declaration
) -> tuple[TestSettings, ...]:
    return tuple(
        TestSettings(test, declaration.where((*path, place))) for place, test in enumerate(tests)
    )


def _origins(name: str, table: Mapping[str, Any], declaration: Declaration) -> dict[str, Where]:
    origins = {"": declaration.where(("functions", name))}
    for above in (("defaults",), ("functions", name)):
        keys = table.get("defaults", {}) if above == ("defaults",) else table["functions"][name]
        for key, value in keys.items():
            origins[key] = declaration.where((*above, key))
            for path in _origins_below(key, value):
                origins[".".join(map(str, (key, *path)))] = declaration.where((*above, key, *path))
    return origins


def _origins_below(key: str, value: Any) -> Iterator[KeyPath]:
    """Give the paths of what rules point to inside a key."""
    if key == "environment":
        yield from ((variable,) for variable in value)
    elif key in ("settings", "ignore", "triggers", "budget"):
        yield from (path for path, _ in _values(value) if path and len(path) <= _DEEPEST)


def _broken(name: str, gone: frozenset[KeyPath]) -> Iterator[str]:
    for path in gone:
        if path[:2] == ("functions", name):
            yield str(path[2])
        elif path[0] == "defaults":
            yield str(path[-1])
