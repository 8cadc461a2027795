"""The console does not show the code of so large a package.

Why: the editor of Lambda's console opens packages of up to 50 MB, unzipped. A larger one works, and
nobody can read or correct its code there.

Fix: nothing has to be done; with `format = "zip+layer"` the code alone is the function's package.

Example:
    format = "zip"           # 90 MB of dependencies beside the code: no editor
    format = "zip+layer"     # right, where the code is to be seen in the console
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

CODE = "LP337"
NAME = "console-cannot-edit"
SEVERITY: Severity = "info"
SUMMARY = "The console does not show the code of so large a package"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Compare what the function's own zip holds with what the editor opens."""
    if facts.function.format == "layer":
        return
    most = int(limits.definition("console_editor")["maximum"])
    archives = facts.sizes.archives
    size = archives[0].unzipped if archives else facts.sizes.unzipped
    if most < size <= limits.maximum("sizes", "unzipped"):
        yield Diagnostic(
            CODE,
            SEVERITY,
            f"Lambda's console shows no code of a package of {megabytes(size)} unzipped; it opens"
            f" {megabytes(most)}",
            facts.function.where(""),
            None if facts.function.format == "zip+layer" else 'with `format = "zip+layer"` it may',
        )
