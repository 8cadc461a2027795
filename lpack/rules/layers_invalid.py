"""The function's layers are more than Lambda takes, or cannot be used together.

Why: CreateFunction refuses more than five layers, a text that is no ARN of a layer version, two
versions of one layer, and layers of another region than the function's.

Fix: name each layer once, with its version: `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`.

Example:
    layers = ["numpy:3"]                                                 # wrong
    layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:numpy:3"]     # right
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP325"
NAME = "layers-invalid"
SEVERITY: Severity = "error"
SUMMARY = "The function's layers are too many, malformed, or cannot be used together"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html"
_FORM = "write it as `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Judge the number of layers, each of them, and all together."""
    layers, where = facts.function.layers, facts.function.where("layers")
    limit = limits.max_items("settings", "layers")
    # Layers that are at hand are those of the settings, or there are no settings.
    declared = len(layers) + facts.function.other_layers
    own = max(0, len(facts.given_layers) - declared) or int(facts.sizes.layer is not None)
    over = declared + own - limit
    if over > 0:
        included = " with its own" if own and not facts.given_layers else ""
        message = f"the function has {limit + over} layers{included}, and Lambda takes {limit}"
        yield Diagnostic(CODE, SEVERITY, message, where, f"remove {over}")
    for layer in layers:
        if not _is_layer(layer, limits):
            message = f"`{layer}` is no ARN of a layer version"
            yield Diagnostic(CODE, SEVERITY, message, where, _FORM)
    wellformed = [layer for layer in layers if _is_layer(layer, limits)]
    for problem, hint in (*_repeated(wellformed), *_regions(wellformed)):
        yield Diagnostic(CODE, SEVERITY, problem, where, hint)


def _is_layer(text: str, limits: Limits) -> bool:
    place = ("settings", "layers", "items")
    return len(text) <= limits.max_length(*place) and bool(
        re.fullmatch(limits.pattern(*place), text)
    )


def _repeated(layers: list[str]) -> Iterator[tuple[str, str]]:
    """Find layers that come in two versions; only an ARN of eight parts has a version."""
    seen: dict[str, str] = {}
    for layer in layers:
        name = layer.rpartition(":")[0] if layer.count(":") == _WITH_VERSION else layer
        if seen.get(name, layer) != layer:
            yield f"`{seen[name]}` and `{layer}` are two versions of one layer", "keep one of them"
        seen.setdefault(name, layer)


_WITH_VERSION = 7


def _regions(layers: list[str]) -> Iterator[tuple[str, str]]:
    regions = sorted({layer.split(":")[3] for layer in layers} - {""})
    if len(regions) > 1:
        named = " and ".join(f"`{region}`" for region in regions)
        yield (
            f"the layers are of different regions: {named}",
            "name layers of the function's region",
        )
