"""Whether a distribution's file stands before the function's own as the handler's module.

In one folder Python takes a package before a module, and an extension module before source code:
https://docs.python.org/3/library/importlib.html#importlib.machinery.FileFinder
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.values import replace

if TYPE_CHECKING:
    from lpack.facts.contents import Contents
    from lpack.facts.handler_finding import HandlerFinding


def with_owner(
    finding: HandlerFinding, contents: Contents, roots: tuple[str, ...]
) -> HandlerFinding:
    """Add who brings the module, where an own file of the same name is never reached."""
    found = contents.entries.get(finding.found_at)
    if found is None or not found.owner:
        return finding
    place = finding.module.replace(".", "/")
    candidates = (
        f"{root}/{place}{ending}".lstrip("/")
        for root in roots
        for ending in (".py", "/__init__.py")
    )
    own = (
        path for path in candidates if path in contents.entries and not contents.entries[path].owner
    )
    hidden = next(own, "")
    return replace(finding, owner=found.owner, hidden=hidden) if hidden else finding
