"""A `.pth` file runs code at every cold start.

Why: Lambda's bootstrap calls `site.addsitedir` on the package, which runs each line of a `.pth`
file that begins with `import`, before the handler's module and whatever that needs. It makes cold
starts slower, and nobody who reads the handler sees it.

Fix: leave the file out with `exclude` if nothing needs it; import what it does in the handler.

Example:
    hook.pth    # wrong: `import hook; hook.start()` in the package's root
    app.py      # right: `import hook` and `hook.start()`, where everybody sees them
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

CODE = "LP361"
NAME = "path-file-runs"
SEVERITY: Severity = "warning"
SUMMARY = "A `.pth` file runs code at every cold start"
SOURCE = "https://docs.python.org/3/library/site.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report own files as a warning, and those of distributions, which mean to, as information."""
    for one in facts.parts.shape.path_files:
        if one.lines:
            by = f" of {one.owner}" if one.owner else ""
            yield Diagnostic(
                CODE,
                "info" if one.owner else SEVERITY,
                f"`{one.path}`{by} runs {count(one.lines, 'line')} of code at every cold start",
                facts.function.where("requirements" if one.owner else "sources"),
                f'leave it out with `exclude = ["{one.path}"]` if nothing needs it',
            )
