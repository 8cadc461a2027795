"""Nobody says how large a layer is, and the limit is for the function with its layers.

Why: Lambda takes 250 MB of a function and all its layers together. A layer of which only the ARN is
known may have any of it, so a package that fits by itself may still be refused.

Fix: declare the size of the layer's files, as the folder has it that the layer was made of.

Example:
    layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:numpy:3"]      # not counted
    layers = [{ arn = "arn:aws:lambda:eu-west-1:123456789012:layer:numpy:3", unzipped = "88 MB" }]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count, megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP336"
NAME = "layer-size-unknown"
SEVERITY: Severity = "info"
SUMMARY = "Nobody says how large a layer is, and the limit is for the function with its layers"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Count the layers without a size, and tell what is left for them."""
    known = dict(facts.function.layer_sizes)
    unknown = [one for one in facts.function.layers if one not in known]
    unknown = unknown[len(facts.given_layers) :]  # of those that lie here, the files are counted
    left = limits.maximum("sizes", "unzipped") - facts.sizes.together
    if unknown and left >= 0:
        one = len(unknown) == 1
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the size of {count(len(unknown), 'layer')} is not known: {'it' if one else 'they'}"
            f" may have {megabytes(left)} unzipped{'' if one else ' together'}",
            facts.function.where("layers"),
            _hint(facts),
        )


def _hint(facts: Facts) -> str:
    """Say where a size can be declared: a template has no place for it."""
    key, function = '`layers = [{ arn = "…", unzipped = "20 MB" }]`', facts.function
    if not function.spelling.names:
        return f"declare it: {key}"
    property_ = function.called("layers")
    return f"repeat `{property_}` in `[tool.lpack.functions.{function.name}]` with it: {key}"
