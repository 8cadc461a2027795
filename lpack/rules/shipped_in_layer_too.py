"""The function ships what a layer of it ships as well.

Why: Python takes the modules of the function's own package first, so those of the layer are never
used; both count for the 250 MB, and whoever updates the layer changes nothing.

Fix: leave the distribution out of the one or the other.

Example:
    function.zip: app.py, requests/    # wrong, with requests in the layer as well
    function.zip: app.py               # right
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

CODE = "LP368"
NAME = "shipped-in-layer-too"
SEVERITY: Severity = "warning"
SUMMARY = "The function ships what a layer of it ships as well"
SOURCE = (
    "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath"
)
_LISTED = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report all of it at once, by distribution."""
    found = facts.parts.shape.in_layers
    if found:
        names = sorted({one.owner or one.path.partition("/")[0] for one in found})
        others = len(names) - _LISTED
        more = f" and {count(others, 'other')}" if others > 0 else ""
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{count(len(found), 'file')} of {megabytes(sum(one.bytes for one in found))} in the "
            f"package and in a layer as well: {', '.join(names[:_LISTED])}{more}",
            facts.function.where("layers"),
            "leave them out of the one or the other; Python takes the package's",
        )
