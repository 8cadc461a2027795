"""A layer of a template, put into lpack's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lpack.model import ARCHITECTURES
from lpack.templates.declared import Code, Collector, Declared
from lpack.templates.function_properties import local_code
from lpack.templates.own_runtime import is_for_lpack
from lpack.templates.unknown import ABSENT

if TYPE_CHECKING:
    from lpack.templates.intrinsics import Intrinsics
    from lpack.templates.sam_globals import Placed


def read_layer(
    name: str, placed: Placed, kind: str, intrinsics: Intrinsics, method: Any
) -> Declared:
    """Read a `LayerVersion`: where its content is, and what it is for."""
    collector = Collector(name, placed.where())
    values: dict[str, Any] = {}
    for key, raw in placed.values.items():
        with collector.guarded(placed.where(key)):
            value = intrinsics.value(raw)
            if value is not ABSENT:
                values[key] = value
    description = values.get("Description")
    collector.text("description", description, "Description", placed.where("Description"))
    runtimes = _texts(values.get("CompatibleRuntimes"))
    if isinstance(method, str) and method.startswith("python"):
        runtimes.insert(0, method)
    pythons = sorted(filter(is_for_lpack, runtimes))  # those of `provided` first
    if pythons:
        collector.text("runtime", pythons[0], "Runtime", placed.where("CompatibleRuntimes"))
    architectures = _texts(values.get("CompatibleArchitectures"))
    if len(architectures) == 1 and architectures[0] in ARCHITECTURES:
        where = placed.where("CompatibleArchitectures")
        collector.text("architecture", architectures[0], "CompatibleArchitectures", where)
    collector.table["format"] = "layer"
    collector.is_runtime_known = bool(pythons) or not runtimes
    return collector.declared(_content(values, placed, kind, method))


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _content(values: dict[str, Any], placed: Placed, kind: str, method: Any) -> Code:
    key = "ContentUri" if kind == "AWS::Serverless::LayerVersion" else "Content"
    value, where = values.get(key, "."), placed.where(key)
    if isinstance(value, dict) and isinstance(value.get("S3Key"), str):
        return Code(maker="it is in a bucket", key=value["S3Key"], where=where)
    if not isinstance(value, str):
        return Code(maker="its place is not known", where=where)
    code = local_code(value, placed, key)
    if isinstance(method, str) and not method.startswith("python"):
        return Code(code.path, maker=f"`BuildMethod: {method}` makes the layer", where=where)
    # Without a method, SAM takes the folder as it is.
    return Code(code.path, is_built=method is None, maker=code.maker, where=where)
