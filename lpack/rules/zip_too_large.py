"""The zip is larger than Lambda takes in a direct upload.

Why: CreateFunction and UpdateFunctionCode refuse a larger `ZipFile` with
RequestEntityTooLargeException. The same zip is accepted from a bucket (`S3Bucket`, `S3Key`), as
long as its content stays within the limit for unzipped packages.

Fix: upload the zip to a bucket first and set `upload = "s3"`, or make it smaller: exclude what the
function does not need, or move large dependencies to a layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP301"
NAME = "zip-too-large"
SEVERITY: Severity = "error"
SUMMARY = "The zip is larger than Lambda takes in a direct upload"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare the zip's size with the limit for direct uploads."""
    size, limit = facts.sizes.zipped, limits.maximum("sizes", "zipped")
    if size is not None and size > limit and facts.function.upload == "direct":
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the zip has {size:,} bytes, and Lambda takes {limit:,} in a direct upload",
            facts.function.where(""),
            f'set `upload = "s3"` if it goes through S3, or remove {megabytes(size - limit)}',
        )
