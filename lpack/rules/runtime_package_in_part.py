"""A part of the runtime's SDK is shipped and the rest is not.

Why: the package comes first on the import path, so the runtime's boto3 uses the package's urllib3,
jmespath or botocore, which may not fit it. AWS changes the runtime's version without notice, and a
function that worked yesterday fails with an ImportError. AWS recommends to ship all or none.

Fix: add boto3 to the requirements, so that all of it fits.

Example:
    requests           # requirements.txt, which brings urllib3, and `import boto3` in app.py
    requests, boto3    # requirements.txt: right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP357"
NAME = "runtime-package-in-part"
SEVERITY: Severity = "warning"
SUMMARY = "A part of the runtime's SDK is shipped and the rest is not"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"
_OF_ONE_VERSION = ("boto3", "botocore", "s3transfer")
_SDK = (*_OF_ONE_VERSION, "jmespath", "urllib3")
"""The modules of the SDK; six and dateutil fit at any version."""


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what is mixed where the function takes some of the SDK from the runtime."""
    if facts.left_to_runtime:  # LP329 tells it
        return
    shipped = {top for top in _SDK if _has(facts, top)}
    found = (one for one in facts.parts.unshipped if one.standing == "runtime")
    used = {one.module.partition(".")[0] for one in found}
    missing = [top for top in _OF_ONE_VERSION if not _has(facts, top)]
    if shipped and not used.isdisjoint(missing):
        shared = sorted(shipped - {"boto3"}) or sorted(shipped)
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{', '.join(shared)} of this package will be used with the "
            f"runtime's {', '.join(missing)}, which may not fit",
            facts.function.where("requirements"),
            "add `boto3` to the requirements, so that all of the SDK is of one version",
        )


def _has(facts: Facts, top: str) -> bool:
    return f"{top}/__init__.py" in facts.paths
