"""A variable takes the place of a default that Lambda would set.

Why: Lambda expands no variables, so a search path that is set replaces the whole default: modules
and libraries of layers, or those of Python itself, are no longer found. `TZ`, `LANG` and
`AWS_LAMBDA_EXEC_WRAPPER` change how every invocation runs, which is worth to know.

Fix: name the folders of the default too, or remove the variable.

Example:
    environment = { PATH = "/var/task/bin" }                          # wrong: python is not found
    environment = { PATH = "/var/lang/bin:/usr/bin:/bin:/var/task/bin" }   # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Function, Severity

CODE = "LP346"
NAME = "environment-replaces-default"
SEVERITY: Severity = "warning"
SUMMARY = "An environment variable takes the place of a default of Lambda"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
_TASK_ROOT = "/var/task/"
# What the runtime cannot do without, and what layers are found by.
_NEEDED = {
    "PATH": (("/var/lang/bin", "Python itself"), ("/opt/bin", "programs of layers")),
    "LD_LIBRARY_PATH": (
        ("/var/lang/lib", "libraries of Python"),
        ("/var/task/lib", "libraries in `lib/` of the package"),
        ("/opt/lib", "libraries of layers"),
    ),
}
_WORTH_KNOWING = {
    "TZ": "`TZ` replaces Lambda's time zone, UTC, in everything that the function runs",
    "LANG": "`LANG` replaces Lambda's locale, `en_US.UTF-8`",
}


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Tell what each such variable leads to; its value is not shown."""
    for name, value in facts.function.environment:
        for severity, message, hint in _consequences(name, value, facts):
            where = facts.function.where(f"environment.{name}")
            yield Diagnostic(CODE, severity, message, where, hint)


def _consequences(name: str, value: str, facts: Facts) -> Iterator[tuple[Severity, str, str]]:
    if name in _NEEDED:
        yield from _lost(name, value, facts)
    elif name == "PYTHONPATH":
        yield from _python_path(value, facts.function)
    elif name in _WORTH_KNOWING:
        yield "info", _WORTH_KNOWING[name], "nothing has to be done if that is meant"
    elif name == "AWS_LAMBDA_EXEC_WRAPPER":
        yield from _wrapper(value, facts)


def _lost(name: str, value: str, facts: Facts) -> Iterator[tuple[Severity, str, str]]:
    folders = [folder.rstrip("/") for folder in value.split(":")]
    lost = [
        (folder, what)
        for folder, what in _NEEDED[name]
        if folder not in folders and _matters(folder, facts)
    ]
    if lost:
        without = " and ".join(what for _, what in lost)
        hint = f"add {' and '.join(f'`{folder}`' for folder, _ in lost)} to it"
        yield "warning", f"`{name}` replaces Lambda's own, and {without} are not found", hint


def _matters(folder: str, facts: Facts) -> bool:
    if folder.startswith("/opt/"):
        return facts.function.has_layers
    if folder.startswith(_TASK_ROOT):
        below = folder.removeprefix(_TASK_ROOT) + "/"
        return any(path.startswith(below) and ".so" in path for path in facts.paths)
    return True


def _python_path(value: str, function: Function) -> Iterator[tuple[Severity, str, str]]:
    # https://docs.aws.amazon.com/lambda/latest/dg/python-package.html: Lambda adds the folders of
    # layers only where the variable is not set.
    if function.has_layers and "/opt/python" not in value.split(":"):
        message = "with `PYTHONPATH`, Lambda does not look for modules in layers"
        yield "warning", message, "add `/opt/python` to it"
    elif not function.has_layers:
        message = "`PYTHONPATH` replaces what Lambda would set, which has the folders of layers"
        yield "info", message, "add `/opt/python` to it before a layer is added"


def _wrapper(value: str, facts: Facts) -> Iterator[tuple[Severity, str, str]]:
    inside = value.removeprefix(_TASK_ROOT)
    if value.startswith(_TASK_ROOT) and inside not in facts.paths and not facts.awaits:
        message = "the script of `AWS_LAMBDA_EXEC_WRAPPER` is not in the package"
        yield "error", message, "correct its path: the runtime ends with exit status 127 without it"
        return
    message = "the script of `AWS_LAMBDA_EXEC_WRAPPER` starts the runtime in Lambda's place"
    yield "info", message, 'see that it is executable, and ends with `exec "$@"`'
