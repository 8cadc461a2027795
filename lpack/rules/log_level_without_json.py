"""A log level is set, and the logs are not in JSON.

Why: Lambda filters logs by level only where they are JSON, and refuses `ApplicationLogLevel` and
`SystemLogLevel` with any other `LogFormat`.

Fix: set `LogFormat = "JSON"`, or remove the levels.

Example:
    settings.LoggingConfig = { LogFormat = "Text", ApplicationLogLevel = "INFO" }    # wrong
    settings.LoggingConfig = { LogFormat = "JSON", ApplicationLogLevel = "INFO" }    # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP343"
NAME = "log-level-without-json"
SEVERITY: Severity = "error"
SUMMARY = "A log level is set, and the logs are not in JSON"
SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"
_LEVELS = ("ApplicationLogLevel", "SystemLogLevel")


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Report each level that has no effect."""
    logging = facts.function.settings.get("LoggingConfig")
    if not isinstance(logging, dict):
        return
    form = logging.get("LogFormat")
    if form == "JSON" or isinstance(form, Unknown):
        return
    told = "is not set" if form is None else f"is `{form}`"
    for level in _LEVELS:
        if level in logging:
            message = f"`{level}` is for logs in JSON, and `LogFormat` {told}"
            where = facts.function.where_set("LoggingConfig", level)
            hint = f"set `{facts.function.written('LogFormat', 'JSON')}`"
            yield Diagnostic(CODE, SEVERITY, message, where, hint)
