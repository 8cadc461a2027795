"""A distribution is in the package in two versions.

Why: somebody installed a newer version over an older one without removing it, as `pip install
--target` does. Files of both are mixed, and `importlib.metadata` may tell the wrong version.

Fix: install into an empty folder before the package is zipped.

Example:
    requests-2.31.0.dist-info, requests-2.32.3.dist-info    # wrong
    requests-2.32.3.dist-info                               # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP364"
NAME = "distribution-twice"
SEVERITY: Severity = "warning"
SUMMARY = "A distribution is in the package in two versions"
SOURCE = "https://packaging.python.org/en/latest/specifications/recording-installed-packages/"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each of them."""
    for name, versions in facts.parts.shape.twice:
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"the package has {name} in the versions {', '.join(versions)}, mixed in one folder",
            facts.function.where("source"),
            "install the dependencies into an empty folder, and zip that",
        )
