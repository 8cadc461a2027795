"""Reads the functions of a Terraform plan, as `terraform show -json` prints it.

https://developer.hashicorp.com/terraform/internals/json-format
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import ARCHITECTURES, Spelling, Unknown, Where
from lpack.templates.own_runtime import is_for_lpack
from lpack.templates.declared import Code, Collector, Declared, Template
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SPELLING = Spelling(
    {
        "architecture": "architectures",
        "ephemeral_storage": "ephemeral_storage.size",
        "memory": "memory_size",
        "reserved_concurrency": "reserved_concurrent_executions",
        "source": "source_dir",
    }
)
_LATER = Unknown("it is known after `terraform apply`")
_UNRESERVED = -1
_MOST = 100_000
"""Modules and resources that are looked at."""
_BLOCKS: dict[str, tuple[str, Mapping[str, str]]] = {
    "dead_letter_config": ("DeadLetterConfig", {"target_arn": "TargetArn"}),
    "logging_config": (
        "LoggingConfig",
        {
            "application_log_level": "ApplicationLogLevel",
            "log_format": "LogFormat",
            "log_group": "LogGroup",
            "system_log_level": "SystemLogLevel",
        },
    ),
    "snap_start": ("SnapStart", {"apply_on": "ApplyOn"}),
    "tracing_config": ("TracingConfig", {"mode": "Mode"}),
    "vpc_config": (
        "VpcConfig",
        {
            "ipv6_allowed_for_dual_stack": "Ipv6AllowedForDualStack",
            "security_group_ids": "SecurityGroupIds",
            "subnet_ids": "SubnetIds",
        },
    ),
}
_TEXTS = {
    "code_signing_config_arn": "CodeSigningConfigArn",
    "kms_key_arn": "KMSKeyArn",
    "role": "Role",
}
_PRINCIPALS = {
    "apigateway.amazonaws.com": "http",
    "events.amazonaws.com": "eventbridge",
    "s3.amazonaws.com": "s3",
    "sns.amazonaws.com": "sns",
}


def is_plan(tree: Any) -> bool:
    """Tell whether a document is a plan, or a state, in JSON."""
    return isinstance(tree, dict) and ("planned_values" in tree or "terraform_version" in tree)


def read_plan(tree: Mapping[str, Any], file: str) -> Template:
    """Read all functions of a plan, those of modules too."""
    found = list(_resources(tree))
    unknown = _unknown(tree)
    triggers = _triggers(found)
    functions: list[Declared] = []
    skipped: list[tuple[str, str]] = []
    for address, kind, values in found:
        if kind != "aws_lambda_function":
            continue
        everything = _with_unknown(values, unknown.get(address))
        other = _other(everything)
        if other:
            skipped.append((address, other))
            continue
        function = _function(address, everything, file)
        more = triggers.get(str(values.get("function_name")), [])
        functions.append(replace(function, table={**function.table, "triggers": more}))
    return Template(file, "Terraform plan", tuple(functions), (), tuple(skipped), (), SPELLING)


def _resources(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    values = tree.get("planned_values") or tree.get("values")
    modules = [values.get("root_module")] if isinstance(values, dict) else []
    left = _MOST
    while modules and left > 0:
        module = modules.pop(0)
        if not isinstance(module, dict):
            continue
        resources, inside = module.get("resources"), module.get("child_modules")
        for one in resources if isinstance(resources, list) else ():
            left -= 1
            if isinstance(one, dict) and one.get("mode", "managed") == "managed":
                given = one.get("values")
                yield str(one.get("address")), str(one.get("type")), _map(given)
        modules += inside if isinstance(inside, list) else []
        left -= 1


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _unknown(tree: Mapping[str, Any]) -> dict[str, Any]:
    changes = tree.get("resource_changes")
    return {
        str(one.get("address")): _map(one.get("change")).get("after_unknown")
        for one in (changes if isinstance(changes, list) else ())
        if isinstance(one, dict)
    }


def _with_unknown(values: Any, unknown: Any, depth: int = 0) -> Any:
    """Put what is known after the plan is applied where it will be."""
    if unknown is True:
        return _LATER
    if depth > 20:  # noqa: PLR2004 - resources are flat
        return values
    if isinstance(values, dict) and isinstance(unknown, dict):
        keys = dict.fromkeys((*values, *(key for key, one in unknown.items() if one)))
        return {
            key: _with_unknown(values.get(key), unknown.get(key), depth + 1) for key in keys
        }
    if isinstance(values, list) and isinstance(unknown, list):
        many = max(len(values), len(unknown))
        pairs = zip(
            [*values, *[None] * (many - len(values))],
            [*unknown, *[None] * (many - len(unknown))],
            strict=True,
        )
        return [_with_unknown(one, other, depth + 1) for one, other in pairs]
    return values


def _other(values: Mapping[str, Any]) -> str:
    if values.get("package_type") == "Image" and not values.get("handler"):
        return "a container image"
    runtime = values.get("runtime")
    return runtime if isinstance(runtime, str) and not is_for_lpack(runtime) else ""


def _function(address: str, values: Mapping[str, Any], file: str) -> Declared:
    collector = Collector(address, Where(file, None, address))

    def where(name: str) -> Where:
        return Where(file, None, f"{address}.{name}")

    for key in ("handler", "runtime", "description"):
        collector.text(key, values.get(key), key, where(key))
    collector.number("memory", values.get("memory_size"), "memory_size", where("memory_size"))
    collector.number("timeout", values.get("timeout"), "timeout", where("timeout"))
    reserved = values.get("reserved_concurrent_executions")
    if reserved != _UNRESERVED:
        name = "reserved_concurrent_executions"
        collector.number("reserved_concurrency", reserved, name, where(name))
    storage = _block(values, "ephemeral_storage").get("size")
    name = "ephemeral_storage.size"
    collector.number("ephemeral_storage", storage, name, where(name))
    variables = _block(values, "environment").get("variables")
    collector.variables(variables, "environment", {}, where("environment"))
    _architecture(collector, values.get("architectures"), where("architectures"))
    _layers(collector, values.get("layers"), where("layers"))
    _settings(collector, values, where)
    for key in ("handler", "runtime"):
        if values.get(key) is None:
            collector.report("LP036", f"the function has no `{key}`", where(key))
    return collector.declared(_code(values, where("filename")))


def _block(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give what stands in a block, which a plan writes as a list of one."""
    found = values.get(name)
    found = found[0] if isinstance(found, list) and found else found
    if isinstance(found, Unknown):
        return {"variables": found, "size": found}
    return _map(found)


def _architecture(collector: Collector, value: Any, where: Where) -> None:
    items = value if isinstance(value, list) else [value]
    one = items[0] if items else None
    if isinstance(one, Unknown):
        # The provider decides by itself where nothing is said, and takes x86_64.
        return
    if one is not None and one not in ARCHITECTURES:
        message = f"`{one}` is no architecture of Lambda"
        collector.report("LP030", message, where, "use `x86_64` or `arm64`")
        return
    collector.text("architecture", one, "architectures", where)


def _layers(collector: Collector, value: Any, where: Where) -> None:
    if isinstance(value, Unknown):
        collector.other_layers += 1
        return
    layers = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    collector.other_layers += len(value) - len(layers) if isinstance(value, list) else 0
    collector.table["layers"] = list(dict.fromkeys(layers))
    collector.places["layers",] = where


def _settings(collector: Collector, values: Mapping[str, Any], where: Any) -> None:
    for name, (member, inner) in _BLOCKS.items():
        block = _block(values, name)
        made = {
            inner[key]: one for key, one in block.items() if key in inner and one not in (None, [])
        }
        if made:
            collector.setting(member, made, {(): where(name)})
    name = "function_name"
    collector.name_of(values.get(name), name, where(name))
    for name, member in _TEXTS.items():
        if values.get(name) not in (None, ""):
            collector.setting(member, values[name], {(): where(name)})
    system = _block(values, "file_system_config")
    if system:
        made = {"Arn": system.get("arn"), "LocalMountPath": system.get("local_mount_path")}
        collector.setting("FileSystemConfigs", [made], {(): where("file_system_config")})
    tags = values.get("tags_all") or values.get("tags")
    if isinstance(tags, dict) and tags:
        collector.setting("Tags", tags, {(): where("tags")})
    if values.get("package_type") == "Image":
        collector.setting("PackageType", "Image", {(): where("package_type")})


def _code(values: Mapping[str, Any], where: Where) -> Code:
    file = values.get("filename")
    if isinstance(file, str):
        return Code(file, is_built=True, where=where)
    return Code(maker="it is in a bucket" if values.get("s3_bucket") else "its place is not known")


def _triggers(found: list[tuple[str, str, Mapping[str, Any]]]) -> dict[str, list[Any]]:
    """Give what calls a function, by its name, as far as the plan knows that."""
    triggers: dict[str, list[Any]] = {}
    for _, kind, values in found:
        name, trigger = values.get("function_name"), None
        if kind == "aws_lambda_permission":
            trigger = _PRINCIPALS.get(str(values.get("principal")))
        elif kind == "aws_lambda_function_url":
            trigger = "url"
        if isinstance(name, str) and trigger and trigger not in triggers.setdefault(name, []):
            triggers[name].append(trigger)
    return triggers
