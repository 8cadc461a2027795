"""The package is larger than Lambda takes, unzipped.

Why: the files of the function and of all its layers together may have 262,144,000 bytes. Lambda
refuses more with InvalidParameterValueException, wherever the zip is uploaded from.

Fix: exclude what the function does not need; the message names who brings most. A package that
needs more has to be a container image.

Example:
    requirements = { packages = ["torch"] }           # wrong: it alone has more than 250 MB
    requirements = { packages = ["onnxruntime"] }     # right: what the function calls, and no more
    exclude = ["models/"]                             # right: fetched at start, into /tmp
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

CODE = "LP302"
NAME = "unzipped-too-large"
SEVERITY: Severity = "error"
SUMMARY = "The package is larger than Lambda takes, unzipped"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
_OWNERS = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the sum of the files, and of the layers that are known, with the limit."""
    size, limit = facts.sizes.together, limits.maximum("sizes", "unzipped")
    if size <= limit:
        return
    message = f"the package has {size:,} bytes unzipped, and Lambda takes {limit:,}"
    layers = len(facts.function.layers) + facts.function.other_layers
    known = len(facts.sizes.layers)
    if known:
        message = message.replace(" unzipped,", f" unzipped with {count(known, 'layer')},")
    unknown = layers - max(known, len(facts.given_layers))
    if unknown > 0:
        message += f" with the layers (not counted here: {count(unknown, 'layer')})"
    yield Diagnostic(CODE, SEVERITY, message, facts.function.where(""), _hint(facts, size - limit))


def _hint(facts: Facts, over: int) -> str:
    sizes = {**{one.owner: one.unzipped for one in facts.sizes.by_owner}, **facts.sizes.layers}
    largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:_OWNERS]
    named = (
        f"{name or 'own files'} {megabytes(size)} ({size / facts.sizes.together:.0%})"
        for name, size in largest
    )
    return f"remove {megabytes(over)}; the largest are {', '.join(named)}".replace("%", " %")
