"""Reads the functions of a CloudFormation template, with or without SAM.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.errors import UsageError
from lpack.model import Diagnostic, Spelling, Where
from lpack.templates.declared import Code, Collector, Declared, Template
from lpack.templates.function_properties import PROPERTIES, read_properties
from lpack.templates.intrinsics import Intrinsics, Malformed
from lpack.templates.layer_properties import read_layer
from lpack.templates.layers import KINDS as LAYERS
from lpack.templates.loops import expanded
from lpack.templates.own_runtime import is_for_lpack, python_of
from lpack.templates.references import check_references
from lpack.templates.resource_triggers import add_triggers
from lpack.templates.sam_events import read_events
from lpack.templates.sam_globals import Placed, merged, placed
from lpack.templates.tree import line_of, told_twice
from lpack.validation.wording import did_you_mean, kind_of, shown
from lpack.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lpack.templates.tree import Twice

SAM_FUNCTION = "AWS::Serverless::Function"
FUNCTION = "AWS::Lambda::Function"
_NAMES = {
    "architecture": "Architectures",
    "description": "Description",
    "environment": "Environment",
    "ephemeral_storage": "EphemeralStorage.Size",
    "handler": "Handler",
    "layers": "Layers",
    "memory": "MemorySize",
    "reserved_concurrency": "ReservedConcurrentExecutions",
    "runtime": "Runtime",
    "source": "CodeUri",
    "timeout": "Timeout",
    "upload": "CodeUri",
}
YAML = Spelling(_NAMES, "{name}: {value}", quotes=False)
JSON = Spelling(_NAMES, '"{name}": {value}')
_PYTHON = "python"
_MOST = 1_000
"""Resources; CloudFormation takes 500, and macros may leave some out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
_SAM = "AWS::Serverless-2016-10-31"


def is_template(tree: Any) -> bool:
    """Tell whether a document is a template of CloudFormation."""
    return isinstance(tree, dict) and (
        "AWSTemplateFormatVersion" in tree
        or any(
            isinstance(one, dict) and str(one.get("Type", "")).startswith(("AWS::", "Custom::"))
            for one in _resources(tree).values()
        )
    )


def read_cloudformation(tree: Any, file: str, twice: list[Twice], *, is_json: bool) -> Template:
    """Read all functions and layers of a template.

    Raises UsageError LP029 or LP032 for one that has no end.
    """
    tree = expanded(tree, file)
    intrinsics = Intrinsics(tree, file)
    if len(intrinsics.resources) > _MOST:
        message = f"`{file}` has {len(intrinsics.resources):,} resources"
        hint = "CloudFormation takes 500 in a template: divide it"
        raise UsageError("LP029", message, where=Where(file), hint=hint)
    problems = told_twice(twice, file)
    general = _globals(tree, file, problems)
    functions: list[Declared] = []
    layers: list[Declared] = []
    skipped: list[tuple[str, str]] = []
    for name, resource in intrinsics.resources.items():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if kind in LAYERS:
            own = _own(tree, file, name, problems)
            method = _metadata(resource).get("BuildMethod")
            layers.append(read_layer(name, own, kind, intrinsics, method))
        if kind not in (SAM_FUNCTION, FUNCTION):
            continue
        own = _own(tree, file, name, problems)
        properties = merged(general, own) if kind == SAM_FUNCTION else own
        other = _other_kind(properties, intrinsics)
        if other:
            skipped.append((name, other))
            continue
        functions.append(_function(name, properties, resource, kind, intrinsics))
    problems += check_references(tree, file, intrinsics)
    return Template(
        file,
        "AWS SAM" if is_sam(tree) else "CloudFormation",
        tuple(add_triggers(functions, intrinsics)),
        tuple(layers),
        tuple(skipped),
        tuple(problems),
        JSON if is_json else YAML,
    )


def is_sam(tree: Any) -> bool:
    """Tell whether a template is one of SAM."""
    transform = tree.get("Transform", []) if isinstance(tree, dict) else []
    return _SAM in (transform if isinstance(transform, list) else [transform])


def _resources(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    found = tree.get("Resources")
    return found if isinstance(found, dict) else {}


def _globals(tree: Mapping[str, Any], file: str, problems: list[Diagnostic]) -> Placed:
    section = tree.get("Globals")
    values = section.get("Function") if isinstance(section, dict) else None
    path = ("Globals", "Function")
    found = placed(file, values, path, line_of(tree, path))
    if values is not None and not isinstance(values, dict):
        message = f"`Globals.Function` must be a map, not {kind_of(values)}"
        problems.append(Diagnostic("LP030", "error", message, found.where()))
    for name in found.values:
        if name not in PROPERTIES[SAM_FUNCTION] or name in _NOT_GLOBAL:
            message = f"`Globals.Function` takes no `{shown(name)}`"
            hint = did_you_mean(name, PROPERTIES[SAM_FUNCTION] - _NOT_GLOBAL)
            problems.append(Diagnostic("LP035", "error", message, found.where(name), hint))
    return found


_NOT_GLOBAL = frozenset(
    {
        *("AutoPublishCodeSha256", "Events", "FunctionName", "ImageConfig", "ImageUri"),
        *("InlineCode", "PackageType", "Policies", "Role", "VersionDescription"),
    }
)


def _own(tree: Any, file: str, name: str, problems: list[Diagnostic]) -> Placed:
    """Find the properties of a resource."""
    path = ("Resources", name, "Properties")
    values = _resources(tree)[name].get("Properties")
    found = placed(file, values, path, line_of(tree, path))
    if values is not None and not isinstance(values, dict):
        message = f"`Properties` of `{shown(name)}` must be a map, not {kind_of(values)}"
        problems.append(Diagnostic("LP030", "error", message, found.where()))
    # The resource itself is what messages about the whole function point to.
    resource = ("Resources", name)
    found.places[()] = Where(file, line_of(tree, resource), f"Resources.{name}")
    return found


def _other_kind(properties: Placed, intrinsics: Intrinsics) -> str:
    """Say what a function is that lpack does not judge; empty for one in Python."""
    values = properties.values
    try:
        kind, runtime = (intrinsics.value(values.get(key)) for key in ("PackageType", "Runtime"))
    except Malformed:
        return ""
    if (kind == "Image" or "ImageUri" in values) and runtime is None and "Handler" not in values:
        return "a container image"
    if isinstance(runtime, str) and not is_for_lpack(runtime):
        return shown(runtime) if _is_other(runtime) else ""
    return ""


def _is_other(runtime: str) -> bool:
    known = ("nodejs", "java", "dotnet", "ruby", "go1.", "provided")
    return runtime.startswith(known)


def _function(
    name: str, properties: Placed, resource: Mapping[str, Any], kind: str, intrinsics: Intrinsics
) -> Declared:
    collector = Collector(name, properties.where())
    known = PROPERTIES[kind]
    for key in properties.values:
        if key not in known and not key.startswith("Fn::"):
            message = f"`{kind}` has no property `{shown(key)}`"
            where = properties.where(key)
            collector.report("LP035", message, where, did_you_mean(key, known))
    code = read_properties(collector, properties, kind, intrinsics)
    if kind == SAM_FUNCTION:
        with collector.guarded(properties.where("Events")):
            read_events(collector, properties, intrinsics)
    python = python_of(collector.table, _metadata(resource).get("BuildMethod"))
    if python is not None:
        collector.text("python", python, "BuildMethod", properties.where())
    return collector.declared(_with_metadata(code, resource))


def _metadata(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    found = resource.get("Metadata")
    return found if isinstance(found, dict) else {}


def _with_metadata(code: Code, resource: Mapping[str, Any]) -> Code:
    """Take into account how SAM is told to build the code.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-custom-runtimes.html
    """
    metadata = _metadata(resource)
    asset = metadata.get("aws:asset:path")
    if isinstance(asset, str):
        # https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/assets.ts
        return replace(code, path=asset, maker="", is_built=True)
    if metadata.get("SkipBuild") is True:
        return replace(code, is_built=True)
    method = metadata.get("BuildMethod")
    if isinstance(method, str) and not method.startswith(_PYTHON):
        return replace(code, maker=f"`BuildMethod: {shown(method)}` makes the package")
    return code
