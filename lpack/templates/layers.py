"""The layers of a function: those with an ARN, those of the same template, and the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lpack.model import Unknown
from lpack.templates.naming import names_in
from lpack.templates.unknown import ABSENT
from lpack.validation.wording import kind_of

if TYPE_CHECKING:
    from lpack.templates.declared import Collector
    from lpack.templates.intrinsics import Intrinsics
    from lpack.templates.sam_globals import Placed

KINDS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
_STAND_INS = {
    "${AWS::Partition}": "aws",
    "${AWS::AccountId}": "123456789012",
}
_REGION = "${AWS::Region}"
_OF_ARN = re.compile(r"arn:[^:]{1,20}:lambda:([a-z0-9-]{1,30}):")


def read_layers(collector: Collector, placed: Placed, intrinsics: Intrinsics) -> None:
    """Collect the layers; a name of CloudFormation's own in an ARN stands for any value of it."""
    raw, where = placed.values.get("Layers"), placed.where("Layers")
    if raw is None:
        return
    found: Any = []
    with collector.guarded(where):
        found = _each(raw, intrinsics, collector)
        if not isinstance(found, list):
            message = f"`Layers` must be a list, not {kind_of(found)}"
            collector.report("LP030", message, where, "put the layer in brackets")
            return
    region = next((one for one in map(_region, found) if one), "us-east-1")
    layers: list[str] = []
    for place, one in enumerate(found):
        text = _text(one, region)
        if isinstance(text, str):
            layers.append(text)
        elif isinstance(one, (dict, list)):
            at = placed.where("Layers", place)
            collector.report("LP030", f"a layer must be a text, not {kind_of(one)}", at)
        else:
            collector.other_layers += 1
    collector.table["layers"] = list(dict.fromkeys(layers))
    collector.places["layers",] = where


def _each(raw: Any, intrinsics: Intrinsics, collector: Collector) -> Any:
    if not isinstance(raw, list):
        value = intrinsics.value(raw)
        if isinstance(value, Unknown) and value is not ABSENT:
            collector.unknown.append(("Layers", value.why))
            return [value]
        return [] if value is ABSENT else value
    found = []
    for one in raw:
        value = intrinsics.value(one)
        if value is ABSENT:
            continue
        found.append(value)
        own = _own(one, intrinsics)
        if own:
            collector.own_layers.append(own)
        elif isinstance(value, Unknown) and not value.text:
            collector.unknown.append(("Layers", value.why))
    return found


def _own(raw: Any, intrinsics: Intrinsics) -> str | None:
    """Name the layer of the same template that is meant."""
    for function, name, _ in names_in(raw):
        resource = intrinsics.resources.get(name)
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if function == "Ref" and kind in KINDS:
            return name
    return None


def _region(value: Any) -> str | None:
    found = _OF_ARN.match(value) if isinstance(value, str) else None
    return found[1] if found else None


def _text(value: Any, region: str) -> str | None:
    if isinstance(value, str):
        return value
    if not isinstance(value, Unknown) or not value.text:
        return None
    text = value.text.replace(_REGION, region)
    for name, stand_in in _STAND_INS.items():
        text = text.replace(name, stand_in)
    return None if "${" in text else text
