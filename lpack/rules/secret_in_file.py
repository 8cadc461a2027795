"""A file of the function holds a secret.

Why: everybody who can read the repository, the zip or the function's code has it. Only forms that
hardly anything else has are reported, and what documentation uses as an example is not.

Fix: keep it in Secrets Manager or as a SecureString of Parameter Store, read it at start, and
revoke the one that was written down.

Example:
    TOKEN = "ghp_..."                      # wrong
    TOKEN = parameters.get_secret("api")   # right
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.model import Diagnostic, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lpack.facts import Facts
    from lpack.facts.limits import Limits
    from lpack.model import Severity

CODE = "LP366"
NAME = "secret-in-file"
SEVERITY: Severity = "warning"
SUMMARY = "A file of the function holds a secret"
SOURCE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"


def check(facts: Facts, limits: Limits) -> Iterator[Diagnostic]:  # noqa: ARG001 - no limit here
    """Name file, line and kind of each; no part of the value is ever shown."""
    for one in facts.parts.secrets:
        if one.line:
            yield Diagnostic(
                CODE,
                SEVERITY,
                f"`{one.path}` holds what looks like {one.kind}",
                Where(one.path, one.line),
                "keep it in Secrets Manager or Parameter Store, and revoke this one",
            )
