"""The package has archives inside.

Why: Python imports nothing from a wheel or an archive that lies in the package, unless the import
path names the file itself. It is often a leftover: what `pip download` or an earlier build has put
there, which counts for Lambda's limits all the same.

Fix: leave it out with `exclude`, or unpack it where its modules are looked for.

Example:
    requests-2.32.3-py3-none-any.whl    # wrong: nothing imports from it
    requests                            # right, in requirements.txt
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

CODE = "LP362"
NAME = "archive-inside"
SEVERITY: Severity = "warning"
SUMMARY = "The package has archives inside"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"
_LISTED = 3
_OF_PYTHON = (".whl", ".egg")
_LEAST = 1 << 20
"""Bytes; a smaller archive may well be what the function works with."""


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report own wheels and large archives; distributions bring theirs as data."""
    found = [
        one
        for one in facts.parts.shape.archives
        if not one.owner and (one.path.endswith(_OF_PYTHON) or one.bytes >= _LEAST)
    ]
    if found:
        ordered = sorted(found, key=lambda one: (-one.bytes, one.path))
        named = ", ".join(f"`{one.path}`" for one in ordered[:_LISTED])
        others = len(found) - _LISTED
        more = f" and {count(others, 'other')}" if others > 0 else ""
        size = megabytes(sum(one.bytes for one in found))
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{count(len(found), 'archive')} of {size} inside the package: {named}{more}",
            facts.function.where("source"),
            f'leave it out with `exclude = ["{ordered[0].path}"]`, or unpack it',
        )
