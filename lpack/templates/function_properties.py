"""The properties of a function, in SAM's words or CloudFormation's, put into lpack's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from lpack.data import own_json
from lpack.model import ARCHITECTURES, Unknown
from lpack.templates.coercion import coerced
from lpack.templates.declared import Code
from lpack.templates.layers import read_layers
from lpack.templates.unknown import ABSENT
from lpack.validation.constraints import broken
from lpack.validation.wording import did_you_mean, kind_of, listed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.templates.declared import Collector
    from lpack.templates.intrinsics import Intrinsics
    from lpack.templates.sam_globals import Placed

_SAM = "AWS::Serverless::Function"
_PLAIN = "AWS::Lambda::Function"
_BOTH = frozenset(
    {
        *("Architectures", "CapacityProviderConfig", "CodeSigningConfigArn", "Description"),
        *("DurableConfig", "Environment", "EphemeralStorage", "FileSystemConfigs", "FunctionName"),
        *("FunctionScalingConfig", "Handler", "ImageConfig", "KmsKeyArn", "Layers"),
        *("LoggingConfig", "MemorySize", "PackageType", "PublishToLatestPublished"),
        *("RecursiveLoop", "ReservedConcurrentExecutions", "Role", "Runtime"),
        *("RuntimeManagementConfig", "SnapStart", "Tags", "TenancyConfig", "Timeout", "VpcConfig"),
    }
)
PROPERTIES: dict[str, frozenset[str]] = {
    _PLAIN: _BOTH | {"Code", "DeadLetterConfig", "TracingConfig"},
    _SAM: _BOTH
    | {
        *("AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties"),
        *("AutoPublishCodeSha256", "CodeUri", "DeadLetterQueue", "DeploymentPreference"),
        *("EventInvokeConfig", "Events", "FunctionUrlConfig", "ImageUri", "InlineCode"),
        *("PermissionsBoundary", "Policies", "PropagateTags", "ProvisionedConcurrencyConfig"),
        *("RolePath", "SourceKMSKeyArn", "Tracing", "VersionDeletionPolicy"),
        *("VersionDescription",),
    },
}
_SAME = (
    *("CodeSigningConfigArn", "DeadLetterConfig", "DurableConfig", "FileSystemConfigs"),
    *("ImageConfig", "LoggingConfig", "PackageType", "Role", "SnapStart", "TenancyConfig"),
    *("TracingConfig", "VpcConfig"),
)
"""Those that CreateFunction calls the same."""


def read_properties(
    collector: Collector, placed: Placed, kind: str, intrinsics: Intrinsics
) -> Code:
    """Collect the properties of a function, and give where its code is."""
    values = _resolved(collector, placed, kind, intrinsics)
    collector.text("handler", values.get("Handler"), "Handler", placed.where("Handler"))
    collector.text("runtime", values.get("Runtime"), "Runtime", placed.where("Runtime"))
    collector.text(
        "description", values.get("Description"), "Description", placed.where("Description")
    )
    collector.number("memory", values.get("MemorySize"), "MemorySize", placed.where("MemorySize"))
    collector.number("timeout", values.get("Timeout"), "Timeout", placed.where("Timeout"))
    name = "ReservedConcurrentExecutions"
    collector.number("reserved_concurrency", values.get(name), name, placed.where(name))
    _storage(collector, values.get("EphemeralStorage"), placed)
    _architecture(collector, values.get("Architectures"), placed)
    _environment(collector, values.get("Environment"), placed)
    read_layers(collector, placed, intrinsics)
    _settings(collector, values, placed, kind)
    _own_constraints(collector, values, placed, kind)
    code = _code(collector, values, placed, kind)
    _needed(collector, values, placed, code)
    return code


def _resolved(
    collector: Collector, placed: Placed, kind: str, intrinsics: Intrinsics
) -> dict[str, Any]:
    """Carry out what can be carried out of each property."""
    found: dict[str, Any] = {}
    for name, raw in placed.values.items():
        if name not in PROPERTIES[kind] or name in ("Events", "Policies", "Layers"):
            continue
        if raw is None:
            message = f"`{name}` is empty, and CloudFormation takes no null"
            collector.report("LP030", message, placed.where(name), "write a value, or remove it")
            continue
        with collector.guarded(placed.where(name)):
            value = intrinsics.value(raw)
            if value is not ABSENT:
                found[name] = value
    return found


def _storage(collector: Collector, value: Any, placed: Placed) -> None:
    name, where = "EphemeralStorage.Size", placed.where("EphemeralStorage", "Size")
    if value is None or isinstance(value, Unknown):
        collector.number("ephemeral_storage", value, name, where)
    elif isinstance(value, dict) and "Size" in value:
        collector.number("ephemeral_storage", value["Size"], name, where)
    else:
        message = "`EphemeralStorage` must be a map with `Size`"
        collector.report("LP030", message, placed.where("EphemeralStorage"), "write `Size: 512`")


def _architecture(collector: Collector, value: Any, placed: Placed) -> None:
    where = placed.where("Architectures")
    if isinstance(value, Unknown):
        collector.unknown.append(("Architectures", value.why))
        return
    if value is None:
        return
    if not isinstance(value, list):
        message = f"`Architectures` must be a list, not {kind_of(value)}"
        collector.report("LP030", message, where, f"write `[{shown(value)}]`")
        return
    if len(value) != 1:
        message = f"`Architectures` has {len(value)} items, and a function has one"
        collector.report("LP030", message, where, "keep one of them")
        return
    name = value[0]
    if not isinstance(name, Unknown) and name not in ARCHITECTURES:
        message = f"`{shown(name)}` is no architecture of Lambda"
        hint = did_you_mean(str(name), ARCHITECTURES) or f"use {listed(ARCHITECTURES)}"
        collector.report("LP030", message, placed.where("Architectures", 0), hint)
        return
    collector.text("architecture", name, "Architectures", where)


def _environment(collector: Collector, value: Any, placed: Placed) -> None:
    where = placed.where("Environment")
    name = "Environment.Variables"
    if value is None or isinstance(value, Unknown):
        collector.variables(value, "Environment", {}, where)
        return
    if not isinstance(value, dict):
        message = f"`Environment` must be a map, not {kind_of(value)}"
        collector.report("LP030", message, where)
        return
    for key in value:
        if key != "Variables":
            message = f"`Environment` takes `Variables`, and not `{shown(key)}`"
            place = placed.where("Environment", key)
            collector.report("LP035", message, place, "put it below `Variables`")
    places = placed.below("Environment", "Variables")
    variables = {str(path[0]): one for path, one in places.items() if len(path) == 1}
    if "Variables" in value:
        whole = placed.where("Environment", "Variables")
        collector.variables(value["Variables"], name, variables, whole)


@cache
def _members(*parts: str) -> dict[str, Any]:
    """Give the schemas of members by their names, read once for all functions."""
    found: dict[str, Any] = own_json("schemas", *parts)["properties"]
    return found


def _settings(
    collector: Collector, values: Mapping[str, Any], placed: Placed, kind: str
) -> None:
    """Take what CreateFunction is told and lpack has no key for."""
    schema = _members("settings.schema.json")
    if "FunctionName" in values:
        collector.name_of(values["FunctionName"], "FunctionName", placed.where("FunctionName"))
    for member in _SAME:
        if member in values:
            value = coerced(values[member], schema[member])
            collector.setting(member, value, placed.below(member))
    if "KmsKeyArn" in values:
        collector.setting("KMSKeyArn", values["KmsKeyArn"], placed.below("KmsKeyArn"))
    if "Tags" in values:
        tags = values["Tags"] if kind == _SAM else _tags(values["Tags"])
        collector.setting("Tags", coerced(tags, schema["Tags"]), {(): placed.where("Tags")})
    if kind == _SAM:
        _sam_settings(collector, values, placed)
    elif "CapacityProviderConfig" in values:
        member = "CapacityProviderConfig"
        value = coerced(values[member], schema[member])
        collector.setting(member, value, placed.below(member))


def _tags(value: Any) -> Any:
    """Make a map of CloudFormation's list of tags."""
    if not isinstance(value, list):
        return value
    return {
        str(one.get("Key")): one.get("Value")
        for one in value
        if isinstance(one, dict) and not isinstance(one.get("Key"), (Unknown, type(None)))
    }


def _sam_settings(collector: Collector, values: Mapping[str, Any], placed: Placed) -> None:
    if "Tracing" in values and values["Tracing"] != "Disabled":
        where = placed.where("Tracing")
        collector.setting("TracingConfig", {"Mode": values["Tracing"]}, {(): where})
    dead = values.get("DeadLetterQueue")
    if isinstance(dead, dict):
        for needed in ("Type", "TargetArn"):
            if needed not in dead:
                message = f"`DeadLetterQueue` has no `{needed}`"
                collector.report("LP036", message, placed.where("DeadLetterQueue"))
        if "TargetArn" in dead:
            where = placed.where("DeadLetterQueue", "TargetArn")
            collector.setting("DeadLetterConfig", {"TargetArn": dead["TargetArn"]}, {(): where})
    provider = values.get("CapacityProviderConfig")
    if provider is not None:
        arn = provider.get("Arn") if isinstance(provider, dict) else provider
        inner = {"CapacityProviderArn": arn}
        value = {"LambdaManagedInstancesCapacityProviderConfig": inner}
        where = placed.where("CapacityProviderConfig")
        collector.setting("CapacityProviderConfig", value, {(): where})


def _own_constraints(
    collector: Collector, values: Mapping[str, Any], placed: Placed, kind: str
) -> None:
    """Hold what only templates have against what SAM and CloudFormation demand of it."""
    schemas = _members("templates", "function.schema.json")
    for name, schema in schemas.items():
        if name not in values:
            continue
        for problem in broken(coerced(values[name], schema), schema, (name,)):
            message = problem.message.replace("Lambda knows no setting", "there is no")
            code = "LP035" if problem.keyword == "additionalProperties" else "LP030"
            collector.report(code, message, placed.where(*problem.path), problem.hint)
    if "ProvisionedConcurrencyConfig" in values and "AutoPublishAlias" not in values:
        message = "`ProvisionedConcurrencyConfig` needs `AutoPublishAlias`"
        where = placed.where("ProvisionedConcurrencyConfig")
        collector.report("LP036", message, where, "add `AutoPublishAlias: live`")
    if _is_enabled(values.get("DeploymentPreference")) and "AutoPublishAlias" not in values:
        message = "`DeploymentPreference` needs `AutoPublishAlias`"
        where = placed.where("DeploymentPreference")
        collector.report("LP036", message, where, "add `AutoPublishAlias: live`")
    if kind == _SAM and "FunctionUrlConfig" in values:
        collector.table.setdefault("triggers", []).append("url")


def _is_enabled(preference: Any) -> bool:
    """Tell whether code is certainly shifted to a new version bit by bit."""
    return isinstance(preference, dict) and preference.get("Enabled", True) is True


def _needed(
    collector: Collector, values: Mapping[str, Any], placed: Placed, code: Code
) -> None:
    """Report what a function cannot be without."""
    for name in ("Handler", "Runtime"):
        if name not in placed.values and values.get("PackageType") != "Image":
            message = f"the function has no `{name}`"
            hint = "write `Runtime: python3.13`" if name == "Runtime" else "write `Handler: app.handler`"
            collector.report("LP036", message, placed.where(), hint)
    if code.path is None and code.inline is None and not code.maker:
        message = "the function has no `Code`"
        collector.report("LP036", message, placed.where(), "write `Code: src/`")


def _code(
    collector: Collector, values: Mapping[str, Any], placed: Placed, kind: str
) -> Code:
    if kind == _PLAIN:
        return _plain_code(collector, values.get("Code"), placed)
    if "InlineCode" in values:
        inline = values["InlineCode"]
        where = placed.where("InlineCode")
        if "CodeUri" in values:
            message = "`InlineCode` is taken, and `CodeUri` is passed over"
            collector.warn("LP030", message, where, "remove one of them")
        return _inline(inline, placed.where("InlineCode"))
    uri, where = values.get("CodeUri", "."), placed.where("CodeUri")
    if isinstance(uri, Unknown):
        collector.unknown.append(("CodeUri", uri.why))
        return Code(maker="its place is not known", where=where)
    if isinstance(uri, dict):
        return Code(maker="it is in a bucket", where=where)
    if not isinstance(uri, str):
        collector.report("LP030", f"`CodeUri` must be a text, not {kind_of(uri)}", where)
        return Code(maker="its place is not known", where=where)
    return local_code(uri, placed, "CodeUri")


def local_code(uri: str, placed: Placed, name: str) -> Code:
    """Say where code is that a template names by one text."""
    where = placed.where(name)
    if uri.startswith(("s3://", "http://", "https://")):
        return Code(maker="it is in a bucket", where=where)
    return Code(uri, is_built=uri.endswith((".zip", ".jar")), where=where)


def _plain_code(collector: Collector, code: Any, placed: Placed) -> Code:
    where = placed.where("Code")
    if isinstance(code, Unknown):
        collector.unknown.append(("Code", code.why))
        return Code(maker="its place is not known", where=where)
    if isinstance(code, str):
        return local_code(code, placed, "Code")
    if not isinstance(code, dict):
        if code is not None:
            collector.report("LP030", f"`Code` must be a map, not {kind_of(code)}", where)
        return Code(where=where)
    if "ZipFile" in code:
        return _inline(code["ZipFile"], placed.where("Code", "ZipFile"))
    if "S3Bucket" in code or "S3Key" in code or "ImageUri" in code:
        key = code.get("S3Key")
        key = key if isinstance(key, str) else None
        return Code(maker="it is in a bucket", key=key, where=where)
    return Code(where=where)


def _inline(code: Any, where: Any) -> Code:
    if isinstance(code, str):
        return Code(inline=code, is_built=True, where=where)
    return Code(maker="its code is not known", where=where)
