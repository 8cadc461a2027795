"""The function is to run on managed instances, which do not take it as it is.

Why: Lambda's managed instances run python3.13 and later or provided.al2023, and write logs in
JSON only.

Fix: choose a newer runtime and `LogFormat = "JSON"`, or remove `CapacityProviderConfig`.

Example:
    runtime = "python3.12"     # wrong with `CapacityProviderConfig`
    runtime = "python3.13"     # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP349"
NAME = "managed-instances-unsupported"
SEVERITY: Severity = "error"
SUMMARY = "Managed instances do not take the function as it is"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-runtimes.html"
_FIRST = (3, 13)
_OWN = "provided.al2023"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report a runtime and a form of logs that are not for managed instances."""
    function = facts.function
    if "CapacityProviderConfig" not in function.settings:
        return
    runtime = function.target.runtime
    if runtime.name != _OWN if runtime.is_own else runtime.python < _FIRST:
        message = f"managed instances do not run {runtime.name}"
        hint = f"set `{function.written('runtime', 'python3.13')}` or a later one"
        if runtime.is_own:
            hint = f"set `{function.written('runtime', _OWN)}`"
        yield Diagnostic(CODE, SEVERITY, message, function.where("runtime"), hint)
    logging = function.settings.get("LoggingConfig")
    if isinstance(logging, dict) and logging.get("LogFormat") == "Text":
        message = "managed instances write logs in JSON, and `LogFormat` is `Text`"
        where = function.where_set("LoggingConfig", "LogFormat")
        hint = f"set `{function.written('LogFormat', 'JSON')}`"
        yield Diagnostic(CODE, SEVERITY, message, where, hint)
