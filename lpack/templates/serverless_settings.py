"""The settings of a function of the Serverless Framework, put into lpack's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import Unknown
from lpack.validation.wording import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lpack.templates.declared import Collector
    from lpack.templates.sam_globals import Placed

_REWRITTEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "fileSystemConfig": (
        "FileSystemConfigs",
        lambda one: [{"Arn": one.get("arn"), "LocalMountPath": one.get("localMountPath")}]
        if isinstance(one, dict)
        else one,
    ),
    "kmsKeyArn": ("KMSKeyArn", lambda one: one),
    "onError": ("DeadLetterConfig", lambda one: {"TargetArn": one}),
    "snapStart": (
        "SnapStart",
        lambda one: {"ApplyOn": "PublishedVersions" if one is True else "None"},
    ),
    "tags": ("Tags", lambda one: one),
    "tracing": ("TracingConfig", lambda one: {"Mode": "Active" if one is True else one}),
    "vpc": ("VpcConfig", lambda one: _vpc(one)),
}


def read_settings(collector: Collector, values: Mapping[str, Any], placed: Placed) -> None:
    """Collect what a function is told."""
    for key, name in (("handler", "handler"), ("runtime", "runtime"), ("description", "description")):
        collector.text(key, values.get(name), name, placed.where(name))
    for key, name in (
        ("memory", "memorySize"),
        ("timeout", "timeout"),
        ("ephemeral_storage", "ephemeralStorageSize"),
        ("reserved_concurrency", "reservedConcurrency"),
    ):
        collector.number(key, values.get(name), name, placed.where(name))
    architecture, where = values.get("architecture"), placed.where("architecture")
    if isinstance(architecture, Unknown):
        collector.unknown.append(("Architectures", architecture.why))
    elif architecture not in (None, "x86_64", "arm64"):
        message = f"`{architecture}` is no architecture of Lambda"
        collector.report("LP030", message, where, "use `x86_64` or `arm64`")
    else:
        collector.text("architecture", architecture, "architecture", where)
    places = placed.below("environment")
    variables = {str(path[0]): one for path, one in places.items() if len(path) == 1}
    environment = values.get("environment")
    if isinstance(environment, dict):  # what is null there is left out
        environment = {key: one for key, one in environment.items() if one is not None}
    collector.variables(environment, "environment", variables, placed.where("environment"))
    _layers(collector, values.get("layers"), placed)
    collector.name_of(values.get("name"), "name", placed.where("name"))
    for key, (member, rewritten) in _REWRITTEN.items():
        value = values.get(key)
        if value is None or (key == "tracing" and value in (False, "PassThrough")):
            continue
        made = value if isinstance(value, Unknown) else rewritten(value)
        collector.setting(member, made, {(): placed.where(key)})


def _vpc(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    names = {"securityGroupIds": "SecurityGroupIds", "subnetIds": "SubnetIds"}
    return {names.get(key, key): one for key, one in value.items()}


def _layers(collector: Collector, value: Any, placed: Placed) -> None:
    where = placed.where("layers")
    if value is None:
        return
    if isinstance(value, Unknown):
        collector.unknown.append(("layers", value.why))
        collector.other_layers += 1
        return
    if not isinstance(value, list):
        collector.report("LP030", f"`layers` must be a list, not {kind_of(value)}", where)
        return
    layers = [one for one in value if isinstance(one, str)]
    collector.other_layers += len(value) - len(layers)
    collector.table["layers"] = list(dict.fromkeys(layers))
    collector.places["layers",] = where
