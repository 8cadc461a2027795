"""The script beside a package that lets anybody with Python call the handler in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lpack.data import own_text
from lpack.place import declared_place

if TYPE_CHECKING:
    from lpack.model import Artifact, Function, Json

_TEMPLATE = "invoke.py.tmpl"
_PLACEHOLDER = '"@SETTINGS@"'
# From this version on, the runtime's image has no en_US locale, and Python chooses C.UTF-8 itself.
_FIRST_WITH_LC_CTYPE = (3, 12)


def is_made(function: Function) -> bool:
    """Tell whether there is a script for a function: it calls handlers, and starts no runtimes."""
    is_called = function.handler is not None and function.format != "layer"
    return is_called and not function.target.runtime.is_own


def render(function: Function, archives: tuple[Artifact, ...], *, native: bool) -> str:
    """Write the script that tries a package, which lies beside it: a zip, and maybe its layer.

    `native` says that the package holds compiled libraries, so that only the runtime's own
    Python on the runtime's own architecture can load it. The same arguments give the same text.
    """
    artifact, *own = archives
    layers: dict[str, Json] = {one.path.name: one.sha256 for one in own}
    # Those of the project are built by themselves, maybe at the same time, and lie beside it.
    layers |= {f"{name}.zip": "" for name in function.project_layers}
    place = declared_place(function)
    settings: dict[str, Json] = {
        "artifact": artifact.path.name,
        "sha256": artifact.sha256,
        "layers": layers,
        "function": function.name_there,
        "partition": place.partition,
        "region": place.region,
        "account": place.account,
        "handler": function.handler_text,
        "runtime": function.target.runtime.name,
        "python": "{}.{}".format(*function.target.runtime.python),
        "architecture": function.target.architecture,
        "native": native,
        "memory": function.memory,
        "timeout": function.timeout,
        "ephemeral_storage": function.ephemeral_storage,
        "environment": {**dict(function.environment)},
        "lambda_environment": {**lambda_environment(function, has_layer=bool(layers))},
        "events": sample_events(function),
        "tests": [{"name": test.name, "event": test.event} for test in function.tests],
    }
    before, found, after = own_text("templates", _TEMPLATE).partition(_PLACEHOLDER)
    if not found:
        raise AssertionError(f"{_TEMPLATE} has no {_PLACEHOLDER}")
    return before + _literal(settings) + after


def lambda_environment(function: Function, *, has_layer: bool = False) -> dict[str, str]:
    """Give the variables that Lambda sets and that depend on the function alone.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.target.runtime.name}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name_there,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name_there}",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/task:/var/task/lib" + (":/opt/lib" if has_layer else ""),
        "PWD": "/var/task",
        "SHLVL": "0",
        "TZ": ":UTC",
        "_HANDLER": function.handler_text or "",
    }
    if function.target.runtime.python >= _FIRST_WITH_LC_CTYPE:
        variables["LC_CTYPE"] = "C.UTF-8"
    return variables | _NOT_OF_THE_HOST


# Lambda sets none of these. Without HOME, an AWS library would read the files of the user that
# the password database names, and without the last, ask the machine that it runs on.
_NOT_OF_THE_HOST = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def sample_events(function: Function) -> dict[str, Json]:
    """Give a realistic event for each of the function's triggers, by the trigger's kind."""
    kinds = dict.fromkeys(trigger.kind for trigger in function.triggers)
    if not kinds:
        return {}
    from lpack.events import names, sample  # noqa: PLC0415 - for functions with triggers only

    known = names()
    said = {"region": function.region, "account": function.account}
    place = {name: value for name, value in said.items() if value is not None}
    return {kind: sample(kind, None, place) for kind in kinds if kind in known}


def _literal(settings: dict[str, Json]) -> str:
    """Write the settings as Python string literals that hold JSON.

    JSON in ASCII has no character that could end such a literal, once `repr` has quoted it.
    """
    lines = _laid_out(settings, depth=2).split("\n")
    return "\n" + "".join(f"    {line!r}\n" for line in lines)


def _laid_out(value: Json, depth: int, indent: str = "") -> str:
    """Write JSON whose first `depth` levels have a line for each item, and deeper ones none."""
    if isinstance(value, dict):
        items = [
            f"{json.dumps(key)}: {_laid_out(item, depth - 1, indent + ' ')}"
            for key, item in value.items()
        ]
    elif isinstance(value, list):
        items = [_laid_out(item, depth - 1, indent + " ") for item in value]
    else:
        items = []
    if not (depth and items):
        return json.dumps(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f",\n{indent} ".join(items).join((f"{opening}\n{indent} ", f"\n{indent}{closing}"))
