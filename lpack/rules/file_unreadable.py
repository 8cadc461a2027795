"""Files of the package may not be read by Lambda's user.

Why: the function runs as another user than the owner of its files. A module without the permission
to be read by all fails with `[Errno 13] Permission denied: '/var/task/app.py'`.

Fix: give files the mode 644, and folders and programs 755, before they are zipped.

Example:
    -rw-------  app.py     # wrong: mode 600
    -rw-r--r--  app.py     # right: mode 644
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

CODE = "LP358"
NAME = "file-unreadable"
SEVERITY: Severity = "error"
SUMMARY = "Files of the package may not be read by Lambda's user"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html"
_LISTED = 3
_CODE = (".py", ".pyc", ".so", ".pth")


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report all of them at once; code is an error, other files may never be read."""
    found = facts.parts.shape.unreadable
    if not found:
        return
    code = [one for one in found if one.path.endswith(_CODE) or ".so." in one.path]
    first = (code or list(found))[:_LISTED]
    others = len(found) - len(first)
    more = f" and {count(others, 'other')}" if others else ""
    yield Diagnostic(
        CODE,
        SEVERITY if code else "warning",
        f"{count(len(found), 'file')} cannot be read by Lambda's user: "
        f"{', '.join(f'`{one.path}`' for one in first)}{more}",
        facts.function.where("source"),
        "give them the mode 644 before they are zipped: `chmod -R a+rX .`",
    )
