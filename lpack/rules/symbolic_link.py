"""The package has symbolic links.

Why: Lambda keeps them as links, but what they point to must lie in the package or a layer, under
/var/task or /opt. A link to a file of the machine that made the zip leads nowhere, and other tools
that unpack the zip write the link's target as text.

Fix: package the files that the links point to; `zip` does so without `-y`.

Example:
    zip -ry function.zip .     # wrong: keeps links
    zip -r function.zip .      # right: takes the files that they point to
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.printed import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP360"
NAME = "symbolic-link"
SEVERITY: Severity = "warning"
SUMMARY = "The package has symbolic links"
SOURCE = "https://linux.die.net/man/1/zip"
_LISTED = 3


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report all of them at once."""
    found = facts.parts.shape.links
    if found:
        named = ", ".join(f"`{one.path}`" for one in found[:_LISTED])
        others = len(found) - _LISTED
        more = f" and {count(others, 'other')}" if others > 0 else ""
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"{count(len(found), 'symbolic link')} in the package: {named}{more}",
            facts.function.where("source"),
            "package the files that they point to",
        )
