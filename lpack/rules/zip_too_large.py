"""The zip is larger than Lambda takes in a direct upload.

Why: CreateFunction and UpdateFunctionCode refuse a larger `ZipFile` with
RequestEntityTooLargeException. The same zip is accepted from a bucket (`S3Bucket`, `S3Key`), as
long as its content stays within the limit for unzipped packages.

Fix: upload the zip to a bucket first and set `upload = "s3"`, or make it smaller: exclude what the
function does not need, let `slim` leave out parts of distributions, or compress harder with
`compress = "max"`; or let `format = "zip+layer"` make a layer of the dependencies, which is
uploaded by itself. The hint has the sizes of these.

Example:
    upload = "direct"          # wrong, where the zip has more than 52,428,800 bytes
    upload = "s3"              # right: a zip from a bucket may be larger
    slim = ["tests", "docs"]   # right, where that makes it small enough
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts import WaysOut
from lpack.model import Diagnostic
from lpack.printed import megabytes
from lpack.rules.base import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Measured, Severity

CODE = "LP301"
NAME = "zip-too-large"
SEVERITY: Severity = "error"
SUMMARY = "The zip is larger than Lambda takes in a direct upload"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
_OWNERS = 3
_WORTH_IT = 0.01
"""Part of the archive that is worth a line."""


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the size of each zip with the limit for direct uploads."""
    limit = limits.maximum("sizes", "zipped")
    for one in facts.sizes.archives:
        if one.size > limit and facts.function.upload == "direct":
            subject = "layer" if one.is_layer else "zip"
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"the {subject} has {one.size:,} bytes, and Lambda takes {limit:,} in a direct "
                "upload",
                facts.function.where(""),
                "\n".join(_hint(facts, one, limit)),
            )


def _hint(facts: Facts, archive: Measured, limit: int) -> Iterator[str]:
    over = megabytes(archive.size - limit)
    yield f'set `upload = "s3"` if it goes through S3, or remove {over}'
    owners = sorted(archive.zipped.items(), key=lambda item: -item[1])
    if len(owners) > 1:
        shown = (
            f"{owner or 'own files'} {megabytes(size)} ({percent(size, archive.size)})"
            for owner, size in owners[:_OWNERS]
        )
        yield f"  the largest, zipped: {', '.join(shown)}"
    ways = facts.ways_out or WaysOut()
    if ways.slimmed > archive.size * _WORTH_IT:
        rules = ", ".join(f'"{rule}"' for rule in ways.slim)
        yield f"  `slim = [{rules}]` removes {megabytes(ways.slimmed)}"
    if ways.squeezed > archive.size * _WORTH_IT:
        yield f'  `compress = "max"` saves about {megabytes(ways.squeezed)}'
    if ways.split:
        code, layer = ways.split
        verdict = " and fits" if max(code, layer) <= limit else ", of which one is still too large"
        yield (
            f'  `format = "zip+layer"` makes a zip of {megabytes(code)} and a layer of '
            f"{megabytes(layer)}{verdict}"
        )
