"""The package lies one folder too deep.

Why: Lambda looks for the handler's module and its dependencies at the root of the zip. Where the
folder was zipped instead of what is in it, every call fails with Runtime.ImportModuleError.

Fix: zip the content of the folder, as in `cd package && zip -r ../function.zip .`; in a project,
set `source` to it.

Example:
    function/app.py    # wrong for the handler `app.handler`
    app.py             # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic
from lpack.rules.base import wrong_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP356"
NAME = "root-folder-wrong"
SEVERITY: Severity = "error"
SUMMARY = "The package lies one folder too deep"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a folder that holds everything, the handler's module included."""
    folder = wrong_root(facts)
    if not folder:
        return
    yield Diagnostic(
        CODE,
        SEVERITY,
        f"everything lies below `{folder}/`, where Lambda does not look for the handler's module "
        f"`{facts.handler.module}`",
        facts.function.where("handler"),
        f'package what is in `{folder}/`, not the folder itself: `source = "{folder}"`',
    )
