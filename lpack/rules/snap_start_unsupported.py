"""SnapStart is asked for, and does not go with the rest of the function.

Why: SnapStart exists for python3.12 and later, not for a function's own runtime, and neither with a
file system, with more than 512 MB of ephemeral storage nor with tenant isolation; Lambda refuses
the request.

Fix: remove `SnapStart`, or what the message names.

Example:
    settings = { SnapStart = { ApplyOn = "PublishedVersions" } }
    runtime = "python3.11"     # wrong: SnapStart begins with python3.12
    runtime = "python3.12"     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity, Where

CODE = "LP344"
NAME = "snap-start-unsupported"
SEVERITY: Severity = "error"
SUMMARY = "SnapStart does not go with the rest of the function"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
_FIRST = (3, 12)


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:
    """Report everything that SnapStart does not go with."""
    asked = facts.function.settings.get("SnapStart")
    if isinstance(asked, dict) and asked.get("ApplyOn") == "PublishedVersions":
        for obstacle, where, hint in _obstacles(facts, limits):
            message = f"SnapStart does not go with {obstacle}"
            yield Diagnostic(CODE, SEVERITY, message, where, hint)


def _obstacles(facts: Facts, limits: Limits) -> Iterator[tuple[str, Where, str]]:
    function, settings = facts.function, facts.function.settings
    runtime, size = function.target.runtime, function.ephemeral_storage
    most = int(limits.definition("snap_start_storage")["maximum"])
    remove = f"remove `SnapStart`, or set `{function.written('ApplyOn', 'None')}`"
    if runtime.is_own:
        yield f"{runtime.name}: it needs a managed runtime", function.where("runtime"), remove
    elif runtime.python < _FIRST:
        hint = f"set `{function.written('runtime', 'python3.12')}` or a later one"
        yield f"{runtime.name}: it needs python3.12", function.where("runtime"), hint
    if size > most:
        where = function.where("ephemeral_storage")
        yield (
            f"an `{function.called('ephemeral_storage')}` of {size:,} MB, more than {most}",
            where,
            remove,
        )
    if settings.get("FileSystemConfigs"):
        yield "a file system", function.where_set("FileSystemConfigs"), remove
    if "TenancyConfig" in settings:
        yield "tenant isolation", function.where_set("TenancyConfig"), remove
