"""A part of the runtime's SDK is shipped and the rest is not.

Why: the package comes first on the import path, so the runtime's boto3 uses the package's urllib3,
jmespath or botocore, which may not fit it. AWS changes the runtime's version without notice, and a
function that worked yesterday fails with an ImportError. AWS recommends to ship all or none. A
urllib3 or jmespath that botocore has asked for during the last years is no more than information.

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
# https://github.com/boto/botocore/blob/1.44.5/setup.cfg; the second holds up to Python 3.9.
_ASKED = {"urllib3": ((1, 25, 4), (3,)), "jmespath": ((0, 7, 1), (2,))}
_ASKED_BY_OLD = {**_ASKED, "urllib3": ((1, 25, 4), (1, 27))}
_NEVER = {"urllib3": (2, 2, 0)}


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
        fits = all(_is_asked_for(facts, top) for top in shared)
        yield Diagnostic(
            CODE,
            "info" if fits else SEVERITY,
            f"{', '.join(shared)} of this package will be used with the "
            f"runtime's {', '.join(missing)}, which {'take it today' if fits else 'may not fit'}",
            facts.function.where("requirements"),
            "add `boto3` to the requirements, so that all of the SDK is of one version",
        )


def _is_asked_for(facts: Facts, top: str) -> bool:
    """Whether botocore takes the version that is shipped; nobody knows of parts of the SDK."""
    asked = _ASKED if facts.function.target.runtime.python >= (3, 10) else _ASKED_BY_OLD
    version = next((one.version for one in facts.distributions if one.name == top), "")
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if top not in asked or not numbers or numbers == _NEVER.get(top):
        return False
    first, beyond = asked[top]
    return first <= numbers < beyond


def _has(facts: Facts, top: str) -> bool:
    return f"{top}/__init__.py" in facts.paths
