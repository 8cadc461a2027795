"""Reads the functions of a serverless.yml.

https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Diagnostic, Spelling, Unknown, Where
from lpack.templates.declared import Code, Collector, Declared, Template
from lpack.templates.intrinsics import Intrinsics, Malformed
from lpack.templates.own_runtime import is_for_lpack
from lpack.templates.sam_globals import Placed, merged, placed
from lpack.templates.serverless_events import read_events
from lpack.templates.serverless_settings import read_settings
from lpack.templates.tree import Table, line_of, told_twice
from lpack.templates.variables import Variables
from lpack.validation.wording import did_you_mean, kind_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lpack.templates.tree import Twice

SPELLING = Spelling(
    {
        "ephemeral_storage": "ephemeralStorageSize",
        "memory": "memorySize",
        "reserved_concurrency": "reservedConcurrency",
        "source": "package.patterns",
    },
    "{name}: {value}",
    quotes=False,
)
_SHARED = (
    *("architecture", "environment", "kmsKeyArn", "layers", "memorySize", "runtime", "tags"),
    *("timeout", "tracing", "vpc"),
)
_KNOWN = (
    *("architecture", "condition", "dependsOn", "description", "destinations", "disableLogs"),
    *("environment", "ephemeralStorageSize", "events", "fileSystemConfig", "handler", "image"),
    *("kmsKeyArn", "layers", "logs", "maximumEventAge", "maximumRetryAttempts", "memorySize"),
    *("name", "onError", "package", "provisionedConcurrency", "reservedConcurrency", "role"),
    *("runtime", "runtimeManagement", "snapStart", "tags", "timeout", "tracing", "url"),
    *("versionFunction", "vpc"),
)
_MISTAKEN = {
    "memory": "memorySize",
    "memory_size": "memorySize",
    "env": "environment",
    "event": "events",
    "desc": "description",
    "layer": "layers",
    "time_out": "timeout",
}
# https://www.serverless.com/framework/docs/providers/aws/guide/functions
_MEMORY, _TIMEOUT = 1024, 6


def is_service(tree: Any) -> bool:
    """Tell whether a document is a service of the Serverless Framework for AWS."""
    if not isinstance(tree, dict) or "provider" not in tree:
        return False
    provider = tree["provider"]
    name = provider.get("name") if isinstance(provider, dict) else provider
    return name == "aws" or (isinstance(provider, str) and "${" in provider)


def read_service(
    tree: Any, path: Path, file: str, twice: list[Twice], environ: Mapping[str, str]
) -> Template:
    """Read all functions of a service.

    Raises UsageError LP029 or LP032 for one that has no end, or LP004, LP027 for files of it.
    """
    folder = path.parent
    variables = Variables(tree, folder, file, environ)
    provider = variables.at("provider")
    provider = provider if isinstance(provider, dict) else Table(1)
    resources = variables.at("resources")
    intrinsics = Intrinsics(resources if isinstance(resources, dict) else {}, file)
    problems = told_twice(twice, file)
    shared = placed(file, _shared(provider), ("provider",), line_of(tree, ("provider",)))
    package = variables.at("package")
    functions: list[Declared] = []
    skipped: list[tuple[str, str]] = []
    for name, value, own in _functions(variables, tree, file, problems):
        everything = merged(shared, own)
        other = _other(everything.values)
        if other:
            skipped.append((name, other))
        else:
            functions.append(_function(name, everything, value, package, intrinsics))
    return Template(
        file,
        "Serverless Framework",
        tuple(functions),
        (),
        tuple(skipped),
        tuple(problems),
        SPELLING,
        is_service=True,
        read=(path, *variables.read),
    )


def _shared(provider: Mapping[str, Any]) -> Table:
    made = Table(getattr(provider, "line", 0), getattr(provider, "file", ""))
    lines = getattr(provider, "lines", {})
    for key in _SHARED:
        value = provider.get(key)
        if key == "tracing" and isinstance(value, dict):
            value = value.get("lambda")
        if value is not None:
            made[key], made.lines[key] = value, lines.get(key, 0)
    return made


def _functions(
    variables: Variables, tree: Any, file: str, problems: list[Diagnostic]
) -> Iterator[tuple[str, Mapping[str, Any], Placed]]:
    found = variables.at("functions")
    where = Where(file, line_of(tree, ("functions",)), "functions")
    if isinstance(found, Unknown):
        problems.append(
            Diagnostic("LP038", "error", f"`functions` cannot be read: {found.why}", where)
        )
    elif found is not None and not isinstance(found, (dict, list)):
        message = f"`functions` must be a map, not {kind_of(found)}"
        problems.append(Diagnostic("LP030", "error", message, where))
    for group in found if isinstance(found, list) else [found]:
        if isinstance(group, Unknown):
            message = f"a part of `functions` cannot be read: {group.why}"
            problems.append(Diagnostic("LP038", "error", message, where))
        for name, value in group.items() if isinstance(group, dict) else ():
            path = ("functions", name)
            line = getattr(group, "lines", {}).get(name) or where.line
            at = Where(getattr(group, "file", "") or file, line, f"functions.{name}")
            if not isinstance(value, dict):
                if not isinstance(value, Unknown):
                    message = f"function `{shown(name)}` must be a map, not {kind_of(value)}"
                    problems.append(Diagnostic("LP030", "error", message, at))
                continue
            own = placed(file, value, path, line)
            own.places[()] = at
            yield name, value, own


def _other(values: Mapping[str, Any]) -> str:
    if "image" in values:
        return "a container image"
    runtime = values.get("runtime")
    if runtime is None:
        return "no runtime, which means Node.js"
    if isinstance(runtime, str) and not is_for_lpack(runtime):
        return shown(runtime)
    return ""


def _function(
    name: str,
    everything: Placed,
    value: Mapping[str, Any],
    package: Any,
    intrinsics: Intrinsics,
) -> Declared:
    collector = Collector(name, everything.where())
    for key in value:
        meant = _MISTAKEN.get(key) or next(
            (known for known in _KNOWN if known != key and known.lower() == key.lower()), None
        )
        if meant:
            message = f"a function of the Serverless Framework has no `{shown(key)}`"
            hint = did_you_mean(key, [meant]) or f"did you mean `{meant}`?"
            collector.report("LP035", message, everything.where(key), hint)
    values: dict[str, Any] = {}
    for key, one in everything.values.items():
        with collector.guarded(everything.where(key)):
            values[key] = one if key == "events" else _carried_out(one, intrinsics)
    if "handler" not in values:
        message = "the function has no `handler`"
        collector.report("LP036", message, everything.where(), "write `handler: app.handler`")
    read_settings(collector, {"memorySize": _MEMORY, "timeout": _TIMEOUT} | values, everything)
    read_events(collector, values.get("events"), everything)
    if values.get("url"):
        collector.table.setdefault("triggers", []).append("url")
    return collector.declared(_code(values, package, everything))


def _carried_out(value: Any, intrinsics: Intrinsics) -> Any:
    try:
        return intrinsics.value(value)
    except Malformed as error:
        return Unknown(str(error))


def _code(values: Mapping[str, Any], package: Any, everything: Placed) -> Code:
    """Say where the code is: an artefact, or the service's folder by its patterns."""
    own = values.get("package")
    own, package = own if isinstance(own, dict) else {}, package if isinstance(package, dict) else {}
    artifact = own.get("artifact", package.get("artifact"))
    where = everything.where("handler")
    if isinstance(artifact, Unknown):
        return Code(maker="its place is not known", where=where)
    if isinstance(artifact, str):
        return Code(artifact, is_built=True, where=everything.where("package", "artifact"))
    return Code(".", where=where, patterns=(*_patterns(package), *_patterns(own)))


def _patterns(package: Mapping[str, Any]) -> Iterator[str]:
    """Give the patterns of both of the framework's ways as one list, `!` for what is left out."""
    for key, mark in (("exclude", "!"), ("include", ""), ("patterns", "")):
        found = package.get(key)
        for one in found if isinstance(found, list) else ():
            if isinstance(one, str):
                yield mark + one


