"""The settings are those of a container image, and the package is a zip.

Why: CreateFunction takes either a zip with a runtime and a handler, or an image with neither; a
request that mixes them is refused.

Fix: remove `PackageType` and `ImageConfig`, or deploy an image, which lpack does not build.

Example:
    settings = { PackageType = "Image" }     # wrong: the package is a zip
    settings = { PackageType = "Zip" }       # right, and what it is without
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP342"
NAME = "package-type-conflict"
SEVERITY: Severity = "error"
SUMMARY = "The settings are those of a container image, and the package is a zip"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report what only an image has."""
    function = facts.function
    if function.settings.get("PackageType") == "Image":
        message = "`PackageType` is `Image`, and the function has a runtime, a handler and a zip"
        where = function.where_set("PackageType")
        yield Diagnostic(CODE, SEVERITY, message, where, "remove `PackageType`")
    if "ImageConfig" in function.settings:
        message = "`ImageConfig` is for container images, and the function is a zip"
        where = function.where_set("ImageConfig")
        yield Diagnostic(CODE, SEVERITY, message, where, "remove `ImageConfig`")
