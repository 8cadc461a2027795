"""The function imports a module that nobody ships.

Why: the import fails with ModuleNotFoundError. Where it runs with the handler's module, every call
fails with Runtime.ImportModuleError; where it stands in a function, the call that gets there does.
Imports whose failure is caught, or that stand under a condition, are not reported.

Fix: add the distribution that brings the module to the requirements; if a layer brings it, declare
the layer.

Example:
    import yaml        # app.py
    boto3              # requirements.txt: wrong, nothing here brings `yaml`
    pyyaml             # requirements.txt: right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.facts.standard_modules import distribution_of
from lpack.model import Diagnostic
from lpack.rules.base import place_of_import, severity_of_import, unshipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.facts.part_findings import Unshipped
    from lpack.model import Severity

CODE = "LP350"
NAME = "imported-module-missing"
SEVERITY: Severity = "error"
SUMMARY = "The function imports a module that nobody ships"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each module once, by the import that fails most surely."""
    for one, importer in unshipped(facts, ("missing", "part")):
        elsewhere = facts.parts.elsewhere
        yield Diagnostic(
            CODE,
            _severity(one, elsewhere),
            f"`{one.module}` is imported{importer}, and {_lack(one)}"
            f"{f': {elsewhere}' if elsewhere else ''}",
            place_of_import(facts, one),
            _hint(one),
        )


def _severity(one: Unshipped, elsewhere: str) -> Severity:
    if not elsewhere:
        return severity_of_import(one)
    return "info" if "layer" in elsewhere else "warning"


def _lack(one: Unshipped) -> str:
    if one.standing == "part":
        return f"`{one.module.rpartition('.')[0]}` has no such module"
    return "nothing in the package brings it"


def _hint(one: Unshipped) -> str:
    if one.standing == "part":
        return "correct the import, or ship a version that has the module"
    if one.deeper:
        return f"it lies in `{one.deeper}/`, where Python does not look: move it to the root"
    distribution = distribution_of(one.module)
    if distribution:
        return f"add `{distribution}` to the requirements, which probably brings it"
    return "add the distribution that brings it to the requirements"
